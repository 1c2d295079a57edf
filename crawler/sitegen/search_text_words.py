"""The words of article texts for the search index, as the snapshot has them: without order."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from crawler.search_words import fold_letters, is_unspaced
from crawler.sitegen.search_codes import encode_ascending
from crawler.sitegen.search_segments import Segment

COMMON = "!"
"""The entry of a word that occurs in too many texts to be listed."""

_WORDS = "SELECT word, article_ids FROM text_words"


def read_text_words(
    db: sqlite3.Connection, segment: Segment, numbers: Iterable[int]
) -> dict[str, str]:
    """Return by word the documents of `segment` whose text has it, encoded, or `COMMON`.

    `numbers` are those of the documents.
    """
    by_id = {str(segment.start + number): number for number in numbers}
    entries = {}
    spellings: defaultdict[str, set[int]] = defaultdict(set)
    for word, article_ids in db.execute(_WORDS):
        listed = [by_id[article_id] for article_id in article_ids.split(" ") if article_id in by_id]
        if not article_ids:
            entries[_folded(word)] = COMMON
        elif listed and word.isascii():
            entries[word] = encode_ascending(listed)
        elif listed:
            spellings[_folded(word)].update(listed)
    for word, documents in spellings.items():
        entries.setdefault(word, encode_ascending(sorted(documents)))
    entries.pop("", None)
    return entries


def _folded(word: str) -> str:
    """Return the folded word; nothing for a word with letters that the index leaves out."""
    if word.isascii():
        return word
    folded = fold_letters(word)
    return "" if " " in folded or is_unspaced(folded) else folded
