"""Every kind of page passes the checks of axe-core (WCAG 2.2 A and AA, best practices)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def one_of_each_kind(site: Path) -> list[str]:
    """Return every page at the top of the site, and the first one of each folder.

    The page for missing URLs is left out: it names its files from the root of the server.
    """
    paths = sorted(path.relative_to(site) for path in site.rglob("*.html"))
    pages = [path for path in paths if path.name != "404.html"]
    first_of_folder: dict[Path, Path] = {}
    for page in pages:
        first_of_folder.setdefault(page.parent, page)
    top = [page for page in pages if page.parent == Path()]
    return [page.as_posix() for page in dict.fromkeys([*top, *first_of_folder.values()])]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_pages_of_every_kind_have_no_violations(
    open_page: Open, site: Path, width: int, dark: bool
) -> None:
    visit = open_page("index.html", width=width, dark=dark)
    found = {}
    for path in one_of_each_kind(site):
        visit.page.goto(f"{site.as_uri()}/{path}")
        found[path] = violations(visit.page)
    assert {path: rules for path, rules in found.items() if rules} == {}
