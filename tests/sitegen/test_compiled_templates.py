"""Templates are compiled once per process and source."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from crawler.sitegen.compiled_templates import CompiledTemplates


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that Jinja compiles from now on."""
    names: list[str] = []
    compile_source = Environment.compile

    def recorded(self, source, name=None, *arguments, **options):  # type: ignore[no-untyped-def]
        names.append(name)
        return compile_source(self, source, name, *arguments, **options)

    monkeypatch.setattr(Environment, "compile", recorded)
    return names


def _rendered(folder: Path, cache: CompiledTemplates, **context: str) -> str:
    environment = Environment(loader=FileSystemLoader(folder), bytecode_cache=cache)
    return environment.get_template("a.html").render(context)


def test_second_environment_compiles_nothing(tmp_path: Path, compiled: list[str]) -> None:
    (tmp_path / "a.html").write_text("Hello {{ name }}")
    cache = CompiledTemplates()
    assert _rendered(tmp_path, cache, name="Ada") == "Hello Ada"
    assert _rendered(tmp_path, cache, name="Lin") == "Hello Lin"
    assert compiled == ["a.html"]


def test_changed_template_is_compiled_again(tmp_path: Path, compiled: list[str]) -> None:
    cache = CompiledTemplates()
    for text in ("one", "two", "two"):
        (tmp_path / "a.html").write_text(text)
        assert _rendered(tmp_path, cache) == text
    assert compiled == ["a.html"] * 2


def test_stored_template_is_not_compiled_by_the_next_process(
    tmp_path: Path, compiled: list[str]
) -> None:
    (tmp_path / "a.html").write_text("Hello {{ name }}")
    first, second = CompiledTemplates(), CompiledTemplates()
    _rendered(tmp_path, first, name="Ada")
    first.write(tmp_path / "templates.bin", "rules")
    second.read(tmp_path / "templates.bin", "rules")
    assert _rendered(tmp_path, second, name="Lin") == "Hello Lin"
    assert compiled == ["a.html"]


def test_damaged_file_or_file_of_other_rules_is_not_used(
    tmp_path: Path, compiled: list[str]
) -> None:
    (tmp_path / "a.html").write_text("Hello")
    file, first = tmp_path / "templates.bin", CompiledTemplates()
    _rendered(tmp_path, first)
    first.write(file, "rules")
    whole = file.read_bytes()
    damaged = [whole[:20], whole[:-1], whole[:-9] + b"x" + whole[-8:], b""]
    for data, rules in [*((data, "rules") for data in damaged), (whole, "others")]:
        file.write_bytes(data)
        cache = CompiledTemplates()
        cache.read(file, rules)
        assert _rendered(tmp_path, cache) == "Hello"
    assert compiled == ["a.html"] * 6
