"""Why an item has a topic, or why not: each match with its weight and context, and the decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from crawler.models.topics import Item
from crawler.topics.domain_gate import AMBIGUOUS, ANY_FIELD_WORD
from crawler.topics.phrase_decision import DropReason
from crawler.topics.scored_topic import CERTAIN, LEAST, LIKELY, ScoredTopic
from crawler.topics.scoring import WeightedMatches
from crawler.topics.shown_evidence import quote_as_written, quoted_texts
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy_phrases import NOT_THIS, PhraseMatch

NOT_GIVEN = "no"
"""The confidence of a topic that the item does not have."""

_NEXT = {"weak": ("likely", LIKELY), "likely": ("certain", CERTAIN)}
_MOST_WORDS = 12
_ANYTHING = "another word, phrase or code of software engineering"


class ExplainedMatch(Struct, frozen=True):
    """A phrase of a topic in an item, with its number of occurrences and its weight.

    `rule` is the kind of phrase, `ambiguous` if it lacks its context, or `not_this` if a longer
    phrase with another meaning contains it. `context`: what gives a contextual phrase its technical
    sense, or that longer phrase. `required_context`: the words of which an
    ambiguous phrase needs one.
    """

    field: str
    quote: str
    start: int
    phrase: str
    rule: str
    times: int
    context: str
    required_context: tuple[str, ...]
    weight: float


class Explanation(Struct, frozen=True):
    """The decision about one topic of an item: its matches, and what is missing for more.

    `confidence` is `no` for a topic that is not given.
    """

    topic: str
    confidence: str
    score: float
    matches: tuple[ExplainedMatch, ...]
    missing: tuple[str, ...]


def explain(tagger: Tagger, item: Item, topics: Iterable[str] = ()) -> tuple[Explanation, ...]:
    """Return the decision of the `tagger` about each of `topics` for an `item`.

    Without `topics`, every topic with a match is explained.

    Given topics come first, in the order of the tagger, then the others by score.
    """
    weighed = tagger.weigh(item)
    excluded: dict[str, list[PhraseMatch]] = {}
    for phrase_match in tagger.matcher.excluded(item):
        excluded.setdefault(phrase_match.topic, []).append(phrase_match)
    scored, dropped = tagger.decide(item, weighed)
    given = {score.topic: score for score in scored}
    explanations = [
        _explained(
            tagger,
            topic,
            given[topic].matches if topic in given else weighed.get(topic, []),
            excluded.get(topic, []),
            quoted_texts(item),
            given.get(topic),
            dropped.get(topic),
        )
        for topic in tuple(topics) or dict.fromkeys((*given, *weighed, *excluded))
    ]
    order = {topic: number for number, topic in enumerate(given)}
    explanations.sort(
        key=lambda topic: (order.get(topic.topic, len(order)), -topic.score, topic.topic)
    )
    return tuple(explanations)


def _explained(
    tagger: Tagger,
    topic: str,
    weighted: WeightedMatches,
    excluded: list[PhraseMatch],
    texts: Mapping[str, str],
    given: ScoredTopic | None,
    dropped: DropReason | None,
) -> Explanation:
    pairs = sorted(weighted, key=lambda pair: (-pair[1], pair[0].field, pair[0].start))
    pairs += [(phrase_match, 0.0) for phrase_match in excluded]
    matches = [_match(tagger, phrase_match, weight, texts) for phrase_match, weight in pairs]
    score = round(sum((weight for _, weight in weighted), 0.0), 2)
    missing = [*_missing(given, dropped, score, bool(weighted)), *_missing_context(matches)]
    confidence = given.confidence if given else NOT_GIVEN
    return Explanation(topic, confidence, score, tuple(matches), tuple(dict.fromkeys(missing)))


def _match(
    tagger: Tagger, phrase_match: PhraseMatch, weight: float, texts: Mapping[str, str]
) -> ExplainedMatch:
    is_ambiguous = phrase_match.rule == AMBIGUOUS
    required = tagger.matcher.required_context(phrase_match) if is_ambiguous else ()
    return ExplainedMatch(
        phrase_match.field,
        quote_as_written(phrase_match, texts),
        phrase_match.start,
        phrase_match.phrase,
        phrase_match.rule,
        phrase_match.times,
        phrase_match.context,
        tuple(sorted(required)),
        round(weight, 2),
    )


def _missing(
    given: ScoredTopic | None, dropped: DropReason | None, score: float, matched: bool
) -> Iterator[str]:
    """Why the topic is not given, or what is missing for the next confidence."""
    if given:
        if given.confidence in _NEXT:
            name, least = _NEXT[given.confidence]
            if score < least:
                yield f"{name} needs a weight of {least:.2f}, and the matches weigh {score:.2f}"
            elif given.confidence == "weak":
                yield "the text only mentions the topic: its other words are about something else"
            else:
                yield f"words, hashtags and posts that share an article never make a topic {name}"
    elif not matched:
        yield "no phrase of the topic counts in this text"
    elif dropped == DropReason.LITTLE:
        yield f"a topic needs a weight of {LEAST:.2f}, and the matches weigh {score:.2f}"
    elif dropped:
        yield dropped.value


def _missing_context(matches: Iterable[ExplainedMatch]) -> Iterator[str]:
    for match in matches:
        quoted = f"“{match.quote}”"
        if match.rule == NOT_THIS:
            yield f"{quoted} does not count within “{match.context}”"
        elif match.rule == AMBIGUOUS:
            yield f"{quoted} counts only with {_context_in_words(match.required_context)}"


def _context_in_words(required: tuple[str, ...]) -> str:
    """The words that a phrase needs; for a contextual phrase, anything of the field."""
    words = [word for word in required if word != ANY_FIELD_WORD]
    more = ", …" if len(words) > _MOST_WORDS else ""
    listed = f"one of these words: {', '.join(words[:_MOST_WORDS])}{more}" if words else ""
    anything = _ANYTHING if not words or ANY_FIELD_WORD in required else ""
    return ", or ".join(filter(None, (listed, anything)))
