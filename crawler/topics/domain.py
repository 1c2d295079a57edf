"""The domain gate: whether an ambiguous phrase is meant in its technical sense.

A contextual phrase (`accident`, `leader election`) is an everyday expression as well. It counts
when something else in the item belongs to software engineering: a field word, a strong phrase of
any topic, a known hashtag or code. A phrase with several technical meanings (`SOA`, `LSP`) has a row
in the table of required context and counts only beside one of the words listed there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crawler.model import Item
from crawler.text import fold
from crawler.topics.matcher import fold_words, hashtag_key
from crawler.topics.phrases import CONTEXTUAL, HASHTAG, STRONG, WEAK, Sign

if TYPE_CHECKING:
    from crawler.topics.reading import Signs

AMBIGUOUS = "ambiguous"
"""The rule of a contextual phrase without its context."""

ANY_FIELD_WORD = "*"
"""In the table of required context: any other sign of the field is enough as well."""

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
        self._technical_hosts = technical_hosts

    def judged(self, signs: Signs, item: Item, text: str) -> Signs:
        """The signs, with contextual ones that have no context marked as ambiguous."""
        if not self._doubtful(signs):
            return signs
        host = self._technical_host(item.url)
        context = _Context(signs, item, text, self._field_words, self.needed_by, host)
        marked = [self._judge(sign, context) for sign in signs.marked]
        counted = {
            topic: [self._judge(sign, context) for sign in own]
            for topic, own in signs.counted.items()
        }
        return signs._replace(marked=marked, counted=counted)

    def is_technical(self, text: str) -> bool:
        """Whether a text is an article with many field words."""
        if len(text) < _LONG:
            return False
        words = set(fold_words(text[:_EXAMINED]).split())
        return len(words & self._field_words) >= _TECHNICAL

    def _technical_host(self, url: str) -> str:
        """The host of a URL if its pages are about software, else an empty string."""
        host = url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
        labels = host.split(".")
        parents = {".".join(labels[n:]) for n in range(len(labels))}
        named = not _ENGINEERING.isdisjoint(labels) or "techblog" in host
        return host if named or not parents.isdisjoint(self._technical_hosts) else ""

    def _doubtful(self, signs: Signs) -> bool:
        return any(map(self._is_doubtful, signs.marked)) or any(
            self._is_doubtful(sign) for own in signs.counted.values() for sign in own
        )

    def _is_doubtful(self, sign: Sign) -> bool:
        return sign.rule == CONTEXTUAL or self.needed_by(sign) is not None

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
        parts = (item.title, text[:_EXAMINED], item.post[:_EXAMINED], item.url)
        self._raw = "\n".join(parts)
        self._words = set(fold_words(self._raw).split())
        self._field = self._words & field_words
        every = (*signs.marked, *(s for own in signs.counted.values() for s in own))
        self._certain = {
            s.phrase: s.times
            for s in every
            if s.rule in (STRONG, HASHTAG) and needed_by(s) is None
        }
        sure = (STRONG, CONTEXTUAL, HASHTAG)
        self._of_topic = _by_topic(every, (*sure, WEAK))
        self._sure_of_topic = _by_topic(every, sure)
        self._least = _LEAST_OF_LONG if signs.length > _LONG else 1

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
        return _another(sign, self._sure_of_topic)

    def supported(self, sign: Sign) -> str:
        """Another phrase of the topic in the item; empty if there is none."""
        return _another(sign, self._of_topic)


def _another(sign: Sign, by_topic: Mapping[str, Iterable[Sign]]) -> str:
    others = by_topic.get(sign.topic, ())
    return next((other.phrase for other in others if _apart(sign, other)), "")


def _by_topic(signs: Iterable[Sign], rules: tuple[str, ...]) -> dict[str, list[Sign]]:
    found: dict[str, list[Sign]] = {}
    for sign in signs:
        if sign.rule in rules:
            found.setdefault(sign.topic, []).append(sign)
    return found


def _apart(one: Sign, other: Sign) -> bool:
    """Whether two signs are different phrases at different places."""
    if one.phrase == other.phrase:
        return False
    before = one.start + len(one.quote) <= other.start
    after = other.start + len(other.quote) <= one.start
    return one.field != other.field or before or after
