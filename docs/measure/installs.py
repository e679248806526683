"""Measures what the library takes on disk, with PyTorch and without; writes the tables of docs/library.md.

Usage: python -m docs.measure.installs FOLDER     (some 7 GB are written there; environments that are there stay)

The wheel is built as it is published and installed by pip into empty environments, from PyPI: there PyTorch for Linux
is the build with CUDA. Sizes are those of `du`, in MiB, without pip and setuptools, which each environment has.
"""

import subprocess
import sys
from pathlib import Path

from docs.measure.tables import replace_table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "library.md"
EXTRAS = ("onnx", "torch")
_ENVIRONMENTS_OWN = ("pip", "setuptools", "pkg_resources", "_distutils_hack")
_SHOWN = 8


def main(folder: Path) -> None:
    """Build, install, measure, write the tables."""
    wheel = build(folder)
    totals = []
    for extra in EXTRAS:
        packages = installed(folder / extra, f"{wheel}[{extra}]")
        sizes = sizes_in(packages)
        totals.append([f"`pip install 'colorizer-photo[{extra}]'`", f"{sum(sizes.values()):,.0f}"])
        if extra == "onnx":
            largest = sorted(sizes.items(), key=lambda one: -one[1])
            rows = [[name, f"{size:,.0f}"] for name, size in largest[:_SHOWN]]
            rows.append(["all others", f"{sum(size for _, size in largest[_SHOWN:]):,.0f}"])
            replace_table(PAGE, "parts", ["part of the environment without PyTorch", "MiB"], rows)
    replace_table(PAGE, "installs", ["environment", "MiB"], totals)


def build(folder: Path) -> Path:
    """The wheel of the library."""
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "--quiet"]
    subprocess.run([*pip, "install", "--target", str(folder / "backend"), "hatchling"], check=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT / "colorizer", env={"PYTHONPATH": str(folder / "backend")}, check=True)
    [wheel] = folder.glob("colorizer_photo-*.whl")
    return wheel


def installed(environment: Path, requirement: str) -> Path:
    """The packages of an environment with the requirement and what it needs; made where it is not there."""
    if not environment.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(environment / "bin/pip"), "install", "--quiet", requirement], check=True)
    [packages] = environment.glob("lib/python3*/site-packages")
    return packages


def sizes_in(packages: Path) -> dict[str, float]:
    """MiB by package; the libraries that a wheel brings along (NAME.libs) count with it."""
    sizes: dict[str, float] = {}
    for path in packages.iterdir():
        name = path.name.removesuffix(".libs").lower()
        if path.suffix == ".dist-info" or name in _ENVIRONMENTS_OWN:
            continue
        said = subprocess.run(["du", "-sk", str(path)], capture_output=True, text=True, check=True).stdout
        name = "pillow" if name == "pil" else name
        sizes[name] = sizes.get(name, 0) + int(said.split()[0]) / 1024
    return sizes


if __name__ == "__main__":
    main(Path(sys.argv[1]))
