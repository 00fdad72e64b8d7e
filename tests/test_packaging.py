"""What pyproject.toml promises to install is what there is."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
MAPPED = {"kgrec.tui": "tui", "kgrec.rules": "rules", "kgrec.ontology": "ontology"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def folder_of(package: str) -> Path:
    return ROOT / MAPPED.get(package, package.replace(".", "/"))


def test_the_packages_are_the_folders(project: dict[str, Any]):
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "kgrec").rglob("__init__.py")
        if "__pycache__" not in path.parts
    }
    assert sorted(project["tool"]["setuptools"]["packages"]) == sorted(folders | MAPPED.keys())


def test_every_folder_with_code_is_a_package():
    for path in (ROOT / "kgrec").rglob("*.py"):
        assert (path.parent / "__init__.py").is_file(), f"{path.parent} has no __init__.py"


def test_the_mapped_packages_are_where_they_are_said_to_be(project: dict[str, Any]):
    assert project["tool"]["setuptools"]["package-dir"] == MAPPED
    for folder in MAPPED.values():
        assert (ROOT / folder / "__init__.py").is_file()


@pytest.mark.parametrize("name", ["tui", "rules", "ontology"])
def test_nothing_shadows_a_mapped_package(name: str):
    assert not (ROOT / "kgrec" / f"{name}.py").exists()
    assert not (ROOT / "kgrec" / name).exists()


def test_every_data_file_ships(project: dict[str, Any]):
    patterns = project["tool"]["setuptools"]["package-data"]
    for package in project["tool"]["setuptools"]["packages"]:
        folder = folder_of(package)
        shipped = {path for pattern in patterns.get(package, ()) for path in folder.glob(pattern)}
        data = {path for path in folder.iterdir() if path.is_file() and path.suffix not in {".py", ".pyc"}}
        assert data == shipped, f"{package}: {sorted(path.name for path in data ^ shipped)}"


def test_every_pattern_of_data_files_finds_some(project: dict[str, Any]):
    for package, patterns in project["tool"]["setuptools"]["package-data"].items():
        for pattern in patterns:
            assert list(folder_of(package).glob(pattern)), f"{package}: nothing is called {pattern}"


def test_the_installed_files_can_be_found():
    from kgrec.resources import package_file

    assert package_file("ontology", "films.ttl").is_file()
    assert package_file("rules", "films.yaml").is_file()


def test_the_command_leads_somewhere(project: dict[str, Any]):
    from kgrec.cli import main

    assert project["project"]["scripts"] == {"kgrec": f"{main.__module__}:{main.__name__}"}
