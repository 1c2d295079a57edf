"""The search index: small script files that a page loads, so that it also works from a folder.

    search/index.js      the prefixes that have a file of words
    search/w-<hex>.js    the words with one prefix, each with its documents by field:
                         title | topics, site and facts | excerpt
    search/d-<n>.js      64 documents as the result list shows them

A document's number is twice an article's id, or twice a note's id plus one. Lists of documents are
differences in base 36.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from crawler.sitegen import display_formats
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Note
from crawler.text_cleaning import fold
from crawler.tokenization import WORD

CHUNK = 64  # documents in one file
_MAX_SHARD_BYTES = 40_000
_ENTRY_OVERHEAD = 6  # bytes of quotation marks, colon and comma
_EXCERPT_WORDS = 30
_NOTE_TITLE_WORDS = 12
_MAX_TOPICS = 4
_MAX_WORD_LENGTH = 60
_MAX_NAME_BYTES = 200  # file systems allow 255
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_Postings = dict[str, tuple[list[int], list[int], list[int]]]
_Fields = tuple[set[str], set[str], set[str]]
_Shard = tuple[str, dict[str, str]]


def render_search_index(model: SiteModel) -> Iterator[OutputFile]:
    """Yield every file of the index of `model`."""
    packed = {word: _packed(fields) for word, fields in sorted(_postings(model).items())}
    shards = dict(_shards("", packed))
    names = {prefix: _file_name(prefix) for prefix in shards}
    yield _script("search/index.js", "index", {"chunk": CHUNK, "shards": names})
    for prefix, words in shards.items():
        yield _script(f"search/{names[prefix]}", "words", prefix, words)
    for number, documents in _document_chunks(model):
        yield _script(f"search/d-{number}.js", "documents", number, documents)


def _postings(model: SiteModel) -> _Postings:
    """Return for each word the numbers of its documents by field.

    A document occurs once, in the first field that contains the word.
    """
    postings: _Postings = defaultdict(lambda: ([], [], []))
    for number, item in _documents(model):
        indexed: set[str] = set()
        for field, words in enumerate(_fields(model, item)):
            for word in words - indexed:
                postings[word][field].append(number)
            indexed |= words
    return postings


def _documents(model: SiteModel) -> list[tuple[int, ListedArticle | Note]]:
    """Return every document by number, articles without a topic included."""
    articles = [(2 * article.id, article) for article in model.articles.values()]
    notes = [(2 * note.id + 1, note) for note in model.notes]
    return sorted([*articles, *notes], key=lambda pair: pair[0])


def _fields(model: SiteModel, item: ListedArticle | Note) -> _Fields:
    """Return the words of a document by field.

    Filters such as `kind:talk` are among the facts; no word contains a colon.
    """
    topics = {f"topic:{topic}" for topic in item.topics}
    topics |= _words(" ".join(model.label(topic) for topic in item.topics))
    if isinstance(item, Note):
        facts = {f"year:{item.written[:4]}", "kind:note"}
        return set(), topics | facts, _words(display_formats.shorten(item.text))
    text = display_formats.shorten(item.summary)
    return _words(item.title), topics | _article_facts(item), _words(text)


def _article_facts(article: ListedArticle) -> set[str]:
    host = article.host.removeprefix("www.")
    facts = {f"source:{host}"}
    if article.first_shared:
        facts.add(f"year:{article.first_shared[:4]}")
    if article.kind:
        facts.add(f"kind:{article.kind}")
    return facts | _words(f"{article.site_name} {host}")


def _words(text: str) -> set[str]:
    return {word[:_MAX_WORD_LENGTH] for word in WORD.findall(fold(text))}


def _packed(fields: tuple[list[int], ...]) -> str:
    return "|".join(map(_differences, fields)).rstrip("|")


def _differences(numbers: Iterable[int]) -> str:
    last, differences = 0, []
    for number in numbers:
        differences.append(_base36(number - last))
        last = number
    return " ".join(differences)


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits


def _shards(prefix: str, packed: dict[str, str]) -> Iterator[_Shard]:
    """Yield one shard for the words with `prefix` if it is small.

    Otherwise yield one for the word that is the prefix, and split the others by the next letter.
    """
    size = sum(len(word) + len(postings) + _ENTRY_OVERHEAD for word, postings in packed.items())
    if size <= _MAX_SHARD_BYTES or packed.keys() == {prefix}:
        yield prefix, packed
        return
    branches = _branches(prefix, packed)
    if prefix in branches:
        yield prefix, branches.pop(prefix)
    for branch, words in branches.items():
        yield from _shards(branch, words)


def _branches(prefix: str, packed: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the words by their prefix that is one letter longer than `prefix`."""
    branches: dict[str, dict[str, str]] = defaultdict(dict)
    for word, postings in packed.items():
        branches[word[: len(prefix) + 1]][word] = postings
    return branches


def _document_chunks(model: SiteModel) -> Iterator[tuple[int, dict[int, list[str]]]]:
    chunks: dict[int, dict[int, list[str]]] = defaultdict(dict)
    for number, item in _documents(model):
        chunks[number // CHUNK][number] = _result(model, item)
    yield from chunks.items()


def _result(model: SiteModel, item: ListedArticle | Note) -> list[str]:
    """Return a document as `search.js` shows it.

    Its parts are: page, title, original URL, host or network, kind, day, topics, excerpt.
    """
    topics = ", ".join(model.label(topic) for topic in item.topics[:_MAX_TOPICS])
    if isinstance(item, ListedArticle):
        return _article_result(item, topics)
    return _note_result(item, topics)


def _article_result(article: ListedArticle, topics: str) -> list[str]:
    return [
        article.path,
        article.title,
        article.url,
        article.host,
        display_formats.kind_label(article.kind),
        display_formats.format_day(article.first_shared),
        topics,
        display_formats.shorten(article.summary, _EXCERPT_WORDS),
    ]


def _note_result(note: Note, topics: str) -> list[str]:
    return [
        note.path,
        display_formats.shorten(note.text, _NOTE_TITLE_WORDS),
        "",
        display_formats.network_label(note.network),
        "note",
        display_formats.format_day(note.written),
        topics,
        display_formats.shorten(note.text, _EXCERPT_WORDS),
    ]


def _file_name(prefix: str) -> str:
    """Return a file name for the words with `prefix`: readable if short, else with a digest."""
    name = prefix.encode().hex()
    if len(name) > _MAX_NAME_BYTES:
        name = hashlib.blake2b(prefix.encode(), digest_size=16).hexdigest()
    return f"w-{name}.js" if prefix else "w.js"


def _script(path: str, function: str, *arguments: object) -> OutputFile:
    encoded = b",".join(map(msgspec.json.encode, arguments))
    return OutputFile(path, b"hashtrail.%s(%s)\n" % (function.encode(), encoded))
