"""What is installed is what pyproject.toml asks for: pinned, hashed, from no registry by name."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.servers import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PIN = re.compile(
    r"^([a-z0-9][^=\s]*)==([^\s;\\]+)([^\n]*)((?:\n    --hash=sha256:[0-9a-f]{64}[ \\]*)*)", re.M
)

REGISTRIES = ("pypi.", "pythonhosted.", "npmjs.", "unpkg.", "jsdelivr.")
TOP_LEVEL_DOMAINS = ("org", "com", "net")


def asked_for(group: str) -> Iterator[Requirement]:
    for entry in PROJECT["dependency-groups"][group]:
        if isinstance(entry, dict):
            yield from asked_for(entry["include-group"])
        else:
            yield Requirement(entry)


def pinned(name: str) -> dict[str, set[str]]:
    """Package -> versions in requirements/`name`.txt: two where Pythons differ."""
    versions: dict[str, set[str]] = {}
    for package, version, _, hashes in PIN.findall(
        (ROOT / "requirements" / f"{name}.txt").read_text()
    ):
        assert hashes, f"{package} has no hash"
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


@pytest.mark.parametrize("name", ["production", "development"])
def test_everything_asked_for_is_pinned(name: str) -> None:
    wanted = [Requirement(each) for each in PROJECT["project"]["dependencies"]]
    if name == "development":
        wanted += asked_for("dev")
    versions = pinned(name)
    for requirement in wanted:
        found = versions[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(each) for each in found), requirement


def test_development_is_production_and_more() -> None:
    production, development = pinned("production"), pinned("development")
    assert production.items() <= development.items()


def test_no_file_names_a_registry() -> None:
    hosts = [registry + domain for registry in REGISTRIES for domain in TOP_LEVEL_DOMAINS]
    names = tracked_files()
    assert "pyproject.toml" in names
    found = [
        (name, host)
        for name in names
        for host in hosts
        if (ROOT / name).is_file() and host.encode() in (ROOT / name).read_bytes()
    ]
    assert found == []


def tracked_files() -> list[str]:
    # The checkout may belong to another user than who runs the tests.
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\0").split("\0")
