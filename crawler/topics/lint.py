"""What is wrong with a taxonomy although it can be read: findings with the topic and the key, for
its keeper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import confident
from crawler.topics.phrase_matcher import forms, phrase_key
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import Taxonomy

LEAST_EXAMPLES, LEAST_COUNTEREXAMPLES = 3, 2
DEEPEST = 3
_BIND = "make it contextual or weak, or add a row to _required_context.tsv"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something to mend in one topic file."""

    topic: str
    key: str
    message: str


def lint(taxonomy: Taxonomy) -> list[LintFinding]:
    """Cycles and depth, phrases twice, phrases shared by topics that do not name each other, too
    few examples.
    """
    return [
        finding
        for topic in taxonomy.topics.values()
        for finding in (*_ranks(topic, taxonomy.topics), *_twice(topic), *_examples(topic))
    ] + list(_shared(taxonomy.topics))


def lint_examples(tagger: Tagger) -> list[LintFinding]:
    """Examples that do not get their topic, and counterexamples that do.

    Each is tagged as a title. Only certain and likely topics count.
    """
    return [
        finding
        for topic in tagger.taxonomy.topics.values()
        for finding in _tagged_wrongly(tagger, topic)
    ]


def _tagged_wrongly(tagger: Tagger, topic: Topic) -> Iterator[LintFinding]:
    for key, expected in (("examples", True), ("counterexamples", False)):
        for text in getattr(topic, key):
            scores = tagger.tag(Item(title=text))
            given = confident(scores)
            if (topic.slug in given) == expected:
                continue
            if expected:
                found = f"gets {', '.join(sorted(given)) or 'no topic'} instead"
            else:
                own = next(score for score in scores if score.topic == topic.slug)
                found = f"gets the topic by {own.evidence[0].quote!r}"
            yield LintFinding(topic.slug, key, f"{text!r} {found}")


def lint_common_words(taxonomy: Taxonomy, common: frozenset[str]) -> list[LintFinding]:
    """Strong phrases of one word that are also everyday words, and have no required context."""
    known = {form for word in common for form in forms(word)}
    return [
        LintFinding(topic.slug, "strong", f"{phrase!r} is a common English word: {_BIND}")
        for topic in taxonomy.topics.values()
        for phrase in topic.strong
        if not known.isdisjoint(forms(phrase_key(phrase)))
        and (topic.slug, phrase_key(phrase)) not in taxonomy.needs
    ]


def lint_firing(tagger: Tagger, off_topic: Iterable[Item]) -> list[LintFinding]:
    """The topics that texts got which should have none, with the words that did it."""
    return [
        LintFinding(
            score.topic,
            evidence.rule,
            f"{evidence.quote!r} fires on off-topic text: {item.title or item.text[:80]}",
        )
        for item in off_topic
        for score in tagger.tag(item)
        if score.topic in confident([score])
        for evidence in score.evidence[:1]
    ]


def _ranks(topic: Topic, topics: Mapping[str, Topic]) -> Iterator[LintFinding]:
    line = [topic.slug]
    while (above := topics[line[-1]].broader) is not None:
        if above in line:
            yield LintFinding(
                topic.slug, "broader", f"goes in a circle: {' < '.join([*line, above])}"
            )
            return
        line.append(above)
    if len(line) > DEEPEST:
        yield LintFinding(
            topic.slug,
            "broader",
            f"is {len(line)} levels deep; at most {DEEPEST} are allowed: {' < '.join(line)}",
        )


def _twice(topic: Topic) -> Iterator[LintFinding]:
    spelled: dict[str, list[str]] = {}
    for phrase in (*topic.strong, *topic.weak):
        for form in forms(phrase_key(phrase)):
            spelled.setdefault(form, []).append(phrase)
    for phrase in (*topic.strong, *topic.weak):
        for other in spelled[phrase_key(phrase)]:
            if other != phrase:
                yield LintFinding(
                    topic.slug,
                    "strong",
                    f"{phrase!r} and {other!r} are one phrase, up to spelling or number",
                )


def _examples(topic: Topic) -> Iterator[LintFinding]:
    for key, least in (("examples", LEAST_EXAMPLES), ("counterexamples", LEAST_COUNTEREXAMPLES)):
        if len(getattr(topic, key)) < least:
            yield LintFinding(topic.slug, key, f"has {len(getattr(topic, key))}, and needs {least}")


def _shared(topics: Mapping[str, Topic]) -> Iterator[LintFinding]:
    owners: dict[str, list[str]] = {}
    for topic in topics.values():
        for phrase in topic.strong:
            owners.setdefault(phrase_key(phrase), []).append(topic.slug)
    for phrase, (first, *others) in sorted(owners.items()):
        for other in others:
            if other not in _neighbours(topics[first]) and first not in _neighbours(topics[other]):
                yield LintFinding(
                    first,
                    "strong",
                    f"{phrase!r} is also strong in {other}, and neither names the other as related or confused_with",
                )


def _neighbours(topic: Topic) -> set[str | None]:
    return {*topic.related, *topic.confused_with, topic.broader}
