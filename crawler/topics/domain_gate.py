"""The domain gate: whether an ambiguous phrase is meant in its technical sense.

A contextual phrase (`accident`, `leader election`) is an everyday expression as well. It counts if
something else shows that the item is about software. That is a field word, a strong phrase or a
hashtag of any topic, another phrase of its topic, code, or the host of the URL.

A phrase with several technical meanings (`SOA`, `LSP`) has a row in the table of required context.
It counts only with one of the words in that row, or with another phrase of its topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from msgspec.structs import replace

from crawler.models.topics import Item
from crawler.text_cleaning import fold
from crawler.topics.everyday_posts import is_everyday, is_used_in_jest
from crawler.topics.phrase_matcher import WordSet, fold_words, hashtag_key, phrase_key
from crawler.topics.taxonomy_phrases import (
    CONTEXTUAL,
    HASHTAG,
    LEARNED,
    NAMING,
    STRONG,
    WEAK,
    ItemMatches,
    PhraseMatch,
)
from crawler.topics.url_evidence import host_and_parents, path_words
from crawler.urls_and_hashtags import blank_urls_and_hashtags, blank_urls_except_slugs

AMBIGUOUS = "ambiguous"
"""The rule of a contextual phrase without its context."""

ANY_FIELD_WORD = "*"
"""In the table of required context: any other match of the field is enough as well."""

_EXAMINED = 1_500  # characters of a text that are searched for field words
_LONG, _LEAST_OF_LONG, _TECHNICAL = 1_200, 3, 5
_LABELS = frozenset({"cs", "csail", "dev", "devblogs", "developer", "developers", "eng", "tech"})
_PARTS_OF_NAMES = re.compile("coding|devops|dotnet|engineering|programming|software|techblog")
_PUBLICATION = re.compile(r"medium\.com/[^/@]*")
_CODE = re.compile(r"`[^`\n]+`|\b\w+\(\)|\b[a-z]+[A-Z]\w+\b|\b\w+_\w+\b|::|->|=>")


class DomainGate:
    """Decides whether the ambiguous phrases of an item have their technical sense."""

    def __init__(
        self,
        field_words: frozenset[str],
        required: Mapping[tuple[str, str], frozenset[str]],
        technical_hosts: frozenset[str],
    ) -> None:
        self._field_words = WordSet(field_words)
        self._required = required
        self._required_by_hashtags = {
            (topic, hashtag_key(phrase)): words for (topic, phrase), words in required.items()
        }
        self._bound = frozenset(phrase for _, phrase in required)
        self._technical_hosts = technical_hosts

    def judge(self, matches: ItemMatches, item: Item, text: str) -> ItemMatches:
        """Return the `matches` of an `item`; contextual ones without context become ambiguous.

        `text` is the prose of the item.
        """
        if not item.title and not item.url:
            matches = self._without_jests(matches, text)
        marked = self._has_doubtful(matches.marked)
        topics = [topic for topic, own in matches.counted.items() if self._has_doubtful(own)]
        if not marked and not topics:
            return matches
        host = self._technical_host(item.url) if item.url else ""
        context = _Context(matches, item, text, self._field_words, self.required_context, host)
        judged = {
            topic: [self._judge(match, context) for match in matches.counted[topic]]
            for topic in topics
        }
        return matches._replace(
            marked=[self._judge(match, context) for match in matches.marked],
            counted={**matches.counted, **judged},
        )

    def _without_jests(self, matches: ItemMatches, text: str) -> ItemMatches:
        """The matches of a post; terms that an everyday post uses in jest become ambiguous."""
        counted = matches.counted
        if not any(is_used_in_jest(match) for own in counted.values() for match in own):
            return matches
        every = [*matches.marked, *chain.from_iterable(counted.values())]
        if not is_everyday(text, every, self._field_words):
            return matches
        jests = {
            topic: [
                replace(match, rule=AMBIGUOUS) if is_used_in_jest(match) else match for match in own
            ]
            for topic, own in counted.items()
        }
        return matches._replace(counted=jests)

    def is_technical(self, text: str) -> bool:
        """Whether a text is an article with many field words."""
        if len(text) < _LONG:
            return False
        return len(self._field_words.in_text(text[:_EXAMINED])) >= _TECHNICAL

    def is_about_software(self, text: str, matches: Iterable[PhraseMatch]) -> bool:
        """Whether a `text` has a field word, code, or a certain phrase among its `matches`."""
        return (
            any(match.rule in NAMING for match in matches)
            or bool(self._field_words.in_text(text))
            or bool(_CODE.search(text))
        )

    def _technical_host(self, url: str) -> str:
        """The host of a URL if its pages are about software, else an empty string."""
        host, *parents = host_and_parents(url)
        publication = _PUBLICATION.search(url)
        name = publication[0] if publication else host
        named = not _LABELS.isdisjoint(host.split(".")) or _PARTS_OF_NAMES.search(name)
        return host if named or not self._technical_hosts.isdisjoint((host, *parents)) else ""

    def _has_doubtful(self, matches: Sequence[PhraseMatch]) -> bool:
        return any(map(self._is_doubtful, matches))

    def _is_doubtful(self, match: PhraseMatch) -> bool:
        """Whether a match may need context. A learned phrase does not: it only supports others."""
        if match.rule == HASHTAG:
            return self.required_context(match) is not None
        return match.rule == CONTEXTUAL or (match.phrase in self._bound and match.rule != LEARNED)

    def required_context(self, match: PhraseMatch) -> frozenset[str] | None:
        """Return the words that a `match` requires, if any. Hashtags match in any letter case."""
        if match.rule == HASHTAG:
            return self._required_by_hashtags.get((match.topic, fold(match.phrase)))
        return self._required.get((match.topic, match.phrase))

    def _judge(self, match: PhraseMatch, context: _Context) -> PhraseMatch:
        if not self._is_doubtful(match):
            return match
        required = self.required_context(match)
        if context.in_identifier(match):
            return replace(match, rule=AMBIGUOUS)
        if required is not None:
            reason = (
                context.has(required, match)
                or context.supported(match)
                or (ANY_FIELD_WORD in required and context.technical(match))
            )
        elif match.rule == CONTEXTUAL:
            reason = context.technical(match) or context.repeated(match)
        else:
            return match
        return replace(match, context=reason) if reason else replace(match, rule=AMBIGUOUS)


class _Context:
    """The words and the certain matches of an item."""

    def __init__(
        self,
        matches: ItemMatches,
        item: Item,
        text: str,
        field_words: WordSet,
        needed_by: Callable[[PhraseMatch], frozenset[str] | None],
        technical_host: str,
    ) -> None:
        self._technical_host = technical_host
        self._item = item
        self._text = text
        post = blank_urls_except_slugs(item.post[:_EXAMINED])
        self._searched = f"{text[:_EXAMINED]}\n{item.title}\n{post}\n{path_words(item.url)}"
        self._field_words = field_words
        self._matches = matches
        self._needed_by = needed_by
        self._least = _LEAST_OF_LONG if matches.length > _LONG else 1

    @cached_property
    def _words(self) -> str:
        """The folded words of the item, with a space before and after them."""
        return f" {fold_words(self._searched)} "

    @cached_property
    def _without_urls(self) -> str:
        """The text without hashtags and URLs: an underscore in a slug only separates words."""
        return blank_urls_and_hashtags(self._item.text)

    @cached_property
    def _field(self) -> set[str]:
        """The field words of the item."""
        return self._field_words.in_text(self._searched)

    @cached_property
    def _certain(self) -> dict[str, int]:
        """How often each phrase occurs that needs no context."""
        return {
            match.phrase: match.times
            for match in self._every()
            if match.rule in (STRONG, HASHTAG) and self._needed_by(match) is None
        }

    def _every(self) -> Iterator[PhraseMatch]:
        return chain(self._matches.marked, *self._matches.counted.values())

    def _of_topic(self, topic: str) -> Iterator[PhraseMatch]:
        marked = (match for match in self._matches.marked if match.topic == topic)
        return chain(marked, self._matches.counted.get(topic, ()))

    def in_identifier(self, match: PhraseMatch) -> bool:
        """Whether the quoted place of a match is a part of an identifier: `lock_timeout`."""
        if match.field != "text":
            return False
        text, start, end = self._text, match.start, match.start + len(match.quote)
        is_joined = "_" in (text[max(start - 1, 0) : start], text[end : end + 1])
        return is_joined and not self._without_urls[start].isspace()

    def technical(self, match: PhraseMatch) -> str:
        """Other signs of software engineering: a host, words, phrases or code; empty if none."""
        if self._technical_host:
            return self._technical_host
        words = self._field - set(fold_words(match.quote).split())
        if len(words) >= self._least:
            return ", ".join(sorted(words)[:_LEAST_OF_LONG])
        count, named = len(words), sorted(words)
        for phrase, times in self._certain.items():
            if phrase != match.phrase:
                count += min(times, _LEAST_OF_LONG)
                named.append(phrase)
        if count >= self._least:
            return ", ".join(named[:_LEAST_OF_LONG])
        return self._code if self._least == 1 else ""

    @cached_property
    def _code(self) -> str:
        """The first code in the item; empty if there is none."""
        post = blank_urls_and_hashtags(self._item.post[:_EXAMINED])
        searched = f"{self._item.title}\n{post}\n{self._without_urls[:_EXAMINED]}"
        code = _CODE.search(searched)
        return code[0] if code else ""

    def has(self, words: Iterable[str], match: PhraseMatch) -> str:
        """The words, of these, that occur outside the match, also in the plural.

        `write-ahead` is a word as well.
        """
        own = f" {fold_words(match.quote)} "
        present = [
            word
            for word in words
            if (key := phrase_key(word))
            and any(form in self._words and form not in own for form in (f" {key} ", f" {key}s "))
        ]
        return ", ".join(sorted(present)[:_LEAST_OF_LONG])

    def repeated(self, match: PhraseMatch) -> str:
        """Another contextual or certain phrase of the topic in the item; empty if there is none."""
        return self._another(match, NAMING)

    def supported(self, match: PhraseMatch) -> str:
        """Another phrase of the topic in the item; empty if there is none."""
        return self._another(match, NAMING | {WEAK})

    def _another(self, match: PhraseMatch, rules: Container[str]) -> str:
        for candidate in self._of_topic(match.topic):
            if candidate.rule in rules and _apart(match, candidate):
                return candidate.phrase
        return ""


def _apart(first: PhraseMatch, second: PhraseMatch) -> bool:
    """Whether two matches are different phrases at different places."""
    if first.phrase == second.phrase:
        return False
    before = first.start + len(first.quote) <= second.start
    after = second.start + len(second.quote) <= first.start
    return first.field != second.field or before or after
