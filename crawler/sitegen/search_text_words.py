"""The words of article texts for the search index, as the snapshot has them: without order."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from crawler.search_words import fold_letters, is_unspaced
from crawler.sitegen.search_codes import encode_ascending
from crawler.sitegen.search_segments import Segment
from crawler.sitegen.site_model import SiteModel

COMMON = "!"
"""The entry of a word that occurs in too many texts to be listed."""

_MIN_COMMON = 150
_MAX_LISTED = 250
_COMMON_SHARE = 8  # a word in more than one of eight texts is common
_MAX_WORD_LENGTH = 40
_COUNT = """
SELECT count(*) FROM article_words w JOIN article_list l ON l.id = w.article_id
WHERE w.article_id >= ? AND w.article_id < ?
"""
_WORD_SETS = """
SELECT w.article_id, w.words FROM article_words w JOIN article_list l ON l.id = w.article_id
WHERE w.article_id >= ? AND w.article_id < ? ORDER BY w.article_id
"""


def read_word_sets(model: SiteModel, segment: Segment) -> Iterator[tuple[int, str]]:
    """Yield the id of each article of `segment` in the snapshot of `model`, with its words."""
    return model.articles.query(_WORD_SETS, (segment.start, segment.end))


def list_text_words(model: SiteModel, segment: Segment) -> dict[str, str]:
    """Return by word the documents of `segment` in `model` whose text has it, or `COMMON`.

    The documents are encoded. A word of too many texts would not distinguish them. A word of one
    text is listed if it has only letters: others are mostly numbers and parts of code.
    """
    (texts,) = model.articles.query(_COUNT, (segment.start, segment.end)).fetchone()
    limit = min(max(_MIN_COMMON, texts // _COMMON_SHARE), _MAX_LISTED)
    documents: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
    for article_id, words in read_word_sets(model, segment):
        number = article_id - segment.start
        for word in words.split(" "):
            listed = documents[word]
            if len(listed) <= limit:
                listed.append(number)
    return _entries(documents, limit)


def _entries(documents: dict[str, array[int]], limit: int) -> dict[str, str]:
    """Return the entries of words, which are removed from `documents`."""
    entries = {}
    spellings: defaultdict[str, set[int]] = defaultdict(set)
    for word in list(documents):
        listed = documents.pop(word)
        if not _is_useful(word, len(listed)):
            continue
        if len(listed) > limit:
            entries[_folded(word)] = COMMON
        elif word.isascii():
            entries[word] = encode_ascending(listed)
        else:
            spellings[_folded(word)].update(listed)
    for word, numbers in spellings.items():
        entries.setdefault(word, encode_ascending(sorted(numbers)))
    entries.pop("", None)
    return entries


def _is_useful(word: str, count: int) -> bool:
    """Return whether readers may search for a `word` that `count` texts have.

    A letter of a script without spaces is not a word.
    """
    return 2 <= len(word) <= _MAX_WORD_LENGTH and (count > 1 or word.isalpha())


def _folded(word: str) -> str:
    """Return the folded word; nothing for a word with letters that the index leaves out."""
    if word.isascii():
        return word
    folded = fold_letters(word)
    return "" if " " in folded or is_unspaced(folded) else folded
