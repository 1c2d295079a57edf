"""Search of a title or a URL for the learned phrases of topics."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.topics.learned_weights import LearnedPhrase
from crawler.topics.phrase_matcher import PhraseMatcher
from crawler.topics.taxonomy_phrases import LEARNED, PhraseMatch


class LearnedPhrases:
    """The learned phrases of one field."""

    def __init__(self, phrases: Iterable[LearnedPhrase]) -> None:
        self._meanings: dict[str, list[tuple[str, float]]] = {}
        for topic, _, phrase, weight in phrases:
            self._meanings.setdefault(phrase, []).append((topic, weight))
        self._written = tuple(self._meanings)
        self._matcher = PhraseMatcher(self._written, plurals=False)

    def matches(self, text: str, field: str, at: int) -> list[PhraseMatch]:
        """Return the distinct matches in a `text` that begins `at` characters into its `field`."""
        hits = self._matcher.find(text)
        if not hits:
            return []
        places = {self._written[index]: (start, end) for index, start, end in reversed(hits)}
        return [
            PhraseMatch(topic, field, LEARNED, phrase, text[start:end], at + start, 1, weight)
            for phrase, (start, end) in places.items()
            for topic, weight in self._meanings[phrase]
        ]
