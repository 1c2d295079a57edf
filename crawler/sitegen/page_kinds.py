"""Page kinds: the modules of `crawler/sitegen/pages`, each one kind of page, found by name.

A module provides `SUBJECT`, the subject of its pages, `TEMPLATE`, their template below
`templates/`, and `page_groups(model, keys)`, which yields the pages of each subject as a group.
Modules whose names start with `_` are skipped.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol, cast

from crawler.errors import BuildError
from crawler.sitegen import pages
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel

SUBJECTS = frozenset(
    {"article", "author", "entity", "host", "kind", "post", "site", "topic", "week"}
)
"""The subjects of pages."""

WHOLE_SITE = "site"
"""The subject of pages that are made in every build."""


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML page: its path below the top of the site and the variables of its template.

    `template` overrides the template of the page kind. `version` is a digest of all that the page
    shows: a published page of equal version stays. An empty version means that this is unknown.
    """

    path: str
    context: Mapping[str, Any] = field(default_factory=dict)
    template: str = ""
    version: str = ""


class LazyContext(Mapping[str, Any]):
    """The variables of a template, which `make` returns when the page is rendered."""

    def __init__(self, make: Callable[[], Mapping[str, Any]]) -> None:
        self._make = make

    @cached_property
    def _variables(self) -> Mapping[str, Any]:
        return self._make()

    def __getitem__(self, name: str) -> Any:
        """Return the variable `name`."""
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the variables."""
        return iter(self._variables)

    def __len__(self) -> int:
        """Return the number of variables."""
        return len(self._variables)


@dataclass(frozen=True, slots=True)
class PageGroup:
    """All pages and files of one subject, made when they are written.

    `key` names the subject among those of its page kind. A failure of `make` stops the build if
    `fallback` is empty. Otherwise a short page replaces each path in it: the HTML pages of the
    subject, its own first.
    """

    key: str
    make: Callable[[], Iterable[Page | OutputFile]]
    fallback: tuple[str, ...] = ()


class PageKind(Protocol):
    """A module of `crawler/sitegen/pages`: one kind of page.

    `SUBJECT` is one of `SUBJECTS`, `TEMPLATE` a path below `templates/`. All data comes from the
    site model.
    """

    __name__: str
    SUBJECT: str
    TEMPLATE: str

    def page_groups(
        self, model: SiteModel, keys: Collection[str] | None = None
    ) -> Iterable[PageGroup]:
        """Yield the group of every subject in `model`, or only of the subjects `keys`.

        A key without pages yields no group. Pages about the site ignore `keys`. Call `make` before
        taking the next group.
        """
        ...


def is_chosen(key: str, keys: Collection[str] | None) -> bool:
    """Return whether the group `key` is to be made: it is in `keys`, or `keys` is None."""
    return keys is None or key in keys


def all_pages(kind: PageKind, model: SiteModel) -> Iterator[Page | OutputFile]:
    """Yield every page and file of `kind` for the site in `model`."""
    for group in kind.page_groups(model):
        yield from group.make()


def load_page_kinds() -> list[PageKind]:
    """Return every page kind, in the order of the module names.

    Raises BuildError if a module does not provide what a page kind needs.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(pages.__path__))
    modules = [
        import_module(f"{pages.__name__}.{name}") for name in names if not name.startswith("_")
    ]
    problems = [problem for module in modules for problem in missing_parts(module)]
    if problems:
        raise BuildError("; ".join(problems), "Add the missing parts to the page kind.")
    return [cast(PageKind, module) for module in modules]


def missing_parts(module: ModuleType) -> list[str]:
    """Return a sentence for each part that `module` lacks as a page kind."""
    problems = []
    template = getattr(module, "TEMPLATE", None)
    if not isinstance(template, str) or not template:
        problems.append(
            f'{module.__name__} has no TEMPLATE, a path such as "site/week.html" below templates/'
        )
    if getattr(module, "SUBJECT", None) not in SUBJECTS:
        problems.append(f"{module.__name__} has no SUBJECT, one of {', '.join(sorted(SUBJECTS))}")
    function = getattr(module, "page_groups", None)
    if not inspect.isfunction(function):
        problems.append(f"{module.__name__} has no function page_groups(model, keys)")
    elif list(inspect.signature(function).parameters) != ["model", "keys"]:
        problems.append(f"{module.__name__}.page_groups must take two parameters: model, keys")
    return problems
