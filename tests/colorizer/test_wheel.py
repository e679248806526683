"""The library as a package of its own: built, installed alone, and used by somebody who has nothing else of us."""

import importlib.metadata
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image
from skimage import data as samples

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path | None = None, status: int = 0, **environment: str) -> str:
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=outside | environment, capture_output=True, text=True, check=False)
    if "Could not find a version" in done.stderr or "No matching distribution" in done.stderr:
        pytest.skip("the package index could not be reached")
    assert done.returncode == status, (done.stdout + done.stderr)[-3000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("built")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "install", "--target", folder / "backend", "hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    run(*command, cwd=ROOT / "colorizer", PYTHONPATH=str(folder / "backend"))
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    [wheel] = built.glob("colorizer_photo-*.whl")
    return wheel


def needed(requirements: list[str], extras: set[str]) -> set[str]:
    """Names of the distributions that the requirements, with these extras, lead to in our environment."""
    found: set[str] = set()
    waiting = [(Requirement(text), extras) for text in requirements]
    while waiting:
        requirement, wanted = waiting.pop()
        marker = requirement.marker
        if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in (*wanted, "")):
            continue
        name = canonicalize_name(requirement.name)
        if name == "colorizer-photo" or name in found:
            continue
        found.add(name)
        inner = importlib.metadata.requires(name) or []
        waiting += [(Requirement(text), set(requirement.extras)) for text in inner]
    return found


def link(name: str, packages: Path) -> None:
    """Install a distribution of our environment into another one by links to its files: torch alone has 200 MB."""
    distribution = importlib.metadata.distribution(name)
    tops = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
    for top in tops:
        target = packages / top
        if not target.exists():
            target.symlink_to(Path(str(distribution.locate_file(top))))


def environment(folder: Path, wheel: Path, extras: set[str]) -> Path:
    """The folder of commands of an environment with the wheel and nothing but what it asks for."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--python",
        str(folder / "bin" / "python"),
    ]
    run(*pip, "install", "--no-deps", wheel)
    [packages] = folder.glob("lib/python3*/site-packages")
    [metadata] = packages.glob("colorizer_photo-*.dist-info")
    asked = importlib.metadata.Distribution.at(metadata).requires or []
    for name in needed(asked, extras):
        link(name, packages)
    return folder / "bin"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    return environment(tmp_path_factory.mktemp("alone"), wheel, {"torch"})


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "grandmother.jpg"
    Image.fromarray(samples.camera()).save(path)
    return path


def test_it_colours_a_photo_without_the_bot(alone: Path, photo: Path, tmp_path: Path) -> None:
    run(alone / "colorizer", "colorize", photo, "--out", tmp_path / "out", "--hint", "50%,90% olive")
    with Image.open(tmp_path / "out" / "grandmother.jpg") as coloured:
        assert coloured.size == (512, 512)
        red, green, blue = coloured.resize((1, 1)).tobytes()
        assert max(red, green, blue) - min(red, green, blue) > 2
    program = "import colorizer; colorizer.load().colorize('grandmother.jpg').save('coloured.png')"
    run(alone / "python", "-c", program, cwd=tmp_path)
    with Image.open(tmp_path / "coloured.png") as coloured:
        assert coloured.size == (512, 512)
    absent = "import importlib.util as u; print([n for n in ('bot', 'praw', 'sqlalchemy', 'boto3') if u.find_spec(n)])"
    assert run(alone / "python", "-c", absent, cwd=tmp_path) == "[]\n"


def test_without_pytorch_it_says_what_to_install(
    tmp_path_factory: pytest.TempPathFactory, wheel: Path, photo: Path
) -> None:
    bare = environment(tmp_path_factory.mktemp("bare"), wheel, set())
    assert "compact" in run(bare / "colorizer", "models", "--json")
    program = "import colorizer; print(colorizer.decode(open('grandmother.jpg', 'rb').read()).size)"
    assert run(bare / "python", "-W", "ignore", "-c", program, cwd=photo.parent) == "(512, 512)\n"
    for command in (["colorize", photo, "--out", photo.parent], ["weights", "get", "eccv16"]):
        said = run(bare / "colorizer", *command, status=2)
        assert said == "colorizer: this needs torch: pip install 'colorizer-photo[torch]'\n"
    said = run(bare / "python", "-c", "import colorizer; colorizer.load()", status=1)
    assert "MissingPackage: this needs torch: pip install 'colorizer-photo[torch]'" in said


def test_with_onnx_runtime_it_colours_without_pytorch(
    tmp_path_factory: pytest.TempPathFactory, wheel: Path, photo: Path, tmp_path: Path
) -> None:
    pytest.importorskip("onnxruntime")
    light = environment(tmp_path_factory.mktemp("light"), wheel, {"onnx"})
    said = run(light / "colorizer", "colorize", photo, "--out", tmp_path / "out", "--hint", "50%,90% olive")
    assert "1 coloured" in said
    absent = "import importlib.util as u; print([n for n in ('torch', 'onnx', 'fastapi') if u.find_spec(n)])"
    assert run(light / "python", "-c", absent, cwd=tmp_path) == "[]\n"
    with Image.open(tmp_path / "out" / "grandmother.jpg") as coloured:
        assert coloured.size == (512, 512)


def test_the_source_distribution_builds_the_same_wheel(built: Path, wheel: Path, tmp_path: Path) -> None:
    [source] = built.glob("colorizer_photo-*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "--directory", str(tmp_path)]
    run(*command, cwd=folder, PYTHONPATH=str(built / "backend"))
    [again] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert {name: one.read(name) for name in one.namelist()} == {
            name: other.read(name) for name in other.namelist()
        }


def test_the_wheel_holds_the_library_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "colorizer").rglob("*")
        if path.is_file() and path.suffix != ".pyc" and path.name not in {"pyproject.toml", "README.md", "LICENSE"}
    }
    assert {name for name in names if ".dist-info/" not in name} == ours
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_its_versions_and_licence_are_those_of_the_project() -> None:
    one, other = (tomllib.loads((ROOT / name / "pyproject.toml").read_text())["project"] for name in (".", "colorizer"))
    whole = [*one["dependencies"], *(text for extra in one["optional-dependencies"].values() for text in extra)]
    part = [*other["dependencies"], *(text for extra in other["optional-dependencies"].values() for text in extra)]
    assert one["version"] == other["version"]
    assert {text for text in part if not text.startswith("colorizer-photo[")} <= set(whole)
    assert (ROOT / "LICENSE").read_text() == (ROOT / "colorizer" / "LICENSE").read_text()
