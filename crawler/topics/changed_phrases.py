"""The phrases that differ between two taxonomies, and the texts that they can matter to.

The topics of a text depend on the phrases and hashtags in it, and on settings for every text. The
settings are the tree, the former slugs, the field words, the required context, the hosts and the
learned weights. While they are the same, a text without a changed phrase keeps its topics.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from crawler.derivation_versions import digest_of
from crawler.models.topics import Item
from crawler.text_cleaning import fold
from crawler.topics.item_matches import searched_prose
from crawler.topics.phrase_matcher import PhraseMatcher, hashtag_key, phrase_key
from crawler.topics.tagger import VERSION, Tagger
from crawler.topics.url_evidence import slug_words

Meaning = list[tuple[str, str]]
"""The topics of a phrase, each with the rule by which the phrase belongs to it."""


class PhraseTable(Struct, frozen=True):
    """The phrases and hashtags of a tagger, and a digest of its settings."""

    settings: str
    phrases: dict[str, Meaning]
    hashtags: dict[str, list[str]]


class Changes(NamedTuple):
    """The phrases, and the folded hashtags, that two taxonomies do not agree on."""

    phrases: frozenset[str]
    hashtags: frozenset[str]


def phrase_table(tagger: Tagger) -> PhraseTable:
    """Return the phrases, the hashtags and the digest of the settings of a `tagger`."""
    taxonomy = tagger.taxonomy
    matcher = tagger.matcher
    required = taxonomy.required_context
    settings = (
        VERSION,
        {topic.slug: (topic.broader, topic.formerly) for topic in taxonomy.topics.values()},
        sorted(taxonomy.field_words),
        [(*place, sorted(required[place])) for place in sorted(required)],
        sorted(taxonomy.technical_hosts),
        sorted(taxonomy.topic_hosts.items()),
        tagger.learned_version,
        sorted(tagger.followed),
    )
    phrases = {phrase: list(meaning) for phrase, meaning in matcher.meanings.items()}
    hashtags = {tag: list(topics) for tag, topics in matcher.hashtags.items()}
    return PhraseTable(digest_of(settings), phrases, hashtags)


def compare_tables(before: PhraseTable, after: PhraseTable) -> Changes | None:
    """Return the phrases that differ between two tables, `before` and `after`.

    Return None if the settings differ, because they can change the topics of every text. The
    result includes each longer phrase that contains a changed phrase, because the longer phrase
    can count instead of the changed one.
    """
    if before.settings != after.settings:
        return None
    changed = _differing(before.phrases, after.phrases)
    around = _containing(changed, before.phrases.keys() | after.phrases.keys())
    hashtags = _differing(before.hashtags, after.hashtags) | {*map(hashtag_key, changed)}
    return Changes(frozenset(changed | around), frozenset(hashtags))


class ChangeFinder:
    """Recognizes the items that contain one of the changed phrases or hashtags."""

    def __init__(self, changes: Changes) -> None:
        self._matcher = PhraseMatcher(sorted(changes.phrases))
        self._hashtags = changes.hashtags

    def is_in(self, item: Item) -> bool:
        """Whether a field of the `item` contains one of the changes."""
        if not self._hashtags.isdisjoint(map(fold, item.hashtags)):
            return True
        # A phrase never reaches over two spaces, so nothing matches across two fields.
        prose = "  ".join(searched_prose(item))
        # The words of a slug are words of the URL, which is at hand.
        if not self._matcher.find(f"{prose}  {item.url}"):
            return False
        return bool(self._matcher.find(f"{prose}  {slug_words(item.url)[1]}"))


def _differing(
    before: Mapping[str, Iterable[object]], after: Mapping[str, Iterable[object]]
) -> set[str]:
    keys = before.keys() | after.keys()
    return {key for key in keys if before.get(key) != after.get(key)}


def _containing(changed: Iterable[str], phrases: Iterable[str]) -> set[str]:
    """The phrases that contain a changed phrase as words."""
    parts = [f" {phrase_key(phrase)} " for phrase in changed]
    padded = {phrase: f" {phrase_key(phrase)} " for phrase in phrases}
    return {phrase for phrase, words in padded.items() if any(part in words for part in parts)}
