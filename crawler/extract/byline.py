"""The names in the byline of a page, near its headline. A doubtful name is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, dropwhile, islice

from crawler.dates.days_in_text import contains_date, remove_dates
from crawler.extract.author_names import (
    BY_WORDS,
    BYLINE,
    HANDLE,
    MAX_AUTHORS,
    NOTE_MARKS,
    is_role,
    parse_names,
    plain_punctuation,
    remove_other_credits,
)
from crawler.extract.metadata_phrases import (
    AUTHOR_PATH_SEGMENTS,
    BYLINE_PREFIXES,
    NAME_CONJUNCTIONS,
    OTHER_CREDITS,
    PUBLICATION_WORDS,
    UPDATE_WORDS,
)
from crawler.extract.text_blocks import Block, Container
from crawler.url_parser import path_of

_BEFORE_HANDLE = re.compile(r"(\w[\w.'’ -]{0,60}?)\s*\(\s*@\w")
_BYLINE_CLASSES = frozenset(("author", "byline"))
_OTHER_PAGES = frozenset(("comment", "footer", "latest", "popular", "related", "sidebar", "widget"))
# Names around the bylines of other pages and of comments.
_OTHER_BYLINES = _OTHER_PAGES - {"footer"} | {
    "bio", "card", "carousel", "item", "list", "next", "prev", "recent", "recirc", "recommend",
    "reply", "response", "teaser", "trending",
}  # fmt: skip
# Classes of the element with the name, or of the byline, sorted.
_AUTHOR_MARKS = frozenset((
    "author", "author-name", "byline", "entry-author", "p-author", "post-author",
))  # fmt: skip
_MOST_BYLINES = 20
_MOST_INNER_ELEMENTS = 10
# Parts of the class of an element with the role or the employer of an author.
_ROLE_CLASS = re.compile(
    r"affil|company|employer|institut|job|organi[sz]ation|position|(?:^|[-_ ])role", re.IGNORECASE
)
_QUOTED_TAGS = frozenset(("blockquote", "figcaption", "figure", "pre"))
_AUTHOR_PAGE = re.compile(rf"/(?:{'|'.join(AUTHOR_PATH_SEGMENTS)})/[^/]+/?$", re.IGNORECASE)
# `by` at the beginning of a line, with at most four words before it. In the middle of a sentence
# it belongs to a passive verb.
_BY_IN_LINE = re.compile(
    rf"(?:^|[\n|·•~–—/-])\s*[^\w\n]{{0,3}}((?:[^\W\d_]+\s+){{0,4}}?)(?:{BY_WORDS})\b(?:\s*:\s*|\s+)(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# Chinese, Japanese and Korean labels may be joined to the name, and the name may be one word.
_EAST_ASIAN_NAME = (
    r"([㐀-鿿぀-ヿ々가-힣]{2,8}(?:\s(?!기자|특파원|논설위원)[㐀-鿿぀-ヿ々가-힣]{1,4})?)"
)
_EAST_ASIAN_LABEL = re.compile(
    r"(?:^|[\n|·•])\s*(?:(?:作者|著者|筆者|执笔|執筆者?|撰文|记者|記者|글쓴이|작성자|지은이)\s*[:/|・]?"
    rf"|(?:文|글)\s*[:/|・\s])\s*{_EAST_ASIAN_NAME}(?![㐀-鿿぀-ヿ々가-힣])"
)
_KOREAN_REPORTER = re.compile(r"(?:^|[\n|·•=])\s*([가-힣]{2,4})\s*(?:기자|특파원|논설위원)")
_LIST_WORDS = frozenset((*NAME_CONJUNCTIONS, "y", "&", ","))
# The block consists of a label and one name.
_LABELLED = re.compile(rf"\s*(?:{BY_WORDS})\s*[:\n]\s*([^\n]{{2,60}})\s*$", re.IGNORECASE)
_IN_SECTION = re.compile(r"\sin\s.*")
_FIRST_PART = re.compile(r",|\s[-–—|/]\s")
_UPDATED = re.compile("|".join(UPDATE_WORDS), re.IGNORECASE)
_PUBLISHED = re.compile("|".join(PUBLICATION_WORDS), re.IGNORECASE)
_CLOCK = r"\d\d?[:.]\d\d(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{2,4}\b)?"
_DATE_LABELS = (
    r"\d+\s*(?:min(?:ute)?s?|comments?|views?|shares?)(?:\s+read)?|"
    r"last (?:updated|modified)|updated|published|posted|aktualisiert|gespeichert|uhr"
)
# Prepositions belong to a date only next to it: `at` may also precede an employer.
_DATE_WORDS = re.compile(
    rf"\b(?:{_CLOCK}|(?:{_DATE_LABELS})\b|(?:on|am|at|um)\b(?=\s*(?:\n|\Z|\d\d?[:.]\d\d)))"
    r"|(?:(?<=\n)|\A)[^\S\n]*(?:on|am|at|um)\b",
    re.IGNORECASE,
)
# Prepositions between a name and a date: Ada Brook le 5 mars 2024.
_BEFORE_DATE = re.compile(r"[\s,](?:d\.|dne|dnia|el|em|il|le|op|på)\s*(?=\n\|\n)", re.IGNORECASE)


def find_byline(near: Sequence[Block], blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the names in the byline, or ().

    `near` are the blocks around the headline and `blocks` all blocks of the page. Names are
    accepted after `by`, in a block whose class names an author, next to a date, and in links to
    author pages. Nicknames are accepted only next to a date or a handle, or in a byline. A name
    next to a date is accepted anywhere on the page.
    """
    short = [block for block in near if _is_short(block, 30) and _may_name_author(block)]
    marked = [block for block in short if _has_byline_class(block) or _contains_date(block)]
    return next((names for names in _byline_attempts(short, marked, blocks) if names), ())


def find_byline_elsewhere(near: Sequence[Block], blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the names in the bylines far from the headline, or () if these name different people.

    Themes put the byline below the text. Bylines of other pages are in elements with other names
    than those around the headline. `near` are the blocks around the headline and `blocks` all
    blocks of the page.
    """
    around = near[0].container.names if near else frozenset()
    bylines = (block for block in blocks if _is_byline_elsewhere(block, around))
    names_of_bylines = [
        parse_names([_text_after_by(block.raw)], strict=True) or _names_in_lines(block)
        for block in islice(bylines, _MOST_BYLINES)
    ]
    named = set(filter(None, names_of_bylines))
    return named.pop() if len(named) == 1 else ()


def _is_byline_elsewhere(block: Block, around: frozenset[str]) -> bool:
    if not _is_short(block, 25) or _OTHER_BYLINES & block.container.names - around:
        return False
    if "aside" in block.container.tags or not _may_name_author(block):
        return False
    inner = islice(block.container.element.iter(), _MOST_INNER_ELEMENTS)
    return any(not _AUTHOR_MARKS.isdisjoint(part.get("class", "").split()) for part in inner)


def names_after_by(text: str, name: str) -> bool:
    """Whether a short `text` contains `name` after `by`."""
    return bool(text) and _text_after_by(text).casefold().startswith(name.casefold())


def _byline_attempts(
    short: Sequence[Block], marked: Sequence[Block], blocks: Sequence[Block]
) -> Iterator[tuple[str, ...]]:
    """Yield the names that each rule accepts, the most reliable rule first."""
    for text in _joined_texts(short):
        yield parse_names([_text_after_by(text)], strict=True)
        yield _east_asian_names(text)
    for block in marked:
        names = _names_in_lines(block)
        yield (*names, *_names_in_same_list(block, short)) if names else ()
    for block in short:
        yield parse_names(_author_link_texts(block))
    for block in marked:
        yield parse_names(_BEFORE_HANDLE.findall(remove_dates(block.raw)))
    yield from map(_labelled_name, _joined_texts(short))
    for block in chain(marked, filter(_is_dated_line, blocks)):
        yield parse_names([_text_after_by(block.raw)])[:1]


def _east_asian_names(text: str) -> tuple[str, ...]:
    """Return the names after a Chinese, Japanese or Korean label, or before `기자`."""
    if text.isascii():
        return ()
    lines = plain_punctuation(_strip_dates(text))
    return parse_names([*_EAST_ASIAN_LABEL.findall(lines), *_KOREAN_REPORTER.findall(lines)])


def _labelled_name(text: str) -> tuple[str, ...]:
    label = _LABELLED.match(_join_list_lines(text))
    return parse_names([label[1]])[:1] if label else ()


def _is_dated_line(block: Block) -> bool:
    if not _is_short(block, 25) or _OTHER_PAGES & block.container.names:
        return False
    return _contains_date(block) and _may_name_author(block)


def _is_short(block: Block, max_words: int) -> bool:
    return bool(block.raw) and len(block.words) <= max_words


def _may_name_author(block: Block) -> bool:
    return _QUOTED_TAGS.isdisjoint(block.container.tags) and not _names_last_editor(block.raw)


def _names_last_editor(text: str) -> bool:
    """Whether a text names the person who changed the page last: `Last updated by Ada`."""
    updated = _UPDATED.search(text)
    if updated is None or _PUBLISHED.search(text):
        return False
    by = BYLINE.search(text)
    return by is not None and updated.start() < by.start()


def _joined_texts(near: Sequence[Block]) -> Iterator[str]:
    """Yield the text of each block; a block that is only `by` joins the one after it."""
    for block, after in zip(near, (*near[1:], None), strict=False):
        is_by = block.text.casefold().rstrip(" :") in BYLINE_PREFIXES
        yield f"{block.raw}\n{after.raw}" if is_by and after else block.raw


def _text_after_by(text: str) -> str:
    """Return the line after `by` in a text, without dates and times.

    The result is empty if the line names editors, translators or photographers.
    """
    if not BYLINE.search(" ".join(text.split())):
        return ""
    plain = remove_other_credits(plain_punctuation(_strip_dates(text)))
    match = _BY_IN_LINE.search(_join_list_lines(plain))
    if match is None or not OTHER_CREDITS.isdisjoint(match[1].casefold().split()):
        return ""
    return _IN_SECTION.sub("", match[2].split("\n")[0]).strip()


def _join_list_lines(text: str) -> str:
    """Return a text without empty lines and with the names of one list on one line."""
    lines: list[str] = []
    for words in filter(None, map(str.split, text.split("\n"))):
        line = " ".join(words)
        if lines and (_continues_list(words) or _expects_name(lines[-1])):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _continues_list(words: Sequence[str]) -> bool:
    return words[0] in _LIST_WORDS or words[0][0] == ","


def _expects_name(line: str) -> bool:
    return line[-1] in ",;" or line.rsplit(" ", 1)[-1] in _LIST_WORDS


def _names_in_lines(block: Block) -> tuple[str, ...]:
    """Return the names in the first lines of a block that contain names.

    A line of several names is the whole list.
    """
    lines = _join_list_lines(HANDLE.sub("", _strip_dates(block.raw))).split("\n")
    employers = _employers(block)
    names_of_lines = (_strict_names(line) for line in lines if line not in employers)
    names: tuple[str, ...] = ()
    for line_names in dropwhile(lambda line_names: not line_names, names_of_lines):
        if not line_names:
            break
        names += line_names
        if len(line_names) > 1:
            break
    return tuple(dict.fromkeys(names))[:MAX_AUTHORS]


def _employers(block: Block) -> set[str]:
    """Return the lines of a byline that are not names but roles and employers.

    They have such a class, or are the only line below the name, behind a break and without a link.
    """
    inner = list(islice(block.container.element.iter(), _MOST_INNER_ELEMENTS))
    employers = {
        " ".join(part.text_content().split())
        for part in inner[1:]
        if _ROLE_CLASS.search(part.get("class", "")[:200])
    }
    lines = [" ".join(line.split()) for line in block.raw.split("\n") if line.strip()]
    is_broken = len(lines) == 2 and not block.links and any(part.tag == "br" for part in inner)
    if is_broken and _strict_names(lines[0]):
        employers.add(lines[1])
    return employers


def _names_in_same_list(block: Block, short: Sequence[Block]) -> Iterator[str]:
    """Yield the names in the later blocks of a list of authors that begins with a block."""
    nearest = islice(block.container.upward(), 4)
    bylines = [container for container in nearest if _BYLINE_CLASSES & container.own]
    if not bylines:
        return
    for later in short:
        if later.order > block.order and _is_list_item(later, bylines[-1]):
            yield from _names_in_lines(later)


def _is_list_item(block: Block, authors: Container) -> bool:
    container = block.container
    is_marked = container.tag == "li" or block.link_share > 0.5 or _BYLINE_CLASSES & container.own
    return bool(is_marked) and any(outer is authors for outer in container.upward())


def _strict_names(line: str) -> tuple[str, ...]:
    return () if is_role(_FIRST_PART.split(line)[0]) else parse_names([line], strict=True)


def _author_link_texts(block: Block) -> Iterator[str]:
    """Return the texts of a block's links to author pages."""
    return (
        link.text_content()[:100]
        for link in block.links[:10]
        if _AUTHOR_PAGE.search(path_of(link.get("href", "")[:500]))
    )


def _has_byline_class(block: Block) -> bool:
    """Whether one of the four nearest containers has a class that names a byline or an author."""
    nearest = islice(block.container.upward(), 4)
    return any(
        _BYLINE_CLASSES & container.own or "avatar" in container.named[0]
        for container in nearest
        if container.tag != "body"
    )


def _contains_date(block: Block) -> bool:
    return contains_date(block.raw)


def _strip_dates(text: str) -> str:
    """Return a text with a separator for each date, time and word that belongs to a date."""
    lines = (" ".join(line.split()) for line in NOTE_MARKS.sub("", text).split("\n"))
    undated = remove_dates("\n".join(filter(None, lines)), "\n|\n")
    return _DATE_WORDS.sub("\n", _BEFORE_DATE.sub("\n", undated))
