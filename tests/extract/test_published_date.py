"""The publication date in metadata, URL and visible text, and which one counts."""

from __future__ import annotations

import pytest

from crawler.dates.calendar_names import MONTHS, WEEKDAYS
from crawler.dates.day_order import writes_month_first
from crawler.dates.days_in_text import date_in_url, find_dates
from crawler.dates.parse_date import parse_date
from tests.extract.made import SEEN, TITLE, made, source

HEADING = f"<h1>{TITLE}</h1>"


def published(**page: str) -> tuple[str, str | None]:
    article = made(**page)
    return article.published.date().isoformat() if article.published else "", source(
        article, "published"
    )


@pytest.mark.parametrize(
    "written",
    [
        "5 mars 2024", "den 5 mars 2024", "5. märz 2024", "Dienstag, 5. März 2024",
        "5 de março de 2024", "5 de marzo del 2024", "5 d'abril de 2024",
        "5 marca 2024", "5. března 2024", "5 марта 2024 г.", "5 Μαρτίου 2024", "5 Mart 2024",
        "2024. március 5.", "2024 m. kovo 5 d.", "5 tháng 3, 2024",
        "2024年3月5日", "2024년 3월 5일", "Mar-05-2024", "5-Mar-2024", "31 Donnerstag Okt 2019",
        "5 Mar '24", "5th March, ’24", "Mar 5, '24", "5-Mar-24", "5/3/24",
        "2024. gada 5. marts", "令和6年3月5日", "٥ مارس ٢٠٢٤", "5 במרץ 2024",
        "05.03.24", "05.03.2024", "2024.03.05", "5/3/2024",
    ],
)  # fmt: skip
def test_date_in_many_languages_is_parsed(written: str) -> None:
    days = [day.date().isoformat() for day, _ in find_dates(written, SEEN)]
    assert days in (["2024-03-05"], ["2024-04-05"], ["2019-10-31"])


@pytest.mark.parametrize(
    "written",
    [
        "Market 5, 2019",
        "24 Stunden 2019",
        "10.04.20.1",
        "since the 3 nodes of '24",
        "24/7/365",
        "5-node-24",
        "5 comments 2019",
        "version 1.2.2019.3",
        "31 February 2024",
        "2024",
    ],
)
def test_text_without_a_day_gives_no_date(written: str) -> None:
    assert list(find_dates(written, SEEN)) == []


@pytest.mark.parametrize(
    ("language", "host", "first"),
    [
        ("en", "x.example", True), ("en-US", "x.example", True), ("en_GB", "x.example", False),
        ("en", "x.co.uk", False), ("de", "x.example", False), ("", "x", False),
    ],
)  # fmt: skip
def test_language_and_host_determine_day_month_order(language: str, host: str, first: bool) -> None:
    assert writes_month_first(language, host) is first
    found = parse_date("03/05/2024", SEEN, first)
    assert found is not None
    assert (found.month, found.day) == ((3, 5) if first else (5, 3))


def test_number_above_12_is_the_day() -> None:
    assert {
        str(parse_date(written, SEEN, first))[:10]
        for written in ("13/5/2024", "5/13/2024")
        for first in (True, False)
    } == {"2024-05-13"}


def test_find_dates_yields_text_before_each_date() -> None:
    assert [
        (day.day, words.strip())
        for day, words in find_dates("Written: 2024-03-05 / Updated: 2024-03-07", SEEN)
    ] == [(5, "Written:"), (7, "/ Updated:")]


def test_month_names_are_complete_and_not_weekdays() -> None:
    assert not WEEKDAYS & MONTHS.keys()
    assert set(MONTHS.values()) == set(range(1, 13))


def test_month_name_in_url_is_parsed() -> None:
    assert str(date_in_url("https://a.example/news/2014/sep/26/title", SEEN))[:10] == "2014-09-26"
    assert date_in_url("https://a.example/2014/oops/26/title", SEEN) is None


@pytest.mark.parametrize(
    "line",
    [
        "<p>Written: 2024-03-05 10:00 / Updated: 2024-03-07 11:00</p>",
        "<p>Last updated 7 March 2024, originally created 5 March 2024</p>",
        "<p>Zuletzt aktualisiert am 7. März 2024 | Veröffentlicht am 5. März 2024</p>",
        "<div><span>Mar</span><span>5</span><span>2024</span></div>",
        "<div>5</div><div>March</div><div>2024</div>",
        "<p>News, 3/5/2024</p>",
    ],
)
def test_date_below_headline_is_used_but_not_update_date(line: str) -> None:
    assert published(above=HEADING + line) == ("2024-03-05", "byline")


def test_date_line_is_preferred_to_date_in_caption() -> None:
    caption = (
        "<div>Figure: the cluster as seen from above by the operators on the 31.05.2021 (left) "
        "and its quorums (right)</div>"
    )
    assert published(above=HEADING + caption, below="<div>05.03.2024 um 09:25</div>") == (
        "2024-03-05",
        "byline",
    )


def test_dates_in_related_lists_are_ignored() -> None:
    assert published(above=HEADING, below="<div class='related'><p>5 March 2024</p></div>") == (
        "",
        None,
    )


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ({"url": "https://x.example/2024/03/05/a"}, "url"),
        ({"above": HEADING + "<p>March 5, 2024 | 9:25pm</p>"}, "byline"),
    ],
)
def test_utc_time_is_moved_to_the_visible_day(where: dict[str, str], source: str) -> None:
    head = "<meta property='article:published_time' content='2024-03-06T02:25:54+00:00'>"
    assert published(head=head, **where) == ("2024-03-05", source)


@pytest.mark.parametrize(
    "declared",
    ["2024-03-06T20:00:00Z", "2024-03-06T02:25:00-05:00", "2024-03-06", "2024-03-09T02:00:00Z"],
)
def test_declared_day_is_kept_if_no_time_zone_explains_visible_day(declared: str) -> None:
    head = f"<meta property='article:published_time' content='{declared}'>"
    assert published(head=head, url="https://x.example/2024/03/05/a") == (
        declared[:10],
        "opengraph",
    )


def test_time_element_that_matches_visible_date_is_used() -> None:
    menu = "<nav><time class='date' datetime='2025-01-01'>1 January</time></nav>"
    assert published(
        above=f"{menu}{HEADING}<p><time class='date' datetime='2024-03-05'>5 March 2024</time></p>"
    ) == ("2024-03-05", "time")


@pytest.mark.parametrize(
    "element",
    [
        '<span class="ago" title="May 7, 2021, 8:30 AM">4 years ago</span>',
        '<span class="date" title="7 May 2021">4 years ago</span>',
        '<a class="post-date" href="/p" title="2021-05-07T08:30:00Z">4y</a>',
        '<span class="relative-date" data-time="1620376200000">4y</span>',
        '<span class="timestamp" data-timestamp="1620376200">4 years ago</span>',
        '<span class="date" data-datetime="2021-05-07T08:30:00Z">4 years ago</span>',
    ],
)
def test_time_in_an_attribute_of_an_age_is_published(element: str) -> None:
    assert published(above=f"{HEADING}<div>{element}</div>") == ("2021-05-07", "time")


def test_title_without_a_year_states_no_time() -> None:
    element = '<span class="date" title="12 new posts">some time ago</span>'
    assert published(above=f"{HEADING}<div>{element}</div>") == ("", None)


NODE = '"@type": "BlogPosting", "url": "https://x.example/a", "datePublished": "2021-05-07"'


@pytest.mark.parametrize(
    "script",
    [
        f"{{{NODE},}}",
        f'{{{NODE}, "keywords": ["a, ]", "b",]}}',
        f"//<![CDATA[\n{{{NODE}}}\n//]]>",
        f"/*<![CDATA[*/{{{NODE}}}/*]]>*/",
        f'{{"@type": "WebSite"}}{{{NODE}}}',
        f"\ufeff{{{NODE}}}",
        f"{{ // of the post\n {NODE} /* end */ }}",
    ],
)
@pytest.mark.parametrize("media_type", ["application/ld+json", "application/LD+JSON"])
def test_json_ld_that_is_almost_json_is_read(script: str, media_type: str) -> None:
    head = f'<script type="{media_type}">{script}</script>'
    assert published(above=HEADING, head=head) == ("2021-05-07", "json-ld")
