"""Arrows go down only, and the contracts that say so speak of every package there is."""

from __future__ import annotations

import ast
import logging
import sys
import tomllib
from collections.abc import Iterator

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.servers import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
APART = {"bench", "migrations", "tests"}
"""Folders of Python that are no part of what runs."""


@pytest.fixture
def _loggers_stay_awake() -> Iterator[None]:
    """The linter puts every logger to sleep that there is; other tests read what ours write."""
    yield
    for each in logging.root.manager.loggerDict.values():
        if isinstance(each, logging.Logger):
            each.disabled = False


@pytest.mark.usefixtures("_loggers_stay_awake")
def test_the_contracts_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_package_is_a_root_and_has_its_layer() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - APART
    layers = next(each for each in SETTINGS["contracts"] if each["id"] == "layers")["layers"]
    assert set(SETTINGS["root_packages"]) == packages
    assert {name.strip() for layer in layers for name in layer.split("|")} == packages


@pytest.mark.parametrize("module", ["dialogue.engine", "disclosure"])
def test_what_is_pure_needs_the_standard_library_alone(module: str) -> None:
    graph = grimp.build_graph(
        *SETTINGS["root_packages"], include_external_packages=True, cache_dir=None
    )
    needed = {
        above
        for name in {module, *graph.find_descendants(module)}
        for above in graph.find_upstream_modules(name)
    }
    package = module.split(".")[0]
    assert {name.split(".")[0] for name in needed} - {package} <= sys.stdlib_module_names


def test_every_package_says_what_it_owns() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("*/**/__init__.py")
        if not path.is_relative_to(ROOT / ".venv")
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
