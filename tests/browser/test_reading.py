"""Pages opened from disk in a browser: privacy, use without JavaScript, keyboard, small screens."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.conftest import Open, resize

pytestmark = pytest.mark.browser

FRONT, TOPIC = "index.html", "topic/caching.html"
ARTICLE = "article/1-stop-cache-stampedes-with-distributed-locking.html"
FIXED = [
    FRONT,
    TOPIC,
    ARTICLE,
    "topic-map.html",
    "topics.html",
    "topic/quiet.html",
    "source/host1.example.html",
    "author/1.html",
    "weeks.html",
    "week/2026-W46.html",
]
FIXED += ["sources.html", "search.html", "status.html", "about.html", "feeds.html"]


def note(site: Path) -> str:
    """Return the path of the page of a note with similar posts."""
    return next(
        f"post/{path.name}"
        for path in sorted((site / "post").iterdir())
        if " similar)</span></h1>" in path.read_text(encoding="utf-8")
    )


def hostile(site: Path) -> list[str]:
    """Return the paths of articles whose texts are attacks."""
    pages = sorted(
        (site / "article").glob("*.html"),
        key=lambda path: int(path.name.split("-")[0].removesuffix(".html")),
    )
    return [f"article/{path.name}" for path in pages[-14:]]


@pytest.mark.parametrize("path", FIXED)
def test_page_makes_no_third_party_request_and_logs_nothing(look_at_site: Open, path: str) -> None:
    assert look_at_site(path).complaints == []


@pytest.mark.parametrize("path", FIXED)
def test_page_is_not_wider_than_the_screen(look_at_site: Open, path: str) -> None:
    page = look_at_site(path).page
    for width in (1280, 390, 320):
        resize(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("path", [FRONT, TOPIC, ARTICLE, "status.html"])
def test_dark_and_light_theme_have_the_same_text(look_at_site: Open, path: str) -> None:
    light, dark = look_at_site(path).page, look_at_site(path, dark=True).page
    assert light.inner_text("main") == dark.inner_text("main")
    colour = "getComputedStyle(document.body).backgroundColor"
    assert (light.evaluate(colour), dark.evaluate(colour)) == (
        "rgb(253, 253, 251)",
        "rgb(20, 23, 26)",
    )


@pytest.mark.parametrize("path", [FRONT, TOPIC, ARTICLE, "status.html"])
def test_page_has_the_same_text_without_javascript(look_at_site: Open, path: str) -> None:
    with_script, without = look_at_site(path).page, look_at_site(path, script=False).page
    assert (
        with_script.locator("main section").all_inner_texts()
        == without.locator("main section").all_inner_texts()
    )


def test_search_without_javascript_offers_alternatives(look_at_site: Open) -> None:
    page = look_at_site("search.html", script=False).page
    assert "Search needs JavaScript" in page.inner_text("main")
    assert page.is_visible("form[action='https://explorer.example/public/articles']")


def test_hostile_text_is_displayed_and_never_executed(look_at_site: Open, site: Path) -> None:
    visit = look_at_site("source/example.org.html")
    assert '"><script>alert(1)</script>' in visit.page.inner_text("main")
    for path in (*hostile(site), TOPIC, FRONT, "search.html?q=alert"):
        visit.page.goto(f"{site.as_uri()}/{path}")
        assert visit.complaints == [], path


def test_every_tab_stop_has_a_visible_focus_ring(look_at_site: Open) -> None:
    page = look_at_site(FRONT).page
    for _ in range(25):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth)] })()"
        )
        assert style[0] != "none"
        assert style[1] >= 2


def test_first_tab_stop_skips_to_content(look_at_site: Open) -> None:
    page = look_at_site(FRONT).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_shortcuts_move_focus_except_while_typing(open_page: Open) -> None:
    page = open_page(FRONT).page
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.row').id") == page.evaluate(
        "document.querySelectorAll('.row')[1].id"
    )
    page.keyboard.press("/")
    page.keyboard.type("two j")
    assert page.evaluate("document.activeElement.value") == "two j"
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_url("**/topics.html")


def test_keyboard_shortcuts_can_be_turned_off(open_page: Open) -> None:
    page = open_page("about.html").page
    page.click("#keys-switch")
    page.keyboard.press("t")
    assert page.url.endswith("about.html")
    assert page.inner_text("#keys-switch") == "Turn on keyboard shortcuts"


def test_chosen_theme_is_remembered(open_page: Open) -> None:
    page = open_page(FRONT).page
    page.click("text=Dark")
    page.goto(page.url.replace(FRONT, TOPIC))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


def test_kind_filter_works_without_javascript(look_at_site: Open) -> None:
    page = look_at_site(TOPIC, script=False).page
    everything = page.locator(".stream .row:visible").count()
    page.click("label[for=k2]")
    kinds = set(
        page.locator(".stream .row:visible .title ~ .meta > span:first-of-type").all_inner_texts()
    )
    assert len(kinds) == 1
    assert 0 < page.locator(".stream .row:visible").count() < everything


def test_similar_post_redirects_to_its_note(look_at_site: Open, site: Path) -> None:
    lead = note(site)
    follower = f"post/{int(lead.split('/')[1].split('.')[0]) + 1}.html"
    page = look_at_site(follower).page
    page.wait_for_url(f"**/{lead}#post-*")


def test_printed_page_has_no_menu_and_shows_urls(open_page: Open) -> None:
    page = open_page(ARTICLE).page
    page.emulate_media(media="print")
    assert not page.is_visible("header.top")
    assert page.evaluate(
        "getComputedStyle(document.querySelector('.read a'), '::after').content"
    ).startswith('" <http')
    assert page.is_visible(".printed")


@pytest.mark.parametrize(("width", "titles"), [(1280, 5), (390, 3)])
def test_enough_titles_are_above_the_fold(look_at_site: Open, width: int, titles: int) -> None:
    page = look_at_site(FRONT, width=width).page
    page.set_viewport_size({"width": width, "height": 844 if width < 400 else 800})
    shown = page.evaluate(
        "[...document.querySelectorAll('.title')]"
        ".filter(title => title.getBoundingClientRect().bottom < innerHeight).length"
    )
    assert shown >= titles


@pytest.mark.parametrize("path", [FRONT, TOPIC, "author/1.html", "source/host1.example.html"])
def test_links_in_lists_are_at_least_24_pixels_high(look_at_site: Open, path: str) -> None:
    page = look_at_site(path).page
    for width in (1280, 390):
        resize(page, width)
        heights = page.evaluate(
            "[...document.querySelectorAll('.row a')].map(link => link.getClientRects()[0].height)"
        )
        assert min(heights) >= 24


@pytest.mark.parametrize("path", FIXED)
def test_headings_are_nested_and_controls_are_named(look_at_site: Open, path: str) -> None:
    page = look_at_site(path).page
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map(heading => +heading.tagName[1])"
    )
    assert levels.count(1) == 1
    main = page.evaluate(
        "[...document.querySelectorAll('main h1, main h2, main h3, main h4')]"
        ".map(heading => +heading.tagName[1])"
    )
    assert all(after - before <= 1 for before, after in pairwise(main))
    assert page.locator("main").count() == 1
    visible = (
        "[...document.querySelectorAll('a, button, input, select')].filter(e => e.offsetParent)"
    )
    is_unnamed = "e => !(e.textContent.trim() || e.ariaLabel || e.labels?.length)"
    assert page.evaluate(f"{visible}.filter({is_unnamed}).length") == 0
