"""Dates, names, directives and languages in the metadata of pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.dates.days_in_text import date_in_url
from crawler.dates.parse_date import parse_date
from crawler.extract.author_names import parse_names
from crawler.extract.extract_page import PageInput, extract_page
from crawler.extract.jsonld import find_article_node, parse_jsonld
from crawler.extract.language_detection import detect_language
from crawler.extract.robots_directives import parse_directives
from crawler.models.articles import Article

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
GERMAN = (
    "Jeden Montag um kurz nach sieben fiel unsere Startseite aus. Nicht lange, nur zwei "
    "Minuten, aber genau dann, wenn alle zum ersten Mal in der Woche "
    "hineinsehen wollten. Der Grund war ein Eintrag im Zwischenspeicher, der sonntags um "
    "Mitternacht ablief und den danach niemand mehr brauchte. Am Morgen "
    "fehlte er dann allen zugleich, und vierhundert Prozesse rechneten dasselbe aus. Jetzt "
    "rechnet einer, und die anderen warten auf ihn. Wer zuerst kommt, "
    "nimmt eine Sperre mit kurzer Frist; wer sie nicht bekommt, liest den alten Wert noch ein "
    "paar Sekunden lang weiter."
)
TERMS = (
    "Ledger nodes replicate log segments. Leaders append batches, followers fetch offsets. "
    "Brokers compact keys, delete tombstones, retain segments. Restart nodes. Drain queues. "
)
NORWEGIAN = (
    "Hver mandag litt over sju var forsiden vår nede. Ikke lenge, bare i to minutter, men akkurat "
    "når alle for første gang i uken ville se innom. Årsaken var en oppføring i hurtiglageret. Den "
    "gikk ut ved midnatt, og ingen trengte den etterpå. Om morgenen manglet den for alle på en "
    "gang, og fire hundre prosesser regnet ut det samme. Nå regner en av dem, og de andre venter "
    "på svaret. Den første tar en lås med kort frist, og resten bruker den gamle verdien."
)
PROSE = (
    "<p>"
    + "A sentence about quorums that goes on for a while, so that it is read as prose. " * 4
    + "</p>"
)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-05T21:40:00-05:00", "2024-03-05"),
        ("2024-03-05T00:10:00+02:00", "2024-03-05"),
        ("2024-3-5", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05"),
        ("March 5th, 2024", "2024-03-05"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("5. März 2024", "2024-03-05"),
        ("5 mars 2024", "2024-03-05"),
        ("05.03.2024", "2024-03-05"),
    ],
)
def test_parse_date_keeps_the_day_as_written(written: str, day: str) -> None:
    found = parse_date(written, SEEN)
    assert found is not None
    assert found.tzinfo is UTC
    assert found.date().isoformat() == day


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "2024-02-31",
        "0001-01-01",
        "9999-12-31",
        "2026-05-01",
        "31 February 2024",
        "2024-99-99T99:99:99+99:99",
    ],
)
def test_invalid_future_and_very_old_dates_give_no_date(written: str) -> None:
    assert parse_date(written, SEEN) is None


def test_date_in_url_path_is_found() -> None:
    assert date_in_url("https://a.example/2014/09/26/title", SEEN) == datetime(
        2014, 9, 26, tzinfo=UTC
    )
    assert date_in_url("https://a.example/p/2014-09-26-title.html", SEEN) == datetime(
        2014, 9, 26, tzinfo=UTC
    )
    assert date_in_url("https://a.example/issues/20140926123", SEEN) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Ada Brook and Grace Lin", ("Ada Brook", "Grace Lin")),
        ("Ada Brook, Grace Lin", ("Ada Brook", "Grace Lin")),
        ("von Jonas Weidner", ("Jonas Weidner",)),
        ("Ludwig van Beek", ("Ludwig van Beek",)),
        ("https://site.example/author", ()),
        ("admin", ()),
        ("a@b.example", ()),
    ],
)
def test_parse_names_drops_prefixes_roles_and_employers(
    line: str, expected: tuple[str, ...]
) -> None:
    assert parse_names([line]) == expected


@pytest.mark.parametrize(
    "byline",
    [
        "<p>By Mara Lindqvist</p>",
        "<p><span>By</span><a>Mara Lindqvist</a><span>March 5, 2024</span></p>",
        "<div>March 5, 2024 - Mara Lindqvist (@mara)</div>",
        "<div class='byline'>Mara Lindqvist</div>",
        "<p>Written by: Mara Lindqvist | 4 min read</p>",
    ],
)
def test_byline_in_plain_text_gives_authors(byline: str) -> None:
    body = (
        f"<html><head><title>On quorums and people</title></head><body><h1>On quorums and "
        f"people</h1>{byline}{PROSE * 3}</body></html>"
    )
    article = extract_page(PageInput("https://x.example/", body.encode(), fetched_at=SEEN))
    assert isinstance(article, Article)
    assert article.authors == ("Mara Lindqvist",)
    assert dict(article.field_sources)["authors"] == "byline"


def test_prose_below_the_title_gives_no_authors() -> None:
    head = (
        "<html><head><title>On quorums and people</title></head><body><h1>On quorums and "
        "people</h1>"
    )
    body = f"{head}<p>By now everyone knows Paxos.</p>{PROSE * 3}</body></html>"
    article = extract_page(PageInput("https://x.example/", body.encode(), fetched_at=SEEN))
    assert isinstance(article, Article)
    assert article.authors == ()


def test_jsonld_in_graphs_and_lists_is_parsed_next_to_broken_scripts() -> None:
    found = parse_jsonld(
        [
            "{broken",
            '[{"@type":"WebPage"},{"@graph":[{"@type":["Thing","BlogPosting"],"headline":"H"}]}]',
        ]
    )
    assert find_article_node(found)["headline"] == "H"
    assert parse_jsonld(["[" * 5000]) == []


def test_strictest_directive_for_hashtrail_applies() -> None:
    said = parse_directives(
        {"robots": ["index, max-snippet:50"]},
        (("x-robots-tag", "googlebot: noindex"), ("x-robots-tag", "max-snippet: 20, noarchive")),
    )
    assert (said.noindex, said.noarchive, said.max_snippet, said.nosnippet) == (
        False,
        True,
        20,
        False,
    )
    assert parse_directives({"robots": ["none"]}, ()).noindex
    assert parse_directives({}, (("tdm-reservation", "1"),)).no_ai


@pytest.mark.parametrize(
    ("declared", "text", "code"),
    [
        ("en-US", "", "en"),
        ("", "kurz", ""),
        ("xx yy", "", ""),
        ("en", GERMAN, "de"),
        ("", GERMAN, "de"),
        ("en", TERMS, "en"),
        ("en", TERMS * 6, "en"),
        ("", TERMS * 6, ""),
        ("de", f"{GERMAN}\n\n```\n{TERMS * 9}\n```", "de"),
        ("nb-NO", NORWEGIAN, "nb"),
    ],
)
def test_declared_language_counts_unless_text_is_in_another(
    declared: str, text: str, code: str
) -> None:
    assert detect_language(declared, text)[0] == code
