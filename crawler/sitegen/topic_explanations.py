"""Topics of an article or a post with the matching text that supports each of them."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from crawler.group_by_key import group_by
from crawler.sitegen import display_formats
from crawler.sitegen.snapshot_reader import Row
from crawler.topics.scored_topic import CERTAIN
from crawler.topics.taxonomy_phrases import COMBINATION, HASHTAG

_MAX_QUOTES = 4
_CONFIDENCES = ("certain", "likely", "weak")
_URL_FIELDS = frozenset({"host", "url"})

TAGGINGS = (
    "SELECT t.subject_id, t.topic, t.confidence, t.score, t.tagger, t.taxonomy_version, "
    "e.field, e.quote, e.rule, e.times, e.sentence "
    "FROM taggings t LEFT JOIN evidence e ON e.tagging_id = t.id"
)
"""The taggings of subjects, one row for each piece of evidence."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Matching text that supports a topic: its field, the matching rule, and how often it occurs.

    `sentence` is the first sentence that contains it, or empty if it may not be published.
    """

    text: str
    field: str
    rule: str
    times: int
    sentence: str

    @property
    def learned(self) -> bool:
        """Whether the phrase was learned from labelled texts and does not name the topic."""
        return self.rule == "learned"


@dataclass(frozen=True, slots=True)
class TopicExplanation:
    """One topic of an article or post with its evidence.

    `quotes` name the topic, `learned` are phrases typical of it. `omitted` is the number of quotes
    left out. `locations` states where and how often the topic matches, such as `in the title` and
    `41 times in the text`. `sentence` is the first one that matches, of those that may be
    published. `on_own_site` tells whether the host of the article belongs to the topic. `doubt` is
    why a likely topic is not certain, else empty.
    """

    topic: str
    confidence: str
    tagger: str
    version: str
    quotes: tuple[Quote, ...]
    learned: tuple[Quote, ...]
    omitted: int
    locations: tuple[str, ...]
    sentence: str
    on_own_site: bool
    doubt: str


def explain_topics(rows: list[Row], host: str = "") -> tuple[TopicExplanation, ...]:
    """Return one value per topic from taggings with evidence (`rows`), highest confidence first.

    Equal quotes are counted, and not repeated. A part of `host`, the host of the article, is never
    quoted: it names the shortener or the publisher.
    """
    explanations = [
        _explanation(topic, group, host)
        for topic, group in group_by(rows, itemgetter("topic")).items()
    ]
    explanations.sort(key=lambda explanation: _CONFIDENCES.index(explanation.confidence))
    return tuple(explanations)


def _explanation(topic: str, rows: list[Row], host: str) -> TopicExplanation:
    all_quotes = _quotes(rows)
    quotes = [quote for quote in all_quotes if not _is_part_of_host(quote, host)]
    named = [quote for quote in quotes if not quote.learned]
    sentences = (quote.sentence for quote in named if quote.sentence)
    return TopicExplanation(
        topic=topic,
        confidence=rows[0]["confidence"],
        tagger=rows[0]["tagger"],
        version=rows[0]["taxonomy_version"],
        quotes=tuple(named[:_MAX_QUOTES]),
        learned=tuple(quote for quote in quotes if quote.learned)[:_MAX_QUOTES],
        omitted=max(0, len(named) - _MAX_QUOTES),
        locations=display_formats.match_locations(
            (quote.field, quote.rule, quote.times) for quote in quotes
        ),
        sentence=next(sentences, ""),
        on_own_site=any(
            not quote.learned and _is_part_of_host(quote, host) for quote in all_quotes
        ),
        doubt=_doubt(rows) if rows[0]["confidence"] == "likely" else "",
    )


def _doubt(rows: list[Row]) -> str:
    """Return why the tagging of `rows` is not certain.

    Hashtags, the words of a text and the posts that share an article never make a topic certain.
    """
    if any(row["rule"] == COMBINATION for row in rows):
        return "its words describe the topic, too few terms name it"
    if all(row["rule"] == HASHTAG for row in rows):
        return "only a hashtag names it"
    if rows[0]["score"] >= CERTAIN:
        return "posts name it, and the page alone has too few matches"
    return "too few matches"


def _is_part_of_host(quote: Quote, host: str) -> bool:
    if quote.field not in _URL_FIELDS or not quote.text:
        return False
    return f".{quote.text.casefold()}." in f".{host.casefold()}."


def _quotes(rows: list[Row]) -> list[Quote]:
    """Return one quote for equal text in the same field, as in the parts of a thread."""
    quoted = (row for row in rows if row["quote"] is not None)
    return [_quote(group) for group in group_by(quoted, _field_and_quote).values()]


def _field_and_quote(row: Row) -> tuple[str, str]:
    return display_formats.field_label(row["field"]), row["quote"].casefold()


def _quote(rows: list[Row]) -> Quote:
    first = rows[0]
    times = sum(row["times"] for row in rows)
    return Quote(first["quote"], first["field"], first["rule"], times, first["sentence"])
