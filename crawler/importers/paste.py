"""Pasted plain text: split into posts and link cards, with the lines that each comes from.

    post   := paragraphs, closed by a line of hashtags, a cut (`---`), two blank lines, a thread
              marker or its own card
    card   := title, blank, description, blank, site name: three plain lines
    marker := `5/`, `2/7`, `(2/7)` or `3)` at the start of a line

A card belongs to the post before it only if the URL of one of the post's links shares words with
its title. Otherwise it is a separate post without text.

Posts that are copied from the page of a network have a header with their author and age. They are
separated by their headers (copied_posts.py); the grammar above reads what is between them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.errors import InputError
from crawler.importers.copied_cards import bare_links, split_card
from crawler.importers.copied_posts import CopiedPost, copied_posts
from crawler.importers.decode_text import decode_text
from crawler.importers.mail_headers import mail_header_line
from crawler.importers.paste_lines import (
    Line,
    LineType,
    ThreadMarker,
    classified_lines,
    mark_platform_lines,
    thread_marker,
)
from crawler.importers.platform_lines import Role, roles_of
from crawler.importers.prose_detection import non_prose_reason
from crawler.importers.record_types import ImportOptions, LeftOut, Record, parse_records
from crawler.importers.zip_files import is_zip
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.text_cleaning import clean_block, fold
from crawler.urls_and_hashtags import find_hashtags, find_urls, unescape_ampersands

PRIORITY = 0
HAS_ALL_POSTS = False

_TITLE, _DESCRIPTION, _SITE, _SITE_WORDS = 160, 300, 40, 6
_SHARED_WORDS = 0.3
_LINKS_LOOKED_AT = 8
_COMPARED_WORD = re.compile(r"[^\W_]{2,}")
_CARD_LINES = [LineType.TEXT, LineType.BLANK, LineType.TEXT, LineType.BLANK, LineType.TEXT]


@dataclass(slots=True)
class _Unit:
    """One post or lone card: its lines (from 1), text, links, thread position and card.

    A copied post also has its author and date.
    """

    first: int
    last: int
    text: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    position: int | None = None
    card: Card | None = None
    author: Author | None = None
    published: datetime | None = None
    date_precision: str | None = None


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` looks like prose that a person wrote or copied.

    The suffix of `name` excludes some files.
    """
    try:
        return not is_zip(data) and not non_prose_reason(name, data)
    except InputError:  # not text
        return False


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield the posts and lone cards of a paste in order, then the failures.

    `data` is the file, `name` its name; `options` has the time of the copy, to which ages such as
    `3d` are relative. Raises InputError if the file is not text, or contains the header of a mail:
    a mail was written to one reader.
    """
    text = decode_text(name, data)
    line = mail_header_line(text)
    if line:
        hint = "Save the mail as .eml, or remove the lines of its header."
        raise InputError(f"{name}, line {line}: this is a mail, not a pasted post.", hint)
    records = list(_records(name, text, options))
    yield from _in_threads([record for record in records if isinstance(record, Post)])
    yield from (record for record in records if not isinstance(record, Post))


def _records(name: str, text: str, options: ImportOptions) -> Iterator[Record]:
    """Yield the records of all units with a card or text, in order."""
    for unit in _units(classified_lines(text), options.copied_at):
        if isinstance(unit, LeftOut):
            yield unit
        elif unit.card or any(unit.text):
            labelled = [(f"line {unit.first}", unit)]
            yield from parse_records(name, labelled, lambda unit: _post(unit, name))


def _units(lines: list[Line], seen_at: datetime) -> Iterator[_Unit | LeftOut]:
    """Yield the copied posts, and the units of the grammar between them."""
    at = 0
    for copied in copied_posts(lines, seen_at):
        yield from _units_without_header(lines[at : copied.first], seen_at)
        yield LeftOut(copied.reason) if copied.reason else _copied_unit(lines, copied)
        at = copied.after_tail
    yield from _units_without_header(lines[at:], seen_at)


def _units_without_header(lines: list[Line], seen_at: datetime) -> Iterator[_Unit]:
    for unit in _split(mark_platform_lines(lines, seen_at)):
        texts = [text for text in unit.text if text]
        if unit.card or not all(Role.NUMBER in roles_of(text) for text in texts):
            yield unit


def _copied_unit(lines: list[Line], copied: CopiedPost) -> _Unit:
    """Return a post with a header, and the card below its text."""
    first = lines[copied.first].number
    written = (line.number for line in lines[copied.first : copied.end] if line.text)
    last = max(written, default=first)
    unit = _Unit(first, last, author=copied.author, published=copied.published)
    unit.date_precision = copied.precision or None
    body = [lines[at] for at in copied.text]
    at = 0
    while at < len(body):
        card = None if unit.card else _linked_card_at(body, at, unit.links)
        if card:
            unit.card = card
            at += len(_CARD_LINES)
            continue
        _add(unit, body[at])
        at += 1
    unit.last = last
    marker = next((thread_marker(text) for text in unit.text if text), None)
    unit.position = marker.position if marker else None
    if copied.author and copied.author.network == "bluesky":
        unit.links += bare_links("\n".join(unit.text))
    if not unit.card:
        links = [_with_scheme(link) for link in unit.links]
        unit.text, unit.card = split_card(unit.text, links)
    return unit


def _split(lines: list[Line]) -> list[_Unit]:
    written = _next_written(lines)
    units, at = [], 0
    while at < len(lines):
        if lines[at].type in (LineType.BLANK, LineType.CUT):
            at += 1
            continue
        unit, at = _lone_card(lines, at) or _parse_unit(lines, at, written)
        units.append(unit)
    return units


def _lone_card(lines: list[Line], at: int) -> tuple[_Unit, int] | None:
    card = _card_at(lines, at)
    if card is None:
        return None
    return _Unit(lines[at].number, lines[at + 4].number, card=card), at + 5


def _next_written(lines: list[Line]) -> list[int]:
    """Return for each line the first line from there on that is neither blank nor noise."""
    following, written = [], len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].type not in (LineType.BLANK, LineType.NOISE):
            written = at
        following.append(written)
    return [*reversed(following), len(lines)]


def _parse_unit(lines: list[Line], at: int, written: list[int]) -> tuple[_Unit, int]:
    """Return the post that begins at a line, with its card, and the line after both."""
    marker = thread_marker(lines[at].text)
    number = lines[at].number
    unit = _Unit(number, number, position=marker.position if marker else None)
    end = _parse_body(lines, at, unit)
    after = written[end]
    card = _linked_card_at(lines, after, unit.links)
    if card is None:
        return unit, end
    unit.card = card
    unit.last = lines[after + 4].number
    return unit, after + 5


def _linked_card_at(lines: list[Line], at: int, links: list[str]) -> Card | None:
    """Return the card at a line with the URL of the link that it belongs to, or None."""
    card = _card_at(lines, at)
    link = _link_of(card, links) if card else None
    if card is None or link is None:
        return None
    return Card(card.title, card.description, card.site_name, _with_scheme(link))


def _parse_body(lines: list[Line], at: int, unit: _Unit) -> int:
    """Add the lines of a post to its unit, and return the line after them."""
    start, is_closed = at, False
    while at < len(lines):
        line = lines[at]
        if at > start and is_closed and line.type not in (LineType.TAGS, LineType.LINKS):
            break
        if at > start and _ends_before(lines, at, unit):
            break
        is_closed = is_closed or (line.type is LineType.TAGS and any(unit.text))
        _add(unit, line)
        at += 1
    return at


def _add(unit: _Unit, line: Line) -> None:
    if line.type is LineType.JOINED:
        unit.last = line.number
        return
    unit.text.append(line.text if line.type is not LineType.NOISE else "")
    for url in find_urls(line.text):
        if url not in unit.links[-_LINKS_LOOKED_AT:]:
            unit.links.append(url)
    if line.type is not LineType.BLANK:
        unit.last = line.number


def _ends_before(lines: list[Line], at: int, unit: _Unit) -> bool:
    """Return whether a post ends before a line, since another unit begins there."""
    if lines[at].type is LineType.CUT:
        return True
    is_paragraph_start = lines[at - 1].type is LineType.BLANK
    if lines[at].type is LineType.BLANK:
        next_type = _next_type(lines, at)
        return is_paragraph_start and next_type not in (LineType.TAGS, LineType.LINKS)
    marker = thread_marker(lines[at].text)
    if marker and _begins_part(marker, unit, is_paragraph_start):
        return True
    return is_paragraph_start and _begins_card(lines, at, unit)


def _begins_card(lines: list[Line], at: int, unit: _Unit) -> bool:
    """Return whether a card of a link of the post begins at a line."""
    if not unit.links:
        return False
    card = _card_at(lines, at)
    return bool(card and _link_of(card, unit.links))


def _begins_part(marker: ThreadMarker, unit: _Unit, is_paragraph_start: bool) -> bool:
    """Return whether a thread marker begins another part of the thread."""
    if marker.position == unit.position:
        return False
    return marker.has_slash_only or is_paragraph_start or unit.position == marker.position - 1


def _next_type(lines: list[Line], at: int) -> LineType | None:
    """Return the type of the next line that is not blank, among ten lines."""
    types = (line.type for line in lines[at : at + 10])
    return next((type_ for type_ in types if type_ is not LineType.BLANK), None)


def _card_at(lines: list[Line], at: int) -> Card | None:
    """Return the card of five lines from `at`, or None."""
    if [line.type for line in lines[at : at + 5]] != _CARD_LINES:
        return None
    title, description, site = (lines[at + step].text for step in (0, 2, 4))
    if not (_plain(title, _TITLE) and _plain(description, _DESCRIPTION) and _plain(site, _SITE)):
        return None
    if title.endswith(".") or not _is_site_name(site):
        return None
    # Tags or links right after it: the three lines were the start of a post.
    if _next_type(lines, at + 5) in (LineType.TAGS, LineType.LINKS):
        return None
    return Card(title, description, site)


def _is_site_name(site: str) -> bool:
    """Return whether a line of a card is a name: few words, and no punctuation at its end."""
    return site[-1] not in ".!?:;,…" and len(site.split()) <= _SITE_WORDS


def _plain(text: str, limit: int) -> bool:
    return (
        len(text) <= limit
        and not find_hashtags(text)
        and not find_urls(text)
        and not thread_marker(text)
    )


def _link_of(card: Card, links: list[str]) -> str | None:
    scored = [(_shared(card.title, link), link) for link in links[-_LINKS_LOOKED_AT:]]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _SHARED_WORDS else None


def _shared(title: str, url: str) -> float:
    wanted = _stems(title)
    return len(wanted & _stems(url)) / len(wanted) if wanted else 0.0


def _stems(text: str) -> set[str]:
    return {word.rstrip("s") for word in _COMPARED_WORD.findall(fold(text))}


def _post(unit: _Unit, name: str) -> Post:
    text = clean_block("\n".join(unit.text))
    identity = " ".join((text or _card_text(unit.card)).split())
    return Post(
        network="paste",
        uri=f"paste:{hashlib.sha256(identity.encode()).hexdigest()}",
        text=text,
        hashtags=find_hashtags(text),
        links=_links(unit, text),
        cards=(unit.card,) if unit.card else (),
        author=unit.author,
        published=unit.published,
        thread_position=unit.position,
        provenance=Provenance(
            file=name, lines=(unit.first, unit.last), date_precision=unit.date_precision
        ),
    )


def _links(unit: _Unit, text: str) -> tuple[Link, ...]:
    """Return the links in a text, and those that a network prints without their scheme."""
    links = [Link(_with_scheme(url), url) for url in find_urls(text)]
    if unit.author and unit.author.network == "bluesky":
        links += [Link(url) for url in bare_links(text)]
    return tuple(links)


def _card_text(card: Card | None) -> str:
    return "\n".join((card.title, card.description, card.site_name)) if card else ""


def _in_threads(posts: list[Post]) -> Iterator[Post]:
    """Yield the posts; those that follow each other under rising markers get one thread key.

    The key is the URI of the first of them. A part without neighbours gets no key.
    """
    for thread in _threads(posts):
        if len(thread) == 1:
            yield thread[0]
        else:
            yield from (replace(post, thread_key=thread[0].uri) for post in thread)


def _threads(posts: list[Post]) -> list[list[Post]]:
    threads: list[list[Post]] = []
    for post in posts:
        if threads and _continues(post, threads[-1][-1]):
            threads[-1].append(post)
        else:
            threads.append([post])
    return threads


def _continues(post: Post, before: Post) -> bool:
    return bool(post.thread_position) and before.thread_position == (post.thread_position or 0) - 1


def _with_scheme(url: str) -> str:
    url = unescape_ampersands(url)
    return url if "://" in url else f"https://{url}"
