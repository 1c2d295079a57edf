"""The locks agree with pyproject.toml, contain hashes, and name no server."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.deploy import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PYTHONS = ("3.11", "3.12", "3.13")
RUN = (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"])
EXTRAS = [line for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]
REQUIREMENTS = {
    "run": RUN,
    "dev": (*RUN, *EXTRAS, *PROJECT["dependency-groups"]["dev"]),
    "release": PROJECT["dependency-groups"]["release"],
}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def _locked(lock: Path) -> Iterator[tuple[Requirement, int]]:
    """Yield each package of `lock` with the number of its hashes."""
    for entry in lock.read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        yield Requirement(HASH.sub("", entry).strip()), len(HASH.findall(entry))


def _versions(name: str, python: str) -> dict[str, Version]:
    """Return the versions that the lock `name` installs on `python`."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    environment |= {"sys_platform": "linux", "platform_system": "Linux"}
    return {
        canonicalize_name(package.name): Version(str(package.specifier).removeprefix("=="))
        for package, _ in _locked(ROOT / f"requirements/{name}.lock")
        if package.marker is None or package.marker.evaluate(environment)
    }


def test_every_lock_has_its_requirements() -> None:
    assert {lock.stem for lock in LOCKS} == set(REQUIREMENTS)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", REQUIREMENTS)
def test_lock_satisfies_pyproject(name: str, python: str) -> None:
    versions = _versions(name, python)
    unsatisfied = [
        line
        for line in REQUIREMENTS[name]
        if not (requirement := Requirement(line)).specifier.contains(
            versions.get(canonicalize_name(requirement.name), Version("0"))
        )
    ]
    assert unsatisfied == [], "run: make lock"


@pytest.mark.parametrize("python", PYTHONS)
def test_tests_use_the_versions_that_run(python: str) -> None:
    run = _versions("run", python)
    dev = _versions("dev", python)
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_has_one_version_and_hashes(lock: Path) -> None:
    unpinned = [
        str(package)
        for package, hashes in _locked(lock)
        if not re.fullmatch(r"==[^,]+", str(package.specifier)) or not hashes
    ]
    assert unpinned == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_names_no_server(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.findall(r"\S*(?:://|@ |--(?:index|extra|find|trusted)\S*)\S*", text)


def test_classifiers_list_the_tested_pythons() -> None:
    prefix = "Programming Language :: Python :: "
    classifiers = PROJECT["project"]["classifiers"]
    assert [line.removeprefix(prefix) for line in classifiers if prefix in line] == [*PYTHONS]
