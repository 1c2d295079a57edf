"""Page kinds: the modules of `crawler/sitegen/pages`, each one kind of page, found by name.

A module provides `TEMPLATE`, the template of its pages below `templates/`, and `pages(model)`,
which yields a path and a context for each page. Modules whose names start with `_` are skipped.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol, cast

from crawler.errors import BuildError
from crawler.sitegen import pages
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML page: its path below the top of the site and the variables of its template.

    `template` overrides the template of the page kind.
    """

    path: str
    context: Mapping[str, Any] = field(default_factory=dict)
    template: str = ""


@dataclass(frozen=True, slots=True)
class ItemPages:
    """The pages and files of one article or post, made when they are written.

    If `make` fails or one of its pages is invalid, a short page replaces every path of `paths`,
    the HTML pages of the item, its own first.
    """

    paths: tuple[str, ...]
    make: Callable[[], list[Page | OutputFile]]


class PageKind(Protocol):
    """A module of `crawler/sitegen/pages`: one kind of page.

    `TEMPLATE` is a path below `templates/`. All data comes from the site model.
    """

    TEMPLATE: str

    def pages(self, model: SiteModel) -> Iterable[Page | ItemPages]:
        """Yield every page of this kind for the site in `model`."""
        ...


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
    function = getattr(module, "pages", None)
    if not inspect.isfunction(function):
        problems.append(f"{module.__name__} has no function pages(model) that yields Page values")
    elif list(inspect.signature(function).parameters) != ["model"]:
        problems.append(f"{module.__name__}.pages must take one parameter, `model`")
    return problems
