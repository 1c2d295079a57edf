"""The stylesheet follows the contrast settings of the reader in both themes."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

COLORS = (
    """() => [".row .meta", "body"].map(e => getComputedStyle(document.querySelector(e)).color)"""
)


@pytest.mark.parametrize("dark", [False, True])
def test_secondary_text_has_the_text_color_if_more_contrast_is_wanted(
    open_page: Open, dark: bool
) -> None:
    page = open_page("index.html", dark=dark).page
    page.emulate_media(contrast="more")
    secondary, text = page.evaluate(COLORS)
    assert secondary == text
