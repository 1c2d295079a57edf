"""The stylesheet: contrast (WCAG 2.2, 1.4.3 and 1.4.11), dark palette, local resources, size."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest

from crawler.workspace import bundled_path
from tests.browser.sample import sample
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

ASSETS = bundled_path("site", "assets")
CSS = (ASSETS / "style.css").read_text(encoding="utf-8")
PALETTES = [
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root[^{]*\{([^}]*--back[^}]*)\}", CSS)
]
TEXT = ["text", "muted", "link", "visited", "accent", "ok", "warn", "bad"]
PAIRS = [(ink, paper, 4.5) for ink in TEXT for paper in ("back", "surface")] + [
    ("text", shade, 4.5) for shade in ("rare", "some", "often", "most")
]
PAIRS += [("tag-text", "tag", 4.5), ("text", "mark", 4.5), ("control", "back", 3.0)]

BUDGETS = [
    ("index.html", 30),
    ("topic/caching.html", 35),
    ("article/1-stop-cache-stampedes-with-distributed-locking.html", 15),
]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
@pytest.mark.parametrize("palette", [0, 1], ids=["light", "dark"])
def test_text_contrast_meets_wcag_aa(palette: int, ink: str, paper: str, least: float) -> None:
    dark, light = sorted((luminance(PALETTES[palette][ink]), luminance(PALETTES[palette][paper])))
    assert (light + 0.05) / (dark + 0.05) >= least


def test_chosen_and_system_dark_theme_are_equal() -> None:
    assert PALETTES[1] == PALETTES[2]
    assert PALETTES[0].keys() == PALETTES[1].keys()


def test_stylesheet_has_no_external_resource_and_no_animation() -> None:
    assert not re.search(
        r"url\(|@import|@font-face|animation|transition|position:\s*(?:fixed|sticky)", CSS
    )


@pytest.mark.parametrize(
    ("names", "kilobytes"),
    [(["style.css"], 10), (["theme.js", "keys.js"], 6), (["search.js"], 15), (["favicon.svg"], 1)],
)
def test_assets_are_within_their_size_budget(names: list[str], kilobytes: int) -> None:
    assert (
        sum(len(gzip.compress((ASSETS / name).read_bytes())) for name in names) <= kilobytes * 1000
    )


@pytest.mark.parametrize(("path", "kilobytes"), BUDGETS)
def test_pages_are_within_their_size_budget(
    build: Build, factory: Factory, page: Callable[[str], str], path: str, kilobytes: int
) -> None:
    factory.db = sample().db
    build()
    assert len(gzip.compress(page(path).encode())) <= kilobytes * 1000
