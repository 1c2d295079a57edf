"""Dates of entries: which element states the publication, and which a change."""

from __future__ import annotations

import pytest

from tests.sources.feed_documents import atom, entries_of, rss

OLD, NEW = "2019-03-04T05:06:07Z", "2023-08-09T10:11:12Z"


def _years(document: str) -> tuple[int | None, int | None]:
    """Return the years of publication and change of the entry of a `document`."""
    entry = entries_of(document)[0]
    dates = (entry.published, entry.updated)
    published, updated = (date.year if date else None for date in dates)
    return published, updated


@pytest.mark.parametrize(
    "name",
    [
        "pubDate", "pubdate", "published", "date", "atom:published", "atom:updated", "dc:created",
        "dc:date", "dc:issued", "dcterms:available", "dcterms:created", "dcterms:date",
        "dcterms:issued", "dcterms:modified", "prism:publicationDate",
    ],
)  # fmt: skip
def test_date_in_any_element_is_the_publication_of_an_item_without_other_dates(name: str) -> None:
    assert _years(rss(f"<title>t</title><{name}>{OLD}</{name}>"))[0] == 2019


@pytest.mark.parametrize("changed", ["atom:updated", "dcterms:modified"])
@pytest.mark.parametrize("made", ["pubDate", "dc:date", "dcterms:issued", "dcterms:created"])
@pytest.mark.parametrize("is_change_first", [True, False])
def test_item_with_a_publication_and_a_change_has_both_dates(
    made: str, changed: str, is_change_first: bool
) -> None:
    elements = [f"<{changed}>{NEW}</{changed}>", f"<{made}>{OLD}</{made}>"]
    written = "".join(elements if is_change_first else reversed(elements))
    assert _years(rss(f"<title>t</title>{written}")) == (2019, 2023)


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        (f"<dcterms:created>{OLD}</dcterms:created><dcterms:issued>{NEW}</dcterms:issued>", 2023),
        (f"<pubDate>soon</pubDate><dcterms:created>{OLD}</dcterms:created>", 2019),
    ],
)
def test_creation_is_the_publication_of_an_item_without_a_better_date(
    dates: str, year: int
) -> None:
    assert _years(rss(f"<title>t</title>{dates}"))[0] == year


def test_creation_in_a_malformed_feed_is_before_a_change() -> None:
    document = atom(
        f"<title>t</title><updated>{NEW}</updated>"
        f"<created xmlns='http://purl.org/dc/terms/'>{OLD}</created>"
    )
    assert _years(document.replace("</entry>", "<broken></entry>")) == (2019, 2023)
