"""The words of article texts for the search index, as the snapshot has them: without order."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from crawler.search_words import fold_letters, is_unspaced
from crawler.sitegen.search_codes import encode_ascending

COMMON = "!"
"""The entry of a word that occurs in too many texts to be listed."""

_WORDS = "SELECT word, article_ids FROM text_words"


def read_text_words(db: sqlite3.Connection, numbers: Mapping[int, int]) -> dict[str, str]:
    """Return by word the documents whose text has it, encoded, or `COMMON`.

    `numbers` has the document number by article id.
    """
    by_id = {str(article_id): number for article_id, number in numbers.items()}
    entries = {}
    spellings: dict[str, set[int]] = {}
    for word, article_ids in db.execute(_WORDS):
        listed = [by_id[article_id] for article_id in article_ids.split(" ") if article_id in by_id]
        listed.sort()
        if not article_ids:
            entries[_folded(word)] = COMMON
        elif word.isascii():
            entries[word] = encode_ascending(listed)
        else:
            spellings.setdefault(_folded(word), set()).update(listed)
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
