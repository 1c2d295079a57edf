"""Parser of author names: in declared values, and in the byline near the headline.

A doubtful name is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, dropwhile, islice

from crawler.dates.calendar_names import MONTHS, WEEKDAYS
from crawler.dates.days_in_text import contains_date, remove_dates
from crawler.extract.metadata_phrases import (
    AUTHOR_PATH_SEGMENTS,
    BYLINE_PREFIXES,
    NAME_CONJUNCTIONS,
    NAME_PARTICLES,
    NON_NAME_WORDS,
    OTHER_CREDITS,
    ROLE_WORDS,
)
from crawler.extract.text_blocks import Block
from crawler.text_cleaning import clean_line
from crawler.url_parser import path_of

MAX_AUTHORS = 20
_BY_WORDS = "|".join(BYLINE_PREFIXES)
_BY = re.compile(
    rf"^\W*(?:[a-zé]+\s+){{0,3}}(?:by|publi[ée]\s+par)\b\s*:?\s+|^\W*(?:{_BY_WORDS})\b\s*:?\s+",
    re.IGNORECASE,
)
_JOINING = "|".join(NAME_CONJUNCTIONS)
_SEPARATOR = re.compile(rf"\s*(?:[,;|•·\n]|\s(?i:{_JOINING})\s|\sy\s|\s&\s|\s[-–—/]\s)\s*")
_HANDLE = re.compile(r"\(\s*@[^)]{0,80}\)")
_BEFORE_HANDLE = re.compile(r"(\w[\w.'’ -]{0,60}?)\s*\(\s*@\w")
_PARENTHESES = re.compile(r"\([^)]{0,80}\)|\[[^\]]{0,80}\]")
_MARKUP = re.compile(r"<[^>]{0,200}>")
_FOR = re.compile(r"\sfor\s.*", re.IGNORECASE)
_INITIAL = re.compile(r"\b[^\W\d_]\.$")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2}|[{}<>=%$/]|\.(?:com|org|net|de)\b")
_NOT_NAME_WORDS = NON_NAME_WORDS | WEEKDAYS | MONTHS.keys()
_BYLINE_CLASSES = frozenset(("author", "byline"))
_OTHER_PAGES = frozenset(("comment", "footer", "latest", "popular", "related", "sidebar", "widget"))
_QUOTED_TAGS = frozenset(("blockquote", "figcaption", "figure", "pre"))
_AUTHOR_PAGE = re.compile(rf"/(?:{'|'.join(AUTHOR_PATH_SEGMENTS)})/[^/]+/?$", re.IGNORECASE)
# `by` at the beginning of a line, with at most three words before it. In the middle of a sentence
# it belongs to a passive verb.
_BY_IN_LINE = re.compile(
    rf"(?:^|[\n|·•~–—/-])\s*((?:[^\W\d_]+\s+){{0,3}}?)(?:{_BY_WORDS})\b\s*:?\s+(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_LIST_WORDS = frozenset((*NAME_CONJUNCTIONS, "y", "&", ","))
# The block consists of a label and one name.
_LABELLED = re.compile(rf"\s*(?:{_BY_WORDS})\s*[:\n]\s*([^\n]{{2,60}})\s*$", re.IGNORECASE)
_CLOCK = r"\d\d?[:.]\d\d(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{2,4}\b)?"
_DATE_LABELS = (
    r"\d+\s*(?:min(?:ute)?s?|comments?|views?|shares?)(?:\s+read)?|"
    r"last (?:updated|modified)|updated|published|posted|aktualisiert|gespeichert|on|am|at|um|uhr"
)
_DATE_WORDS = re.compile(rf"\b(?:{_CLOCK}|(?:{_DATE_LABELS})\b)", re.IGNORECASE)


def parse_names(values: Iterable[str], strict: bool = False) -> tuple[str, ...]:
    """Return the people named in `values`, each once, in order, without roles and employers.

    If `strict`, a name must have at least two words and capitals. Plain text needs this.
    """
    names: dict[str, str] = {}
    for value in values:
        for part in _name_parts(value):
            name = "" if names and _is_role(part) else _clean_name(part)
            if name and _is_plausible_name(name, strict):
                names.setdefault(name.casefold(), name)
    return tuple(names.values())[:MAX_AUTHORS]


def _name_parts(value: str) -> list[str]:
    """Return the parts of a value between separators, without `by`; [] for another credit."""
    plain = _PARENTHESES.sub(" ", _HANDLE.sub("\n", _MARKUP.sub(" ", value[:1000])))
    prefix = _BY.match(plain)
    if prefix is None:
        return _SEPARATOR.split(plain)
    if not OTHER_CREDITS.isdisjoint(prefix[0].casefold().split()):
        return []
    return _SEPARATOR.split(plain[prefix.end() :])


def find_byline(near: Sequence[Block], blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the names in the byline, or ().

    `near` are the blocks around the headline and `blocks` all blocks of the page. Names are
    accepted after `by`, in a block whose class names an author, next to a date, and in links to
    author pages. Nicknames are accepted only next to a date or a handle, or in a byline. A name
    next to a date is accepted anywhere on the page.
    """
    short = [block for block in near if _is_short(block, 30) and not _is_quoted(block)]
    marked = [block for block in short if _has_byline_class(block) or _contains_date(block)]
    return next((names for names in _byline_attempts(short, marked, blocks) if names), ())


def _byline_attempts(
    short: Sequence[Block], marked: Sequence[Block], blocks: Sequence[Block]
) -> Iterator[tuple[str, ...]]:
    """Yield the names that each rule accepts, the most reliable rule first."""
    for text in _joined_texts(short):
        yield parse_names([_text_after_by(text)], strict=True)
    yield from map(_names_in_lines, marked)
    for block in short:
        yield parse_names(_author_link_texts(block))
    for block in marked:
        yield parse_names(_BEFORE_HANDLE.findall(remove_dates(block.raw)))
    yield from map(_labelled_name, _joined_texts(short))
    for block in chain(marked, filter(_is_dated_line, blocks)):
        yield parse_names([_text_after_by(block.raw)])[:1]


def _labelled_name(text: str) -> tuple[str, ...]:
    label = _LABELLED.match(_join_list_lines(text))
    return parse_names([label[1]])[:1] if label else ()


def _is_dated_line(block: Block) -> bool:
    if not _is_short(block, 25) or _OTHER_PAGES & block.container.names:
        return False
    return not _is_quoted(block) and _contains_date(block)


def _is_short(block: Block, max_words: int) -> bool:
    return bool(block.raw) and len(block.words) <= max_words


def _is_quoted(block: Block) -> bool:
    return not _QUOTED_TAGS.isdisjoint(block.container.tags)


def _clean_name(part: str) -> str:
    """Return a part of a byline without `by`, employers and punctuation around it."""
    name = _FOR.sub("", clean_line(_BY.sub("", part), 80)).strip(" :-–—/／")
    return name.lstrip(".") if _INITIAL.search(name) else name.strip(".")


def _joined_texts(near: Sequence[Block]) -> Iterator[str]:
    """Yield the text of each block; a block that is only `by` joins the one after it."""
    for block, after in zip(near, (*near[1:], None), strict=False):
        is_by = block.text.casefold().rstrip(" :") in BYLINE_PREFIXES
        yield f"{block.raw}\n{after.raw}" if is_by and after else block.raw


def _text_after_by(text: str) -> str:
    """Return the line after `by` in a text, without dates and times.

    The result is empty if the line names editors, translators or photographers.
    """
    match = _BY_IN_LINE.search(_join_list_lines(_strip_dates(text)))
    if match is None or not OTHER_CREDITS.isdisjoint(match[1].casefold().split()):
        return ""
    return match[2].split("\n")[0].strip()


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
    return line[-1] == "," or line.rsplit(" ", 1)[-1] in _LIST_WORDS


def _names_in_lines(block: Block) -> tuple[str, ...]:
    """Return the names in the first lines of a block that contain names.

    A line of several names is the whole list.
    """
    lines = _join_list_lines(_HANDLE.sub("", _strip_dates(block.raw))).split("\n")
    names_of_lines = map(_strict_names, lines)
    names: tuple[str, ...] = ()
    for line_names in dropwhile(lambda line_names: not line_names, names_of_lines):
        if not line_names:
            break
        names += line_names
        if len(line_names) > 1:
            break
    return tuple(dict.fromkeys(names))[:MAX_AUTHORS]


def _strict_names(line: str) -> tuple[str, ...]:
    return () if _is_role(line.split(",")[0]) else parse_names([line], strict=True)


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
    return any(_BYLINE_CLASSES & container.own for container in nearest if container.tag != "body")


def _contains_date(block: Block) -> bool:
    return contains_date(block.raw)


def _strip_dates(text: str) -> str:
    """Return a text with a separator for each date, time and word that belongs to a date."""
    return _DATE_WORDS.sub("\n", remove_dates(text, "\n|\n"))


def _is_role(part: str) -> bool:
    """Whether a part is the role of the person before it: `Senior Editor`, `RD`."""
    if part.isupper() and len(part.strip()) < 4:
        return True
    return not ROLE_WORDS.isdisjoint(re.split(r"[\s-]+", part.casefold()))


def _is_plausible_name(name: str, strict: bool) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 5 or len(name) < 2 or _NOT_A_NAME.search(name):
        return False
    if {word.casefold() for word in words} <= _NOT_NAME_WORDS:
        return False
    return _is_capitalized_name(words) if strict else any(map(str.isalpha, name))


def _is_capitalized_name(words: Sequence[str]) -> bool:
    capitalized = {word for word in words if word[0].isalpha() and not word[0].islower()}
    if len(words) < 2 or words[-1] not in capitalized:
        return False
    return all(word in capitalized or word.casefold() in NAME_PARTICLES for word in words)
