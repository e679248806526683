"""Measures `colorizer film` on a long film: memory as it goes on, and whether a run that was killed ends the same.

Usage: python -m docs.measure.long_film [FRAMES]
Makes an hour of film in so many frames (3600), 160 x 120 pixels, with a cut each 90 frames. It is coloured by the
command in a process of its own, which is killed by SIGKILL when a third is done, and run again to its end. Prints how
much memory the process has at each tenth, and compares the film with that of a run that nobody stopped.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
from PIL import Image
from skimage import data as samples

SIZE, SHOT, SECONDS = (160, 120), 90, 3600


def make(path: Path, frames: int) -> None:
    """A camera that moves over one photograph after the other."""
    photos = [
        Image.fromarray(getattr(samples, name)()).convert("L") for name in ("astronaut", "coffee", "cat", "camera")
    ]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(frames, SECONDS), options={"crf": "20"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for number in range(frames):
            photo, there = photos[number // SHOT % len(photos)], number % SHOT / SHOT
            width, height = photo.width * 0.6, photo.width * 0.6 * SIZE[1] / SIZE[0]
            left, top = (photo.width - width) * there, (photo.height - height) / 2
            view = photo.resize(SIZE, box=(left, top, left + width, top + height)).convert("RGB")
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(view), "rgb24")))
        container.mux(stream.encode(None))


def done(out: Path) -> int:
    """How many pieces are done."""
    return len(list(out.with_name(f"{out.name}.partial").glob("0*.nut")))


def running(source: Path, out: Path) -> Iterator[tuple[psutil.Process, int]]:
    """The command at work, looked at five times a second: its process, and the pieces that are done."""
    code = "from colorizer.cli import app; app()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "film", str(source), str(out)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as started:
        process = psutil.Process(started.pid)
        while started.poll() is None:
            yield process, done(out)
            time.sleep(0.2)


def frames_of(path: Path) -> Iterator[np.ndarray]:
    """The frames of a film."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="yuv420p")


def main(frames: int) -> None:
    """Print the figures."""
    pieces = -(-frames // SHOT)
    with tempfile.TemporaryDirectory() as folder:
        source, whole, stopped = (Path(folder) / name for name in ("long.mp4", "whole.mp4", "stopped.mp4"))
        make(source, frames)
        memory: dict[int, float] = {}
        begun = time.monotonic()
        for process, finished in running(source, whole):
            tenth = finished * 10 // pieces
            memory[tenth] = max(memory.get(tenth, 0), process.memory_info().rss / 2**20)
        said = [f"{frames} frames, {SECONDS} s of film, in {time.monotonic() - begun:.0f} s"]
        said += ["memory in each tenth, MiB: " + ", ".join(f"{memory[tenth]:.0f}" for tenth in sorted(memory))]
        for process, finished in running(source, stopped):
            if finished >= pieces // 3:
                process.kill()
        kept, begun = done(stopped), time.monotonic()
        for _ in running(source, stopped):
            pass
        same = all(np.array_equal(*pair) for pair in zip(frames_of(whole), frames_of(stopped), strict=True))
        rest = time.monotonic() - begun
        said += [f"killed after {kept} of {pieces} pieces; the rest took {rest:.0f} s; the same: {same}"]
    print("\n".join(said))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3600)
