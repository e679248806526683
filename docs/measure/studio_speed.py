"""Measures how long a change in the studio takes to be seen, and what the page weighs; writes docs/studio.md.

Usage: python -m docs.measure.studio_speed [--changes N]     (needs Debian's chromium)

On loopback, in headless Chromium, which draws WebGL on the processor. The time runs from the event to the pixel: after
the answer was drawn a pixel is read back, so that drawing has ended, and a frame is waited for. Photos are a public one
(scikit-image's astronaut), enlarged.
"""

import argparse
import gzip
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from skimage import data as samples

import colorizer
from bot.serving import BackgroundServer
from colorizer.studio.local import studio_app
from docs.measure.screenshots import ARGUMENTS, CHROMIUM
from docs.measure.tables import replace_table

PAGE = Path(__file__).parents[1] / "studio.md"
STATIC = Path(colorizer.__file__).parent / "studio/static"
ELSEWHERE = ("reference.css", "film.js", "timeline.js", "neighbours.js", "colouring.js")
"""Files that are not loaded for a photo."""
SIZES = ((640, 480), (1600, 1200), (4000, 3000))
KINDS = ("suggested colour", "dragged point", "saturation", "look", "palette")

CHANGE = """async ([kind, i]) => {
  const fire = (e, name, value) => { e.value = value; e.dispatchEvent(new Event(name, { bubbles: true })); };
  const painted = () => Number(document.body.dataset.painted);
  const all = (s) => [...document.querySelectorAll(s)];
  const gl = document.querySelector('#canvas').getContext('webgl2');
  const drawing = () => new Promise((done) => {
    const before = painted();
    const look = new MutationObserver(() => { if (painted() > before) { look.disconnect(); done(); } });
    look.observe(document.body, { attributes: true });
  }).then(() => {
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    return new Promise(requestAnimationFrame);
  });
  performance.clearResourceTimings();
  const drawn = drawing();
  const point = document.querySelector('.point'), box = point.getBoundingClientRect();
  const at = (name, dx) => new PointerEvent(name, { bubbles: true, pointerId: 1, button: 0,
    clientX: box.x + box.width / 2 + dx, clientY: box.y + box.height / 2 });
  if (kind === 'dragged point') {
    point.setPointerCapture = () => {};
    point.dispatchEvent(at('pointerdown', 0));
  }
  const start = performance.now();
  if (kind === 'suggested colour') all('.suggestions input').filter(one => !one.checked)[i % 4].click();
  if (kind === 'dragged point') point.dispatchEvent(at('pointermove', i % 2 ? 9 : -9));
  if (kind === 'saturation') fire(document.querySelector('input[max="200"]'), 'input', 50 + 5 * (i % 20));
  if (kind === 'look') all('input[name=look]').filter(one => !one.checked)[i % 2].click();
  if (kind === 'palette') {
    fire(document.querySelector('#whole input[type=color]'), 'input', '#2040' + (16 + i % 200).toString(16));
    all('#whole button').find(one => one.textContent === 'Add').click();
  }
  await drawn;
  const end = performance.now(), all_asked = performance.getEntriesByType('resource');
  const asked = all_asked.find(one => one.name.endsWith('/colours'));
  if (kind === 'dragged point') point.dispatchEvent(at('pointerup', i % 2 ? 9 : -9));
  if (kind === 'palette') { // not ever more colours; the next change begins when this is drawn, too
    const without = drawing();
    document.querySelector('#whole .named').click();
    await without;
  }
  return [end - start, asked ? asked.responseEnd - asked.startTime : 0, asked ? asked.encodedBodySize : 0];
}"""


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=60)
    asked = parser.parse_args()
    model = colorizer.load(device="cpu")
    server_cost(model)
    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for width, height in SIZES:
            path = Path(folder) / f"{width}.jpg"
            Image.fromarray(samples.astronaut()).convert("L").resize((width, height)).save(path, quality=92)
            app, address = studio_app(model, path)
            with _served(app) as server:
                page = browser.new_page(viewport={"width": 1280, "height": 860})
                rows += _rows(page, server.url + address, f"{width} x {height}", asked.changes)
                page.close()
        browser.close()
    head = ["photo", "change", "median, ms", "95th percentile, ms", "of it server and network, median, ms", "bytes"]
    load = os.getloadavg()[0]
    words = f"{asked.changes} changes each; {os.cpu_count()} processor cores, shared with other work (load {load:.0f})."
    replace_table(PAGE, "speed", head, rows, words)
    weight()


def weight() -> None:
    """Write how much the page loads for a photo."""
    files = sorted(path for path in STATIC.iterdir() if path.name not in ELSEWHERE)
    raw, packed = (sum(len(size(path.read_bytes())) for path in files) for size in (bytes, gzip.compress))
    replace_table(PAGE, "weight", ["files", "bytes", "gzipped"], [[str(len(files)), f"{raw:,}", f"{packed:,}"]])


def server_cost(model: colorizer.Colorizer) -> None:
    """Write what the server computes for a change, in processor time, in which other programs do not count."""
    encoded = model.encode(np.asarray(Image.fromarray(samples.astronaut()).resize((1024, 768))))
    changes: dict[str, Callable[[], object]] = {
        f"colours, points: {count}": lambda hints=hints: model.colours(encoded, hints)  # type: ignore[misc]
        for count in (0, 1, 5)
        for hints in [[colorizer.Hint(100 + 150 * i, 500, "navy") for i in range(count)]]
    }
    changes |= {
        "another palette": lambda: model.colours(model.encode(encoded, palette=["navy"])),
        "the photo itself, encoded": lambda: model.encode(encoded.pixels),
    }
    times: dict[str, list[float]] = {name: [] for name in changes}
    for _ in range(14):
        for name, change in changes.items():
            start = time.process_time()
            change()
            times[name].append(1000 * (time.process_time() - start))
    rows = [[name, f"{np.median(found[2:]):.0f}"] for name, found in times.items()]
    replace_table(PAGE, "server", ["change", "processor time on the server, ms"], rows)


def _served(app: FastAPI) -> BackgroundServer:
    return BackgroundServer(lambda _: app)


def _rows(page: Page, url: str, size: str, changes: int) -> list[list[str]]:
    page.goto(url)
    page.wait_for_selector("body[data-state=shown]")
    box: Any = page.locator("#points").bounding_box()
    page.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + 0.7 * box["height"])
    page.locator(".suggestions input").nth(4).wait_for()
    page.locator(".suggestions input").first.check()
    page.wait_for_selector("body[data-state=shown]")
    rows = []
    for kind in KINDS:
        found = []
        for i in range(changes + 3):
            page.wait_for_selector("body[data-state=shown]")
            if i == 0 and kind == "suggested colour":
                page.wait_for_timeout(500)
            found.append(page.evaluate(CHANGE, [kind, i]))
        times = np.array(found[3:])  # after the first ones, which compile
        median, high = np.quantile(times[:, 0], [0.5, 0.95])
        rows.append(
            [size, kind, f"{median:.0f}", f"{high:.0f}", f"{np.median(times[:, 1]):.0f}", f"{times[:, 2].max():,.0f}"]
        )
        print(rows[-1])  # noqa: T201 - a program's output
    return rows


if __name__ == "__main__":
    main()
