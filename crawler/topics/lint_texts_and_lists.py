"""Checks of topic texts and reading lists: length, markup, links, picks and missing files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from crawler.models.reading_lists import Pick
from crawler.sentence_splitter import split_sentences
from crawler.topics.lint import LintFinding
from crawler.topics.topic_texts import LINK, parse_topic_text, plain_topic_text

LEAST_WORDS, MOST_WORDS = 120, 220
LEAST_PICKS, MOST_PICKS = 3, 5
MOST_WORDS_OF_WHY = 25
MOST_LISTS = 3
FIRST_YEAR = 1945
"""The year of the first draft of a report on the EDVAC; no work about computers is older."""

TEXT, READING_LIST = "text", "reading_list"
_FACTS = ("url", "title", "authors", "year", "kind")  # one work has the same in all lists
_LISTED_IN = re.compile(r"[\w.-]+/[\w.-]+(?:/\S+)?|labelled corpus|documentation")
_MARKUP = (
    (re.compile(r"^\s*#", re.MULTILINE), "a heading"),
    (re.compile(r"^\s*(?:[-*+]|\d+[.)])\s", re.MULTILINE), "a list item"),
    (re.compile(r"\*\w|\w\*|(?<!\w)_\w|\w_(?!\w)"), "emphasis"),
    (re.compile(r"`"), "code"),
    (re.compile(r"</?[a-zA-Z!]"), "HTML"),
    (re.compile(r"[\[\]]"), "a link of another form than [name](https://…), [label](topic:…)"),
    (re.compile(r"https?://"), "a URL without a name"),
)


@dataclass(frozen=True, slots=True)
class ListRules:
    """Values that picks are checked against: known `kinds`, this `year`, the `key` of a URL."""

    kinds: Collection[str]
    year: int
    key: Callable[[str], str]


def lint_texts(texts: Mapping[str, str], topics: Collection[str]) -> list[LintFinding]:
    """Return the findings about `texts` (slug -> text), given the slugs of all `topics`.

    A topic without a text is a finding if any topic has one.
    """
    return [
        *_missing(TEXT, texts, topics),
        *(
            LintFinding(slug, TEXT, problem)
            for slug, text in texts.items()
            for problem in _text_problems(slug, text, topics)
        ),
    ]


def lint_reading_lists(
    lists: Mapping[str, tuple[Pick, ...]], topics: Collection[str], rules: ListRules
) -> list[LintFinding]:
    """Return the findings about reading `lists` (slug -> picks), given the slugs of all `topics`.

    `rules` are the values that picks are checked against. A topic without a list is a finding if
    any topic has one.
    """
    times = Counter(
        key for picks in lists.values() for key in {rules.key(pick.url) for pick in picks}
    )
    repeated = {key for key, number in times.items() if number > MOST_LISTS}
    return [
        *_missing(READING_LIST, lists, topics),
        *(
            LintFinding(slug, READING_LIST, problem)
            for slug, picks in lists.items()
            for problem in _list_problems(picks, rules, repeated)
        ),
        *_different_facts(lists, rules),
    ]


def _different_facts(
    lists: Mapping[str, tuple[Pick, ...]], rules: ListRules
) -> Iterator[LintFinding]:
    """Yield the picks of several lists that do not agree on URL, title, authors, year or kind."""
    first: dict[str, Pick] = {}
    for slug, picks in lists.items():
        for pick in picks:
            earlier = first.setdefault(rules.key(pick.url), pick)
            for name in _FACTS:
                if getattr(pick, name) != getattr(earlier, name):
                    message = f"{pick.url} has another {name} in another list"
                    yield LintFinding(slug, READING_LIST, message)


def _missing(
    key: str, present: Mapping[str, object], topics: Collection[str]
) -> Iterator[LintFinding]:
    """Yield the topics without a file, and the files without a topic."""
    if present:
        for slug in sorted(set(topics) - present.keys()):
            yield LintFinding(slug, key, "is missing")
    for slug in sorted(present.keys() - set(topics)):
        yield LintFinding(slug, key, "has no topic file of the same name")


def _text_problems(slug: str, text: str, topics: Collection[str]) -> Iterator[str]:
    plain = plain_topic_text(text)
    words, marked = len(plain.split()), _without_links(text)
    if not LEAST_WORDS <= words <= MOST_WORDS:
        yield f"has {words} words; {LEAST_WORDS} to {MOST_WORDS} are allowed"
    for pattern, name in _MARKUP:
        if match := pattern.search(marked):
            yield f"contains {name}: {match[0].strip()!r}"
    for linked in _linked_topics(text):
        if linked not in topics:
            yield f"links to the topic {linked!r}, which does not exist"
        elif linked == slug:
            yield "links to its own topic"


def _without_links(text: str) -> str:
    """Return a text with its lines, without the links of the two allowed forms."""
    return LINK.sub(lambda link: link[1], text)


def _linked_topics(text: str) -> list[str]:
    segments = (segment for paragraph in parse_topic_text(text) for segment in paragraph)
    return sorted({segment.topic for segment in segments if segment.topic})


def _list_problems(
    picks: tuple[Pick, ...], rules: ListRules, repeated: Collection[str]
) -> Iterator[str]:
    if not LEAST_PICKS <= len(picks) <= MOST_PICKS:
        yield f"has {len(picks)} picks; {LEAST_PICKS} to {MOST_PICKS} are allowed"
    times = Counter(rules.key(pick.url) for pick in picks)
    for position, pick in enumerate(picks, 1):
        for problem in _pick_problems(pick, rules):
            yield f"pick {position}: {problem}"
        key = rules.key(pick.url)
        if times[key] > 1:
            yield f"pick {position}: {pick.url} occurs {times[key]} times in this list"
        if key in repeated:
            yield f"pick {position}: {pick.url} is in more than {MOST_LISTS} lists"


def _pick_problems(pick: Pick, rules: ListRules) -> Iterator[str]:
    if not pick.title:
        yield "has no title"
    if not pick.authors or not all(pick.authors):
        yield "has no authors"
    if pick.kind not in rules.kinds:
        yield f"{pick.kind!r} is not a kind; known: {', '.join(sorted(rules.kinds))}"
    if pick.year is not None and not FIRST_YEAR <= pick.year <= rules.year:
        yield f"{pick.year} is not a year from {FIRST_YEAR} to {rules.year}"
    if not _LISTED_IN.fullmatch(pick.listed_in):
        yield (
            f"listed_in is {pick.listed_in!r}; write owner/name, 'labelled corpus' "
            "or 'documentation'"
        )
    yield from _why_problems(pick)


def _why_problems(pick: Pick) -> Iterator[str]:
    words = len(pick.why.split())
    if not 1 <= words <= MOST_WORDS_OF_WHY:
        yield f"why has {words} words; 1 to {MOST_WORDS_OF_WHY} are allowed"
    elif len(list(split_sentences(pick.why))) != 1 or not pick.why.endswith((".", "!", "?")):
        yield "why is not one sentence with a full stop"
    if pick.why.rstrip(".").casefold() == pick.title.rstrip(".").casefold():
        yield "why repeats the title"
