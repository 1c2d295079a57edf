"""The date that readers see near the headline counts, not that of a comment, a box or an event."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.extract.made import PROSE, TITLE, made, source

HEADING = f"<h1>{TITLE}</h1>"
SHOWN = "<p class='meta'>March 5, 2024</p>"
OTHER = "<time datetime='2025-11-20T10:00:00Z'>20 November 2025</time>"
THIRD = "<time datetime='2025-11-21T10:00:00Z'>21 November 2025</time>"


def published(**page: str) -> str | None:
    article = made(**page)
    return article.published.isoformat()[:16] if article.published else None


@pytest.mark.parametrize(
    "below",
    [
        f"<section id='comments'><div><b>Kim</b> {OTHER}<p>Nice</p></div></section>",
        f"<aside><h3>Latest</h3><a href='/x'>Another</a> {OTHER}</aside>",
        f"<div class='related-posts'><a href='/x'>Another</a> {OTHER}</div>",
        f"<p>Meet us on {OTHER} in Porto for a talk about votes.</p>",
        f"<h3>3 replies</h3><div><b>Kim</b></div><div>{OTHER}</div>",
        f"<div>Kim</div><div>{OTHER}</div><div>Lou</div><div>{THIRD}</div>",
        f"<h3>Upcoming events</h3><div>{OTHER}</div>",
        f"<dialog>{OTHER}</dialog>",
        f"<div class='newsletter'>Our letter of {OTHER}</div>",
        f"<h2>Read next</h2><a href='/x'>Another</a> {OTHER}",
        f"<h2>2 thoughts on leases</h2><p>Kim:</p><p>{OTHER}</p>",
    ],
)
def test_time_of_another_part_is_not_the_date(below: str) -> None:
    assert published(above=HEADING, below=below) is None
    assert published(above=HEADING + SHOWN, below=below) == "2024-03-05T00:00"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Conference on March 5, 2024</p>",
        "<p>Received March 5, 2024</p>",
        "<p>Register until March 5, 2024</p>",
        "<p>© March 5, 2024 Quorum Press</p>",
        "<p>The second cluster failed on March 5, 2024.</p>",
        "<p>2024-03-05更新</p>",
        "<p>Last reviewed March 5, 2024</p>",
        "<p>Next event: March 5, 2024</p>",
        "<p>Updated <time datetime='2024-03-05'>5 March</time></p>",
        "<figure><figcaption>The rack, 5 March 2024</figcaption></figure>",
    ],
)
def test_day_of_another_event_near_headline_is_not_the_date(line: str) -> None:
    assert published(above=HEADING + line) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<p>By Ada Brook on March 5, 2024.</p>", "2024-03-05T00:00"),
        ("<p>Received: 1 May 2023; Accepted: 2 June 2023; Published: 5 March 2024</p>",
         "2024-03-05T00:00"),
        ("<p>公開日 2024-03-05 更新日 2024-04-01</p>", "2024-03-05T00:00"),
        ("<p><time datetime='2024-03-05T09:30:00+01:00'>3 days ago</time></p>",
         "2024-03-05T08:30"),
        ("<p>Posted <abbr class='published' title='2024-03-05T06:30:00+00:00'>Tue 05 March 2024"
         "</abbr></p>", "2024-03-05T06:30"),
        ("<p>Posted <relative-time datetime='2024-03-05T06:30:00Z'>last week</relative-time></p>",
         "2024-03-05T06:30"),
        ("<p><span class='published' title='2024-03-05T06:30:00Z'>March 5</span></p>",
         "2024-03-05T06:30"),
    ],
)  # fmt: skip
def test_date_in_a_line_near_headline_is_found(line: str, expected: str) -> None:
    assert published(above=HEADING + line) == expected


def test_date_below_a_summary_is_near_the_headline() -> None:
    summary = "<p>" + "A summary of what happened to the votes in the old cluster. " * 2 + "</p>"
    head = "<meta name='date' content='2023-01-01'>"
    assert published(above=HEADING + summary + SHOWN, head=head) == "2024-03-05T00:00"


def test_shown_date_is_preferred_to_declared_one() -> None:
    head = "<meta property='article:published_time' content='{}'>"
    assert published(above=HEADING + SHOWN, head=head.format("2023-01-01T10:00:00Z")) == (
        "2024-03-05T00:00"
    )
    same_day = made(above=HEADING + SHOWN, head=head.format("2024-03-05T10:00:00Z"))
    assert str(same_day.published)[:16] == "2024-03-05 10:00"
    assert source(same_day, "published") == "opengraph"


def test_single_date_below_the_text_is_found() -> None:
    assert published(above=HEADING, below=f"<div>{OTHER}</div>") == "2025-11-20T10:00"


def test_time_in_the_footer_of_an_article_is_found() -> None:
    footer = f"<footer class='entry-footer'>Posted on {OTHER} in Storage, Clocks, Votes</footer>"
    time = footer.replace("<time", "<time class='published'")
    assert published(above=f"<article>{HEADING}{PROSE}{time}</article>") == "2025-11-20T10:00"


def test_comment_in_structured_data_gives_no_date() -> None:
    comment = '{"@type":"Comment","datePublished":"2025-11-20"}'
    head = (
        "<script type='application/ld+json'>"
        f'{{"@type":"BlogPosting","headline":"{TITLE}","comment":[{comment}]}}</script>'
    )
    microdata = (
        "<div itemscope itemtype='https://schema.org/Comment'><p>Yes</p>"
        "<meta itemprop='datePublished' content='2025-11-20'></div>"
    )
    assert published(above=HEADING, head=head, below=microdata) is None


def test_structured_data_of_the_titled_page_counts() -> None:
    node = '{{"@type":"BlogPosting","headline":"{}","datePublished":"{}"}}'
    nodes = ",".join((node.format("Another post", "2025-11-20"), node.format(TITLE, "2024-03-05")))
    head = f"<script type='application/ld+json'>[{nodes}]</script>"
    assert published(above=HEADING, head=head) == "2024-03-05T00:00"


def test_list_of_other_pages_in_structured_data_gives_no_date() -> None:
    head = (
        "<script type='application/ld+json'>"
        '{"@type":"ItemList","itemListElement":[{"@type":"BlogPosting","headline":"Another",'
        '"datePublished":"2025-11-20"}]}</script>'
    )
    assert published(above=HEADING, head=head) is None


def test_day_in_the_header_of_the_site_or_in_the_headline_is_not_the_date() -> None:
    assert published(above=f"<header><div>March 5, 2024</div></header>{HEADING}") is None
    assert published(above=f"<header><div>March 5, 2024</div>{HEADING}</header>") is not None
    title = "Outage of March 5, 2024"
    assert published(above=f"<h1>{title}</h1>", title=title) is None


def test_footer_named_after_the_entry_has_the_date() -> None:
    footer = "<footer class='entry-footer'>Posted on March 5, 2024</footer>"
    assert published(above=HEADING, below=footer) == "2024-03-05T00:00"
    assert published(above=HEADING, below=footer.replace("entry-footer", "site-footer")) is None


@pytest.mark.parametrize(
    "line",
    [
        "<p>9 May 2019</p>",
        "<h3>9 May 2019</h3>",
        "<p>Thursday, 9 May 2019, 8 pm, at the old mill</p>",
        "<p><cite>Quorum Weekly, 9 May 2019</cite></p>",
        "<table><tr><td>3.1</td><td>2019-05-09</td></tr></table>",
        "<p>Our machines run release 2019.05.09 of the program.</p>",
        "<p>May 9, 2019 was a day of rain.</p>",
    ],
)
def test_day_between_paragraphs_is_not_that_of_the_page(line: str) -> None:
    page = made(above=f"<h1>{TITLE}</h1>", below=f"{PROSE * 3}{line}{PROSE * 3}")
    assert page.published is None


@pytest.mark.parametrize(
    "line",
    [
        "<p>Published: 9 May 2019</p>",
        "<p class='post-date'>9 May 2019</p>",
        "<ul><li><i title='Published'></i> <time datetime='2019-05-09'>9 May 2019</time></li></ul>",
    ],
)
def test_labelled_day_between_paragraphs_is_that_of_the_page(line: str) -> None:
    page = made(above=f"<h1>{TITLE}</h1>", below=f"{PROSE * 3}{line}{PROSE * 3}")
    assert page.published == datetime(2019, 5, 9, tzinfo=UTC)


def test_bare_day_below_the_text_is_that_of_the_page() -> None:
    page = made(above=f"<h1>{TITLE}</h1>", below=f"{PROSE * 3}<p>9 May 2019</p>")
    assert page.published == datetime(2019, 5, 9, tzinfo=UTC)


def test_age_with_its_time_in_an_attribute_dates_the_page() -> None:
    page = made(
        above=f"<h1>{TITLE}</h1><p><span data-datetime='2019-05-09T08:00:00Z'>7y</span></p>"
    )
    assert page.published == datetime(2019, 5, 9, 8, tzinfo=UTC)


def test_json_ld_with_escaped_quotes_is_read() -> None:
    script = '{"@type": "Article", "datePublished": "2019-05-09"}'.replace('"', "&quot;")
    page = made(head=f"<script type='application/ld+json'>{script}</script>")
    assert page.published == datetime(2019, 5, 9, tzinfo=UTC)
