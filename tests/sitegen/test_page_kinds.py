"""Page kinds: each module of `crawler/sitegen/pages` is used, and a missing part is explained."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection
from pathlib import Path
from types import ModuleType

import pytest

from crawler.errors import BuildError
from crawler.sitegen import page_kinds, pages, site_files
from crawler.sitegen.page_kinds import Page, PageGroup, load_page_kinds, missing_parts
from crawler.sitegen.site_model import SiteModel
from crawler.workspace import bundled_path
from tests.sitegen.conftest import Build

MODULES = sorted(module.name for module in pkgutil.iter_modules(pages.__path__))


def page_kind(**parts: object) -> ModuleType:
    module = ModuleType("crawler.sitegen.pages.example")
    module.__dict__.update(parts)
    return module


def valid_groups(model: SiteModel, keys: Collection[str] | None = None) -> list[PageGroup]:
    return [PageGroup("", lambda: [Page("example.html", {"message": "An example"})])]


def test_every_module_is_a_page_kind() -> None:
    kinds = load_page_kinds()
    assert [kind.__name__.rpartition(".")[2] for kind in kinds] == MODULES  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", MODULES)
def test_template_of_page_kind_exists(name: str) -> None:
    templates = {
        kind.__name__.rpartition(".")[2]: kind.TEMPLATE  # type: ignore[attr-defined]
        for kind in load_page_kinds()
    }
    path = bundled_path("templates") / templates[name]
    assert path.is_file(), f"crawler/sitegen/pages/{name}.py: the template {path} is missing"


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        (
            {"SUBJECT": "site", "page_groups": valid_groups},
            'has no TEMPLATE, a path such as "site/week.html" below templates/',
        ),
        (
            {"TEMPLATE": "site/example.html", "SUBJECT": "site"},
            "has no function page_groups(model, keys)",
        ),
        (
            {"TEMPLATE": "site/example.html", "page_groups": valid_groups},
            "has no SUBJECT, one of article, author, entity, host, kind, post, site, topic, week",
        ),
        (
            {"TEMPLATE": "site/example.html", "SUBJECT": "site", "page_groups": lambda: []},
            ".page_groups must take two parameters: model, keys",
        ),
    ],
)
def test_missing_part_is_explained(parts: dict[str, object], problem: str) -> None:
    (reported,) = missing_parts(page_kind(**parts))
    assert reported.endswith(problem)
    assert "crawler.sitegen.pages.example" in reported


def test_module_without_parts_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_kinds, "import_module", lambda name: page_kind())
    with pytest.raises(BuildError, match="has no TEMPLATE"):
        load_page_kinds()


def test_pages_of_a_kind_are_rendered_with_its_template(
    build: Build, page: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = page_kind(SUBJECT="site", TEMPLATE="site/withheld.html", page_groups=valid_groups)
    monkeypatch.setattr(site_files, "load_page_kinds", lambda: [*load_page_kinds(), kind])
    build()
    assert "<h1>Page not available</h1>" in page("example.html")
