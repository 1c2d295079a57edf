"""Checks of a readable taxonomy: findings with the topic and the key, for its maintainer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import shown_topics
from crawler.topics.phrase_matcher import forms, phrase_key
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import Taxonomy

LEAST_EXAMPLES, LEAST_COUNTEREXAMPLES = 3, 2
DEEPEST = 3
_BIND = "make it contextual or weak, or add a row to _required_context.tsv"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """A problem in one topic file."""

    topic: str
    key: str
    message: str


def lint_taxonomy(taxonomy: Taxonomy) -> list[LintFinding]:
    """Return the findings about a `taxonomy` that need no tagger.

    They are cycles, depth, repeated phrases, too few examples, and strong phrases of two topics
    that do not name each other.
    """
    return [
        finding
        for topic in taxonomy.topics.values()
        for finding in (*_ranks(topic, taxonomy.topics), *_twice(topic), *_examples(topic))
    ] + list(_shared(taxonomy.topics))


def lint_examples(tagger: Tagger) -> list[LintFinding]:
    """Return the examples that do not get their topic, and the counterexamples that do.

    Each is tagged by the `tagger` as a title. Only certain and likely topics count.
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
            given = shown_topics(scores)
            if (topic.slug in given) == expected:
                continue
            if expected:
                problem = f"gets {', '.join(sorted(given)) or 'no topic'} instead"
            else:
                own = next(score for score in scores if score.topic == topic.slug)
                problem = f"gets the topic by {own.evidence[0].quote!r}"
            yield LintFinding(topic.slug, key, f"{text!r} {problem}")


def lint_common_words(taxonomy: Taxonomy, common: frozenset[str]) -> list[LintFinding]:
    """Return the strong phrases of a `taxonomy` that are `common` words and need no context."""
    common_forms = {form for word in common for form in forms(word)}
    return [
        LintFinding(topic.slug, "strong", f"{phrase!r} is a common English word: {_BIND}")
        for topic in taxonomy.topics.values()
        for phrase in topic.strong
        if not common_forms.isdisjoint(forms(phrase_key(phrase)))
        and (topic.slug, phrase_key(phrase)) not in taxonomy.required_context
    ]


def lint_off_topic(tagger: Tagger, off_topic: Iterable[Item]) -> list[LintFinding]:
    """Return the topics that the `tagger` gives to `off_topic` texts, with their evidence."""
    return [
        LintFinding(
            score.topic,
            evidence.rule,
            f"{evidence.quote!r} fires on off-topic text: {item.title or item.text[:80]}",
        )
        for item in off_topic
        for score in tagger.tag(item)
        if score.topic in shown_topics([score])
        for evidence in score.evidence[:1]
    ]


def _ranks(topic: Topic, topics: Mapping[str, Topic]) -> Iterator[LintFinding]:
    line = [topic.slug]
    while (above := topics[line[-1]].broader) is not None:
        if above in line:
            yield LintFinding(topic.slug, "broader", f"forms a cycle: {' < '.join([*line, above])}")
            return
        line.append(above)
    if len(line) > DEEPEST:
        yield LintFinding(
            topic.slug,
            "broader",
            f"is {len(line)} levels deep; at most {DEEPEST} are allowed: {' < '.join(line)}",
        )


def _twice(topic: Topic) -> Iterator[LintFinding]:
    """The phrases that a topic has twice, also in another spelling or number.

    A phrase in lower case may repeat a more certain one with capitals, as the weak `jit` for `JIT`.
    """
    certain = [*topic.strong, *topic.contextual]
    phrases = [*certain, *topic.weak]
    spelled: dict[str, list[int]] = {}
    for n, phrase in enumerate(phrases):
        for form in forms(phrase_key(phrase)):
            spelled.setdefault(form, []).append(n)
    pairs = {
        (max(n, same), min(n, same))
        for n, phrase in enumerate(phrases)
        for same in spelled[phrase_key(phrase)]
        if n != same
    }
    for n, same in sorted(pairs):
        is_hint = n >= len(certain) > same
        if not (is_hint and _has_capitals(phrases[same]) and not _has_capitals(phrases[n])):
            message = "are one phrase, up to spelling or number"
            yield LintFinding(
                topic.slug, "strong", f"{phrases[n]!r} and {phrases[same]!r} {message}"
            )


def _has_capitals(phrase: str) -> bool:
    return phrase != phrase.lower()


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
        for owner in others:
            if owner not in _neighbours(topics[first]) and first not in _neighbours(topics[owner]):
                yield LintFinding(
                    first,
                    "strong",
                    f"{phrase!r} is also strong in {owner}, "
                    "and neither names the owner as related or confused_with",
                )


def _neighbours(topic: Topic) -> set[str | None]:
    return {*topic.related, *topic.confused_with, topic.broader}
