"""The realism test: what participants see, what is stored, what is reported; last a whole session in a browser."""

import asyncio
import io
import json
import re
import threading

import httpx
import numpy as np
import pytest
import uvicorn
from PIL import Image
from rich.console import Console
from skimage import data as samples
from typer.testing import CliRunner

from colorizer.cli import app
from colorizer.evaluation.metrics import chroma
from colorizer.evaluation.realism.app import create_app
from colorizer.evaluation.realism.pictures import make_pictures
from colorizer.evaluation.realism.results import Answer, Kind, Results
from colorizer.evaluation.realism.study import Stage, Study
from colorizer.lab import lightness_of_bytes
from colorizer.model import Colorizer
from colorizer.training.photos import PhotoSet
from tests.browsing import drawn, visit
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow

run = CliRunner().invoke


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Eight colour photographs cut from four, and one in grey."""
    folder = tmp_path_factory.mktemp("photos")
    for name, photo in (("a", samples.astronaut()), ("b", samples.cat()), ("c", samples.coffee())):
        for i, part in enumerate(np.array_split(photo, 2, axis=1)):
            Image.fromarray(part).save(folder / f"{name}{i}.png")
    Image.fromarray(samples.camera()).save(folder / "grey.png")
    return folder


@pytest.fixture(scope="module")
def pictures(folder):
    return make_pictures({"compact": Colorizer.load(device="cpu")}, PhotoSet.open([folder]), 6)


@pytest.fixture
def study(pictures, tmp_path):
    return Study(pictures, ["compact"], Results(tmp_path), practice=1, trials=5)


@pytest.fixture
def served(study):
    """The test's address, pictures shown for 30 ms."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(study, show=0.03, pause=0.01), port=0, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(PATIENCE)


def pixels(jpeg):
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def answer_all(study, *, fooled):
    """A session by somebody who sees through catch trials; `fooled` says of each other trial whether it fools."""
    session, tests = study.begin(), iter(fooled)
    while session.stage is not Stage.END:
        trial = study.show(session)
        wrong = trial.kind is Kind.TEST and next(tests)
        study.answer(session, session.at, 1 - trial.real if wrong else trial.real, 0.5)
        study.proceed(session)
    return session


def test_pictures_differ_in_colour_only(pictures):
    assert len({photo.number for photo in pictures}) == 6
    for photo in pictures:
        real, coloured, wrong = (pixels(jpeg) for jpeg in (photo.real, photo.coloured["compact"], photo.wrong))
        assert real.shape == coloured.shape == wrong.shape == (256, 256, 3)
        L = [lightness_of_bytes(picture) for picture in (real, coloured, wrong)]
        assert (L[0] - L[1]).abs().mean() < 1
        assert (L[0] - L[2]).abs().mean() < 1
        assert float((chroma(wrong) - chroma(real)).norm(dim=0).mean()) > 10  # obviously wrong


def test_black_and_white_photographs_are_passed_over(folder):
    with pytest.raises(ValueError, match="7 photographs in colour are needed, at least 2; there are 6"):
        make_pictures({}, PhotoSet.open([folder]), 7)


def test_a_session_has_practice_first_and_catch_trials_in_between(pictures, tmp_path):
    study = Study(pictures * 9, ["compact"], Results(tmp_path))
    session = study.begin()
    kinds = [trial.kind for trial in session.trials]
    assert kinds[:10] == [Kind.PRACTICE] * 10
    assert sorted(kinds[10:]) == [Kind.CATCH] * 4 + [Kind.TEST] * 36
    assert len({name for trial in session.trials for name in trial.pictures}) == 100
    assert {trial.real for trial in session.trials} == {0, 1}


def test_sessions_are_shared_out_between_models(pictures, tmp_path):
    several = [type(p)(p.number, p.real, {"a": p.real, "b": p.real}, p.wrong) for p in pictures]
    study = Study(several, ["a", "b"], Results(tmp_path), practice=0, trials=2)
    assert sorted(study.begin().model for _ in range(4)) == ["a", "a", "b", "b"]
    Results(tmp_path).finish("x", "a")
    assert Study(several, ["a", "b"], Results(tmp_path), practice=0, trials=2).begin().model == "b"


def test_no_page_tells_which_is_real(study, served):
    with httpx.Client(base_url=served, follow_redirects=True, trust_env=False, timeout=PATIENCE) as visitor:
        assert "By starting you agree" in visitor.get("/").text
        seen = visitor.post("/sessions")
        session = next(iter(study._sessions.values()))
        trial = session.trials[0]
        twin = seen.text
        for i, name in enumerate(trial.pictures):
            assert f"/pictures/{name}.jpg" in twin
            assert visitor.get(f"/pictures/{name}.jpg").content in (trial.photo.real, trial.photo.coloured["compact"])
            twin = twin.replace(name, f"picture {i}")
        assert not re.search(r"real\b(?! colours)|fake|recolou?red|compact|catch", twin.split("<main>")[1])
        # The answer is told after it is given, and in practice only.
        data = {"trial": "0", "choice": ("first", "second")[trial.real], "seconds": "1.5"}
        assert "Right." in visitor.post(f"{seen.url.path}/answers", data=data).text
        assert visitor.get("/sessions/none").status_code == 404
        assert visitor.get(f"/pictures/{'x' * 16}.jpg").status_code == 404


def test_pictures_are_gone_after_the_answer_and_a_second_answer_is_ignored(study):
    session = study.begin()
    study.show(session)
    study.answer(session, 0, 0, None)
    study.proceed(session)
    with pytest.raises(KeyError):
        study.picture(session.trials[0].pictures[0])
    study.answer(session, 0, 1, None)
    assert session.at == 1


def test_rates_count_the_finished_and_attentive(study, tmp_path):
    answer_all(study, fooled=[True, False, False, True])
    answer_all(study, fooled=[False] * 4)
    unfinished = study.begin()
    study.answer(unfinished, 0, 0, 1.0)
    careless = Results(tmp_path)
    for kind in (Kind.CATCH, Kind.TEST):
        careless.add(Answer("careless", "compact", kind, 0, False, 1, 1.0))
    careless.finish("careless", "compact")
    rates = Results(tmp_path).rates()
    (rate,) = rates.models
    assert (rate.trials, rate.participants) == (8, 2)
    assert rate.fooled.value == 25
    assert (rates.catches.value, len(rates.models)) == (pytest.approx(200 / 3), 1)
    assert rate.fooled.low < rate.fooled.value < rate.fooled.high
    assert (rates.counted, rates.failed, rates.unfinished) == (2, 1, 1)


def test_pairs_that_were_seen_twice_do_not_count(tmp_path):
    results = Results(tmp_path)
    for shown, right in ((1, True), (2, False), (1, False)):
        results.add(Answer("s", "compact", Kind.TEST, 0, right, shown, None))
    results.finish("s", "compact")
    assert results.rates().models[0].trials == 2
    assert results.rates().models[0].fooled.value == 50


def test_nothing_personal_is_stored(study, tmp_path):
    answer_all(study, fooled=[False] * 4)
    lines = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert len(lines) == 7
    names = {"session", "model", "kind", "photo", "right", "shown", "seconds"}
    assert {frozenset(line) for line in lines} == {frozenset(names), frozenset({"session", "model", "finished"})}


def test_report_prints_the_rates(study, tmp_path):
    answer_all(study, fooled=[True] * 4)
    command = ["realism", "--results", str(tmp_path), "--report", str(tmp_path / "rates.json")]
    result = run(app, command)
    assert result.exit_code == 0, result.output
    assert "100.0" in result.stdout
    assert json.loads((tmp_path / "rates.json").read_text())["models"][0]["fooled"]["value"] == 100


def test_rates_without_a_trial(tmp_path):
    results = Results(tmp_path)
    results.add(Answer("s", "compact", Kind.TEST, 0, True, 1, None))
    out = io.StringIO()
    results.rates().print(Console(file=out))
    assert "1 did not finish" in " ".join(out.getvalue().split())
    assert json.loads(results.rates().json())["models"][0]["fooled"]["value"] is None


def test_wrong_input_is_one_clear_line(folder, tmp_path):
    (tmp_path / "answers.jsonl").write_text('{"session": 1}\n')
    for arguments, message in (
        (["--results", str(tmp_path / "none"), "--report", "x.json"], "no answers at"),
        (["--results", str(tmp_path), "--report", "x.json"], "line 1: not an answer"),
        (["--results", str(tmp_path)], "--data is needed"),
        (["--results", str(tmp_path), "--data", str(folder)], "100 photographs in colour are needed"),
    ):
        result = run(app, ["realism", *arguments])
        assert result.exit_code == 2, result.output
        assert message in result.stderr.replace("\n", " ")


def test_the_published_times(study):
    async def first_page():
        transport = httpx.ASGITransport(create_app(study))
        async with httpx.AsyncClient(transport=transport, base_url="http://test", follow_redirects=True) as visitor:
            return (await visitor.post("/sessions")).text

    assert 'data-show="1000"' in asyncio.run(first_page())


def test_a_whole_session_in_a_browser(study, served, open_page, tmp_path):
    page = open_page(viewport={"width": 800, "height": 700})
    visit(page, served)
    page.get_by_role("button", name="I agree, start").click()
    page.get_by_role("heading", name="Which one had its real colours?").wait_for()
    session = next(iter(study._sessions.values()))
    for number, trial in enumerate(session.trials):
        page.get_by_role("heading", name="Which one had its real colours?").wait_for()
        assert page.locator("img.seen").count() == 0  # both were shown, neither is any longer
        right = trial.real if trial.kind is Kind.CATCH else 0
        with page.expect_navigation():
            if number % 2:
                page.get_by_role("button", name=("First", "Second")[right]).click()
            else:
                page.keyboard.press(("1", "ArrowRight")[right])
        if trial.kind is Kind.PRACTICE:
            page.get_by_role("status").wait_for()
            drawn(page)
            with page.expect_navigation():
                page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    fooled = [trial.real == 1 for trial in session.trials if trial.kind is Kind.TEST]
    (rate,) = Results(tmp_path).rates().models
    assert rate.fooled.value == pytest.approx(100 * sum(fooled) / len(fooled))
    assert all(0 <= answer["seconds"] < 60 for answer in map(json.loads, open_lines(tmp_path)) if "seconds" in answer)


def open_lines(folder):
    return (folder / "answers.jsonl").read_text().splitlines()
