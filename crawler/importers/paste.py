"""Pasted plain text: splits it into posts and link cards, and keeps the lines each came from.

    post   := paragraphs, closed by a line of hashtags, a cut (`---`), two blank lines, a thread
    marker or its own card
    card   := title, blank, description, blank, site name: three plain lines
    marker := `5/`, `2/7`, `(2/7)` or `3)` at the start of a line

A card belongs to the post before it only when the address of one of the post's links shares words
with its title;
otherwise it stands alone: a post without text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from crawler.errors import InputError
from crawler.importers.decode_text import decode_text
from crawler.importers.import_records import ImportOptions, Record, parse_records
from crawler.importers.mail_headers import mail_header_line
from crawler.importers.paste_lines import Line, LineType, parse_lines, thread_marker
from crawler.importers.prose_detection import non_prose_reason
from crawler.importers.zip_files import is_zip
from crawler.models.posts import Card, Link, Post, Provenance
from crawler.text_cleaning import clean_block, find_hashtags, find_urls, fold

PRIORITY = 0
HAS_ALL_POSTS = False

_TITLE, _DESCRIPTION, _SITE, _SITE_WORDS = 160, 300, 40, 6
_SHARED_WORDS = 0.3
_LINKS_LOOKED_AT = 8
_COMPARED_WORD = re.compile(r"[^\W_]{2,}")


@dataclass(slots=True)
class _Unit:
    first: int
    last: int
    text: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    position: int | None = None
    card: Card | None = None


def matches(name: str, data: bytes) -> bool:
    """Return whether the file looks like prose that a person wrote or copied."""
    try:
        return not is_zip(data) and not non_prose_reason(name, data)
    except InputError:  # not text
        return False


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """The units of a paste as posts, in order.

    Raises InputError when the file is not text, or contains the header of a mail: a mail was
    written to one reader.
    """
    text = decode_text(name, data)
    if line := mail_header_line(text):
        hint = "Save the mail as .eml, or remove the lines of its header."
        raise InputError(f"{name}, line {line}: this is a mail, not a pasted post.", hint)
    units = [unit for unit in _split(parse_lines(text)) if unit.card or any(unit.text)]
    numbered = ((f"line {unit.first}", unit) for unit in units)
    parsed = list(parse_records(name, numbered, lambda unit: _post(unit, name)))
    yield from _threaded([each for each in parsed if isinstance(each, Post)])
    yield from (each for each in parsed if not isinstance(each, Post))


def _split(lines: list[Line]) -> list[_Unit]:
    written = _next_written(lines)
    units, at = [], 0
    while at < len(lines):
        if lines[at].kind in (LineType.BLANK, LineType.CUT):
            at += 1
            continue
        unit, at = _lone_card(lines, at) or _read_post(lines, at, written)
        units.append(unit)
    return units


def _lone_card(lines: list[Line], at: int) -> tuple[_Unit, int] | None:
    card = _card_at(lines, at)
    return (_Unit(lines[at].number, lines[at + 4].number, card=card), at + 5) if card else None


def _next_written(lines: list[Line]) -> list[int]:
    """For each line, the first line from there on that is neither blank nor noise."""
    following, found = [], len(lines)
    for at in range(len(lines) - 1, -1, -1):
        found = found if lines[at].kind in (LineType.BLANK, LineType.NOISE) else at
        following.append(found)
    return [*reversed(following), len(lines)]


def _read_post(lines: list[Line], at: int, written: list[int]) -> tuple[_Unit, int]:
    found = thread_marker(lines[at].text)
    unit = _Unit(lines[at].number, lines[at].number, position=found[0] if found else None)
    at = _read_body(lines, at, unit)
    after = written[at]
    card = _card_at(lines, after)
    link = _link_of(card, unit.links) if card else None
    if card and link:
        unit.card = Card(card.title, card.description, card.site_name, _with_scheme(link))
        unit.last, at = lines[after + 4].number, after + 5
    return unit, at


def _read_body(lines: list[Line], at: int, unit: _Unit) -> int:
    start, closed = at, False
    while at < len(lines):
        kind = lines[at].kind
        if at > start and (
            (closed and kind not in (LineType.TAGS, LineType.LINKS))
            or _ends_before(lines, at, unit)
        ):
            break
        closed = closed or (kind is LineType.TAGS and any(unit.text))
        _add(unit, lines[at])
        at += 1
    return at


def _add(unit: _Unit, line: Line) -> None:
    unit.text.append(line.text if line.kind is not LineType.NOISE else "")
    unit.links.extend(
        url for url in find_urls(line.text) if url not in unit.links[-_LINKS_LOOKED_AT:]
    )
    if line.kind is not LineType.BLANK:
        unit.last = line.number


def _ends_before(lines: list[Line], at: int, unit: _Unit) -> bool:
    if lines[at].kind is LineType.CUT:
        return True
    starts_paragraph = lines[at - 1].kind is LineType.BLANK
    if lines[at].kind is LineType.BLANK:
        return starts_paragraph and _next_kind(lines, at) not in (LineType.TAGS, LineType.LINKS)
    found = thread_marker(lines[at].text)
    if (
        found
        and (found[1] or starts_paragraph or unit.position == found[0] - 1)
        and found[0] != unit.position
    ):
        return True
    card = _card_at(lines, at) if starts_paragraph and unit.links else None
    return bool(card and _link_of(card, unit.links))


def _next_kind(lines: list[Line], at: int) -> LineType | None:
    return next(
        (line.kind for line in lines[at : at + 10] if line.kind is not LineType.BLANK), None
    )


def _card_at(lines: list[Line], at: int) -> Card | None:
    if [line.kind for line in lines[at : at + 5]] != [
        LineType.TEXT,
        LineType.BLANK,
        LineType.TEXT,
        LineType.BLANK,
        LineType.TEXT,
    ]:
        return None
    title, description, site = (lines[at + step].text for step in (0, 2, 4))
    if not (_plain(title, _TITLE) and _plain(description, _DESCRIPTION) and _plain(site, _SITE)):
        return None
    if title.endswith(".") or site[-1] in ".!?:;,…" or len(site.split()) > _SITE_WORDS:
        return None
    # Tags or links right after it: the three lines were the start of somebody's post.
    return (
        None
        if _next_kind(lines, at + 5) in (LineType.TAGS, LineType.LINKS)
        else Card(title, description, site)
    )


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
    identity = text or "\n".join(
        (unit.card.title, unit.card.description, unit.card.site_name) if unit.card else ()
    )
    return Post(
        network="paste",
        uri=f"paste:{hashlib.sha256(' '.join(identity.split()).encode()).hexdigest()}",
        text=text,
        hashtags=find_hashtags(text),
        links=tuple(Link(_with_scheme(url), url) for url in find_urls(text)),
        cards=(unit.card,) if unit.card else (),
        thread_position=unit.position,
        provenance=Provenance(file=name, lines=(unit.first, unit.last)),
    )


def _threaded(posts: list[Post]) -> Iterator[Post]:
    """Posts that follow each other under rising markers are one thread, named after the first of
    them; a part that stands alone is in none that we know.
    """
    runs: list[list[Post]] = []
    for post in posts:
        if not (
            runs
            and post.thread_position
            and runs[-1][-1].thread_position == post.thread_position - 1
        ):
            runs.append([])
        runs[-1].append(post)
    for run in runs:
        yield from (replace(part, thread_key=run[0].uri) for part in run) if len(run) > 1 else run


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"https://{url}"
