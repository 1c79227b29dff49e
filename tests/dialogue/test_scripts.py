"""What scripts may hold: they are left and entered again at every turn."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dialogue.scripts import PROTECTED, UNITS
from dialogue.turns import PRIVATE_SCRIPTS

FOLDER = Path(__file__).parents[2] / "dialogue" / "scripts"
FILES = sorted(path for path in FOLDER.glob("*.py") if path.name != "__init__.py")
_FORBIDDEN = (
    ast.Try,
    ast.TryStar,
    ast.With,
    ast.AsyncWith,
    ast.Await,
    ast.AsyncFunctionDef,
    ast.Global,
    ast.Nonlocal,
    ast.Set,
    ast.SetComp,
)
_MAY_IMPORT = {
    "__future__",
    "dialogue.words",
    "dialogue.effects",
    "dialogue.scripts.follow_up",
    "dialogue.scripts.my_data",
    "dialogue.scripts.support",
    "dialogue.scripts.waiting",
}


def faults(source: str) -> list[str]:
    """Everything in a script's source that a script may not hold."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _FORBIDDEN):
            found.append(f"{node.lineno}: {type(node).__name__}")
        if isinstance(node, ast.Import):
            found.append(f"{node.lineno}: import")
        if isinstance(node, ast.ImportFrom) and node.module not in _MAY_IMPORT:
            found.append(f"{node.lineno}: from {node.module}")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Choose":
            arguments = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "options")]
            found += [
                f"{each.lineno}: options are no tuple"
                for each in arguments
                if isinstance(each, ast.List | ast.Set | ast.ListComp | ast.GeneratorExp)
            ]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scripts_hold_nothing_that_ends_at_every_turn(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "def s(o):\n    try:\n        yield 1\n    finally:\n        pass",
        "def s(o):\n    with o:\n        yield 1",
        "async def s(o):\n    await o",
        "def s(o):\n    global x",
        "import random",
        "from storage import ids",
        "def s(o):\n    yield Choose('k', ['a', 'b'])",
        "def s(o):\n    yield Choose('k', options=[x for x in o])",
        "def s(o):\n    return {1, 2}",
    ],
)
def test_the_lint_finds_what_it_is_for(source: str) -> None:
    assert faults(source)


def test_every_script_that_is_named_exists() -> None:
    named = {
        node.args[0].value
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Next"
        and isinstance(node.args[0], ast.Constant)
    }
    assert named <= set(UNITS)
    assert {unit.up for unit in UNITS.values()} - {""} <= set(UNITS)
    assert {*PRIVATE_SCRIPTS, *PROTECTED} <= set(UNITS)


def test_what_is_protected_is_not_gone_on_with() -> None:
    assert not any(UNITS[name].resumable for name in (*PROTECTED, "my_case", "code"))
