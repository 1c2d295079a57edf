"""The search index: words to articles and notes, in small files that a page loads as scripts, so
that it also works from a folder.

    search/index.js      the prefixes that have a file of words
    search/w-<hex>.js    all words with one prefix -> documents: with it in the title | in topics,
    source and facts | in the excerpt
    search/d-<n>.js      64 documents as the result list shows them

A document's number is twice an article's id, or twice a note's id plus one; lists of them are
differences in base 36.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from crawler.sitegen import display_text
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Note
from crawler.sitegen.template_renderer import OutputFile, Renderer
from crawler.text_cleaning import fold
from crawler.tokenization import WORD

CHUNK = 64
_SHARD_BYTES = 40_000
_EXCERPT = 30
_LONGEST_WORD = 60
_LONGEST_NAME = 200  # bytes; file systems allow 255
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_Postings = dict[str, tuple[list[int], list[int], list[int]]]


def render_search_index(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """Every file of the index."""
    postings = _postings(model)
    shards = dict(_shards("", {word: _packed(found) for word, found in sorted(postings.items())}))
    names = {prefix: _file_name(prefix) for prefix in shards}
    yield _script("search/index.js", "index", {"chunk": CHUNK, "shards": names})
    for prefix, found in shards.items():
        yield _script(f"search/{names[prefix]}", "words", prefix, found)
    for number, documents in _documents(model):
        yield _script(f"search/d-{number}.js", "documents", number, documents)


def _postings(model: SiteModel) -> _Postings:
    """For each word, the documents that say it in the title, in topics, source and facts, and in
    the excerpt; each document once, at its best place.
    """
    found: _Postings = defaultdict(lambda: ([], [], []))
    for number, item in _items(model):
        seen: set[str] = set()
        for place, said in enumerate(_said(model, item)):
            for word in said - seen:
                found[word][place].append(number)
            seen |= said
    return found


def _items(model: SiteModel) -> list[tuple[int, ListedArticle | Note]]:
    """Everything that can be found, by document number."""
    items: list[tuple[int, ListedArticle | Note]] = [
        (2 * article.id, article) for article in model.listed
    ]
    items += [(2 * note.id + 1, note) for note in model.notes]
    return sorted(items, key=lambda pair: pair[0])


def _said(model: SiteModel, item: ListedArticle | Note) -> tuple[set[str], set[str], set[str]]:
    """The words of an item by place; among its facts are those that filters ask for, which hold a
    colon and so are no words.
    """
    topics = {f"topic:{topic}" for topic in item.topics} | _words(
        " ".join(model.label(topic) for topic in item.topics)
    )
    if isinstance(item, Note):
        return (
            set(),
            topics | {f"year:{item.written[:4]}", "kind:note"},
            _words(display_text.shorten(item.text)),
        )
    host = item.host.removeprefix("www.")
    facts = {f"year:{item.first_shared[:4]}", f"source:{host}"} | (
        {f"kind:{item.kind}"} if item.kind else set()
    )
    return (
        _words(item.title),
        topics | facts | _words(f"{item.site_name} {host}"),
        _words(display_text.shorten(item.summary)),
    )


def _words(text: str) -> set[str]:
    return {word[:_LONGEST_WORD] for word in WORD.findall(fold(text))}


def _packed(places: tuple[list[int], ...]) -> str:
    return "|".join(map(_differences, places)).rstrip("|")


def _differences(numbers: Iterable[int]) -> str:
    last, steps = 0, []
    for number in numbers:
        steps.append(_base36(number - last))
        last = number
    return " ".join(steps)


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits


def _shards(prefix: str, found: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """One shard when it is small, else one for the word that is the prefix itself and one for each
    next letter.
    """
    if sum(len(word) + len(packed) + 6 for word, packed in found.items()) <= _SHARD_BYTES or set(
        found
    ) == {prefix}:
        yield prefix, found
        return
    branches: dict[str, dict[str, str]] = defaultdict(dict)
    for word, packed in found.items():
        branches[word[: len(prefix) + 1]][word] = packed
    if prefix in branches:
        yield prefix, branches.pop(prefix)
    for branch, part in branches.items():
        yield from _shards(branch, part)


def _documents(model: SiteModel) -> Iterator[tuple[int, dict[int, list[str]]]]:
    chunks: dict[int, dict[int, list[str]]] = defaultdict(dict)
    for number, item in _items(model):
        chunks[number // CHUNK][number] = _shown(model, item)
    yield from chunks.items()


def _shown(model: SiteModel, item: ListedArticle | Note) -> list[str]:
    """Page, title, address of the original, host or network, kind, day, topics, excerpt."""
    topics = ", ".join(model.label(topic) for topic in item.topics[:4])
    if isinstance(item, ListedArticle):
        return [
            item.path,
            item.title,
            item.url,
            item.host,
            display_text.kind_label(item.kind),
            display_text.format_day(item.first_shared),
            topics,
            display_text.shorten(item.summary, _EXCERPT),
        ]
    first, excerpt = display_text.shorten(item.text, 12), display_text.shorten(item.text, _EXCERPT)
    return [
        item.path,
        first,
        "",
        display_text.network_label(item.network),
        "note",
        display_text.format_day(item.written),
        topics,
        excerpt,
    ]


def _file_name(prefix: str) -> str:
    """Readable while it is short, else a digest."""
    name = prefix.encode().hex()
    if len(name) > _LONGEST_NAME:
        name = hashlib.blake2b(prefix.encode(), digest_size=16).hexdigest()
    return f"w-{name}.js" if prefix else "w.js"


def _script(path: str, call: str, *values: object) -> OutputFile:
    return OutputFile(
        path, b"hashtrail.%s(%s)\n" % (call.encode(), b",".join(map(msgspec.json.encode, values)))
    )
