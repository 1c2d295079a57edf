"""The pages about the data of the explorer in a browser: axe, and code that fits the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.explorer.processes import running
from tests.explorer.request_fuzz import sample_workspace

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("data")
    sample_workspace(folder)
    (folder / "data/hashtrail.toml").touch()
    with running(folder, "explore") as server:
        yield server.url


@pytest.mark.parametrize("path", ["/api", "/licence"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_page_has_no_axe_violation_and_fits_the_screen(
    look_at: Open, explorer: str, path: str, width: int, dark: bool
) -> None:
    page = look_at(explorer + path, width, dark).page
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
