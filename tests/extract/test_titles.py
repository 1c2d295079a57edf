"""Titles keep their characters and lose what software adds: sites, sections, authors, anchors."""

from __future__ import annotations

import html

import pytest

from crawler.extract.declared_values import clean_declared_value
from tests.extract.made import PROSE, TITLE, made, source


@pytest.mark.parametrize(
    "title",
    [
        "What Future<T> costs and Box<dyn Error> hides",
        "Why a < b && b > c is not enough for clocks",
        "Reads & writes: R&D notes about Option<&str>",
        "Use <br> for breaks and <table> for grids",
        "Why p99 > 5 s while load < 3",
    ],
)
def test_title_keeps_angle_brackets_and_ampersands(title: str) -> None:
    escaped = html.escape(title)
    assert made(above=f"<h1>{escaped}</h1>", title=escaped).title == title


def test_title_with_unescaped_type_keeps_the_type() -> None:
    title = "What Future<T> costs at run time"
    assert made(above=f"<h1>{title}</h1>", title=title).title == title


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("Tail <em>latency</em> in <a href='/x'>queues</a>", "Tail latency in queues"),
        ("Ping &amp;amp; pong", "Ping &amp; pong"),
        ("Ping &#8211; pong&quot;", 'Ping – pong"'),
        ("Salt&copy without a semicolon", "Salt&copy without a semicolon"),
        ("First<br/>second", "First second"),
        ("List<a> and List<b>", "List<a> and List<b>"),
    ],
)
def test_declared_value_loses_only_formatting(declared: str, expected: str) -> None:
    assert clean_declared_value(declared) == expected


@pytest.mark.parametrize(
    "suffix",
    [
        " | by Ines Aguado | Mar, 2025 | Medium",
        " | by Ines Aguado | The Ledger Times | Medium",
        " | by Ines Aguado | Mar, 2025",
        " - by Ines Aguado",
        " - by Ines Aguado - The Quorum Letter",
        " — Quorum 2.1 documentation",
        " - by Ines Aguado and Per Olsen",
    ],
)
def test_byline_after_title_is_dropped(suffix: str) -> None:
    assert made(title=f"{TITLE}{suffix}").title == TITLE


def test_words_with_by_stay_in_the_title() -> None:
    assert made(title="Clocks - by example").title == "Clocks - by example"
    assert made(title="Raft | step by step").title == "Raft | step by step"


def test_sections_of_the_navigation_are_dropped_from_the_end_of_the_title() -> None:
    navigation = "<nav class='breadcrumbs'><a href='/g'>Guides</a> <a href='/g/s'>Storage</a></nav>"
    title = f"{TITLE} | Storage | Guides"
    assert made(above=navigation, title=title).title == TITLE
    assert made(title=title).title == title


def test_name_of_the_site_with_its_kind_is_dropped() -> None:
    title = f"{TITLE} | Lagoon Engineering Blog"
    assert made(title=title, url="https://tech.lagoon.example/a").title == TITLE
    assert made(title=title, url="https://other.example/a").title == title


def test_heading_of_a_caption_is_not_the_title() -> None:
    above = "<figure><figcaption><h2>A map of all the quorums</h2></figcaption></figure>"
    article = made(above=above, title=f"{TITLE} | by Ines Aguado | Medium")
    assert (article.title, source(article, "title")) == (TITLE, "title")


@pytest.mark.parametrize("anchor", ["¶", " #", " 🔗"])
def test_anchor_after_the_headline_is_dropped(anchor: str) -> None:
    above = f"<h1>On quorums in old clusters<a href='#q'>{anchor}</a></h1>"
    assert made(above=above, title="Quorums of old clusters").title == "On quorums in old clusters"
    assert made(above="<h1>Old tasks in C#</h1>", title="Tasks of C#").title == "Old tasks in C#"


@pytest.mark.parametrize(
    "suffix", [" [Lagoon]", " (Lagoon Blog)", "｜Lagoon", "|Lagoon", "_Lagoon"]
)
def test_name_of_the_site_is_dropped_after_other_signs(suffix: str) -> None:
    url = "https://lagoon.example/a"
    assert made(title=f"{TITLE}{suffix}", url=url).title == TITLE
    other = f"{TITLE}{suffix.replace('Lagoon', 'Harbour')}"
    assert made(title=other, url=url).title == other


def test_breadcrumbs_before_the_title_are_dropped() -> None:
    navigation = "<ul class='breadcrumb'><li><a href='/g'>Guides</a></li></ul>"
    assert made(above=navigation, title=f"Guides » {TITLE}").title == TITLE
    assert made(above=navigation, title=f"Guides - {TITLE}").title == f"Guides - {TITLE}"


def test_ligatures_of_a_page_become_letters() -> None:
    article = made(title="Eﬃcient oﬄine ﬁles", below=f"{PROSE[:-4]} Conﬂicts.</p>")
    assert article.title == "Efficient offline files"
    assert "Conflicts." in article.text


@pytest.mark.parametrize(
    "heading",
    [
        "{} <small>9 May 2019</small>",
        "{}<span class='subtitle'>Votes of a small town</span>",
        "<span class='badge'>New</span> {}",
        "<a href='/c'>Votes</a> {} <time>May 9</time>",
        "{}<a href='/edit'>[edit]</a>",
    ],
)
def test_texts_of_inner_elements_are_not_parts_of_the_title(heading: str) -> None:
    above = f"<h1>{heading.format(TITLE)}</h1>"
    assert made(above=above, title=f"{TITLE} | Town Notes").title == TITLE


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE}: Town Notes",
        f"Town Notes: {TITLE}",
        f"{TITLE} ~ Town Notes",
        f"{TITLE} -- Town Notes",
        f"{TITLE} < Town Notes",
        f"Town Notes｜{TITLE}",
        f"(4) {TITLE} - Town Notes",
    ],
)
def test_name_of_the_site_next_to_any_sign_is_left_out(title: str) -> None:
    head = "<meta property='og:site_name' content='Town Notes'>"
    assert made(head=head, title=title).title == TITLE


def test_word_before_a_colon_stays_although_the_site_has_that_name() -> None:
    head = "<meta property='og:site_name' content='Quorum'>"
    assert made(head=head, title="Quorum: a tour").title == "Quorum: a tour"
