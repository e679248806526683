"""What ARCHITECTURE.md says about the packages is what the code does."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_packages_import_only_from_the_layers_below():
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_the_sandbox_is_kept_apart_from_everything_of_the_bot():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [forbidden] = [one["forbidden_modules"] for one in contracts if one["name"] == "The sandbox is not part of the bot"]
    there = {f"bot.{path.stem}" for path in (ROOT / "bot").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert there - {"bot.__init__", "bot.__pycache__", "bot.sandbox"} == {*forbidden} - {"colorizer"}


def test_every_package_is_on_the_page():
    page = (ROOT / "ARCHITECTURE.md").read_text()
    packages = {f"bot/{path.parent.name}" for path in (ROOT / "bot").glob("*/__init__.py")}
    assert {package for package in packages if f"`{package}`" not in page} == set()


def test_the_page_is_short():
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= 100


def test_files_are_short_enough_to_read_in_one_sitting():
    most = {"bot": 300, "colorizer": 300, "docs/measure": 300, "migrations": 300, "tests": 400}
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in most
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > most[folder]
    }
    assert long == {}


def test_links_and_paths_in_the_documents_lead_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").glob("*.md")]
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text())]
    paths = [(page, target.partition(' "')[0]) for page, target in links]
    assert [f"{page.name}: {path}" for page, path in paths if not (page.parent / path).exists()] == []
