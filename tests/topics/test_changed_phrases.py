"""Changes of a taxonomy that can change the topics of every text."""

from __future__ import annotations

from dataclasses import replace

from crawler.models.topics import Topic
from crawler.topics.changed_phrases import PhraseTable, compare_tables, phrase_table
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy

CACHING = Topic("caching", "Caching", "d", strong=("cache",))


def _table(*topics: Topic) -> PhraseTable:
    return phrase_table(Tagger(make_taxonomy(topics), LearnedWeights()))


def test_other_label_changes_no_text() -> None:
    changes = compare_tables(_table(CACHING), _table(replace(CACHING, label="Caches")))
    assert changes is not None
    assert not changes.phrases
    assert not changes.hashtags


def test_former_slug_can_change_every_text_because_the_classifier_reads_it() -> None:
    renamed = replace(CACHING, formerly=("stale-pages",))
    assert compare_tables(_table(CACHING), _table(renamed)) is None
