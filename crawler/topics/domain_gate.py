"""The domain gate: whether an ambiguous phrase is meant in its technical sense.

A contextual phrase (`accident`, `leader election`) is an everyday expression as well. It counts
when something else in the item belongs to software engineering: a field word, a strong phrase of
any topic, a known hashtag or code. A phrase with several technical meanings (`SOA`, `LSP`) has a
row
in the table of required context and counts only beside one of the words listed there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crawler.models.topics import Item
from crawler.text_cleaning import fold
from crawler.topics.phrase_matcher import fold_words, hashtag_key
from crawler.topics.taxonomy_phrases import CONTEXTUAL, HASHTAG, STRONG, WEAK, Sign

if TYPE_CHECKING:
    from crawler.topics.item_matches import Signs

AMBIGUOUS = "ambiguous"
"""The rule of a contextual phrase without its context."""

ANY_FIELD_WORD = "*"
"""In the table of required context: any other sign of the field is enough as well."""

_SURE = (STRONG, CONTEXTUAL, HASHTAG)
_EXAMINED = 1_500  # characters of a text that are searched for field words
_LONG, _LEAST_OF_LONG, _TECHNICAL = 1_200, 3, 5
_ENGINEERING = frozenset({"engineering", "eng", "tech", "developers", "developer", "devblogs"})
_CODE = re.compile(r"`[^`\n]+`|\b\w+\(\)|\b[a-z]+[A-Z]\w+\b|\b\w+_\w+\b|::|->|=>")


class Domain:
    """Judges the ambiguous phrases of an item by everything else in it."""

    def __init__(
        self,
        field_words: frozenset[str],
        needs: Mapping[tuple[str, str], frozenset[str]],
        technical_hosts: frozenset[str],
    ) -> None:
        self._field_words = field_words
        self._needs = needs
        self._needs_of_hashtags = {
            (topic, hashtag_key(phrase)): words for (topic, phrase), words in needs.items()
        }
        self._bound = frozenset(phrase for _, phrase in needs)
        self._technical_hosts = technical_hosts

    def judged(self, signs: Signs, item: Item, text: str) -> Signs:
        """The signs, with contextual ones that have no context marked as ambiguous."""
        marked = any(map(self._is_doubtful, signs.marked))
        topics = [t for t, own in signs.counted.items() if any(map(self._is_doubtful, own))]
        if not marked and not topics:
            return signs
        host = self._technical_host(item.url)
        context = _Context(signs, item, text, self._field_words, self.needed_by, host)
        judged = {
            topic: [self._judge(sign, context) for sign in signs.counted[topic]] for topic in topics
        }
        return signs._replace(
            marked=[self._judge(sign, context) for sign in signs.marked],
            counted={**signs.counted, **judged},
        )

    def is_technical(self, text: str) -> bool:
        """Whether a text is an article with many field words."""
        if len(text) < _LONG:
            return False
        return len(_opening_words(text[:_EXAMINED]) & self._field_words) >= _TECHNICAL

    def _technical_host(self, url: str) -> str:
        """The host of a URL if its pages are about software, else an empty string."""
        host = url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
        labels = host.split(".")
        parents = {".".join(labels[n:]) for n in range(len(labels))}
        named = not _ENGINEERING.isdisjoint(labels) or "techblog" in host
        return host if named or not parents.isdisjoint(self._technical_hosts) else ""

    def _is_doubtful(self, sign: Sign) -> bool:
        if sign.rule == HASHTAG:
            return self.needed_by(sign) is not None
        return sign.rule == CONTEXTUAL or sign.phrase in self._bound

    def needed_by(self, sign: Sign) -> frozenset[str] | None:
        """The words that a sign requires; hashtags are compared in any letter case."""
        if sign.rule == HASHTAG:
            return self._needs_of_hashtags.get((sign.topic, fold(sign.phrase)))
        return self._needs.get((sign.topic, sign.phrase))

    def _judge(self, sign: Sign, context: _Context) -> Sign:
        needs = self.needed_by(sign)
        if needs is not None:
            found = (
                context.has(needs, sign)
                or context.supported(sign)
                or (ANY_FIELD_WORD in needs and context.technical(sign))
            )
        elif sign.rule == CONTEXTUAL:
            found = context.technical(sign) or context.repeated(sign)
        else:
            return sign
        return replace(sign, context=found) if found else replace(sign, rule=AMBIGUOUS)


class _Context:
    """The words and the certain signs of an item."""

    def __init__(
        self,
        signs: Signs,
        item: Item,
        text: str,
        field_words: frozenset[str],
        needed_by: Callable[[Sign], frozenset[str] | None],
        technical_host: str,
    ) -> None:
        self._technical_host = technical_host
        opening = text[:_EXAMINED]
        others = "\n".join((item.title, item.post[:_EXAMINED], item.url))
        self._raw = f"{others}\n{opening}"
        self._words = _opening_words(opening).union(fold_words(others).split())
        self._field = self._words & field_words
        self._signs = signs
        self._needed_by = needed_by
        self._least = _LEAST_OF_LONG if signs.length > _LONG else 1

    @cached_property
    def _certain(self) -> dict[str, int]:
        """How often each phrase occurs that needs no context."""
        return {
            sign.phrase: sign.times
            for sign in self._every()
            if sign.rule in (STRONG, HASHTAG) and self._needed_by(sign) is None
        }

    def _every(self) -> Iterator[Sign]:
        return chain(self._signs.marked, *self._signs.counted.values())

    def _of_topic(self, topic: str) -> Iterator[Sign]:
        marked = (sign for sign in self._signs.marked if sign.topic == topic)
        return chain(marked, self._signs.counted.get(topic, ()))

    def technical(self, sign: Sign) -> str:
        """What else belongs to the field: a host, words, phrases or code; empty if nothing does."""
        if self._technical_host:
            return self._technical_host
        words = self._field - set(fold_words(sign.quote).split())
        if len(words) >= self._least:
            return ", ".join(sorted(words)[:_LEAST_OF_LONG])
        count, named = len(words), sorted(words)
        for phrase, times in self._certain.items():
            if phrase != sign.phrase:
                count += min(times, _LEAST_OF_LONG)
                named.append(phrase)
        if count >= self._least:
            return ", ".join(named[:_LEAST_OF_LONG])
        code = _CODE.search(self._raw) if self._least == 1 else None
        return code[0] if code else ""

    def has(self, words: frozenset[str], sign: Sign) -> str:
        """The words, of these, that occur outside the sign."""
        found = (self._words & words) - set(fold_words(sign.quote).split())
        return ", ".join(sorted(found)[:_LEAST_OF_LONG])

    def repeated(self, sign: Sign) -> str:
        """Another contextual or certain phrase of the topic in the item; empty if there is none."""
        return self._another(sign, _SURE)

    def supported(self, sign: Sign) -> str:
        """Another phrase of the topic in the item; empty if there is none."""
        return self._another(sign, (*_SURE, WEAK))

    def _another(self, sign: Sign, rules: Container[str]) -> str:
        for other in self._of_topic(sign.topic):
            if other.rule in rules and _apart(sign, other):
                return other.phrase
        return ""


@lru_cache(maxsize=1)
def _opening_words(text: str) -> frozenset[str]:
    """The folded words of a text. The last result is cached: an item needs it twice."""
    return frozenset(fold_words(text).split())


def _apart(one: Sign, other: Sign) -> bool:
    """Whether two signs are different phrases at different places."""
    if one.phrase == other.phrase:
        return False
    before = one.start + len(one.quote) <= other.start
    after = other.start + len(other.quote) <= one.start
    return one.field != other.field or before or after
