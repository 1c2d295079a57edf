"""Names of authors: out of declared values, and out of the plain line under a title.

A doubtful name is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, dropwhile

from crawler.extract.date_parsing import MONTHS, WEEKDAYS, contains_date, remove_dates
from crawler.extract.page_phrases import (
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
_HANDLED = re.compile(r"(\w[\w.'’ -]{0,60}?)\s*\(\s*@\w")
_PARENTHESES = re.compile(r"\([^)]{0,80}\)|\[[^\]]{0,80}\]")
_MARKUP = re.compile(r"<[^>]{0,200}>")
_FOR = re.compile(r"\sfor\s.*", re.IGNORECASE)
_INITIAL = re.compile(r"\b[^\W\d_]\.$")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2}|[{}<>=%$/]|\.(?:com|org|net|de)\b")
_NO_PERSON = NON_NAME_WORDS | WEEKDAYS | MONTHS.keys()
_BYLINE_NAMES = frozenset(("author", "byline"))
_OTHERS = frozenset(("comment", "footer", "latest", "popular", "related", "sidebar", "widget"))
_QUOTED = frozenset(("blockquote", "figcaption", "figure", "pre"))
_AUTHOR_PAGE = re.compile(rf"/(?:{'|'.join(AUTHOR_PATH_SEGMENTS)})/[^/]+/?$", re.IGNORECASE)
# `by` begins a line, or has no more than three words before it there; in the middle of a sentence
# it is that of a passive
_SAID = re.compile(
    rf"(?:^|[\n|·•~–—/-])\s*((?:[^\W\d_]+\s+){{0,3}}?)(?:{_BY_WORDS})\b\s*:?\s+(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_JOINS = frozenset((*NAME_CONJUNCTIONS, "y", "&", ","))
# a label and one name are the whole of the block
_LABELLED = re.compile(rf"\s*(?:{_BY_WORDS})\s*[:\n]\s*([^\n]{{2,60}})\s*$", re.IGNORECASE)
_CLOCK = r"\d\d?[:.]\d\d(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{2,4}\b)?"
_STEPS = (
    r"\d+\s*(?:min(?:ute)?s?|comments?|views?|shares?)(?:\s+read)?|"
    r"last (?:updated|modified)|updated|published|posted|aktualisiert|gespeichert|on|am|at|um|uhr"
)
_STEP_WORDS = re.compile(rf"\b(?:{_CLOCK}|(?:{_STEPS})\b)", re.IGNORECASE)


def parse_names(values: Iterable[str], strict: bool = False) -> tuple[str, ...]:
    """The people named in declared values, each once, in order, without what they are and whom they
    write for. `strict` wants capitals, as in plain text.
    """
    found: dict[str, str] = {}
    for value in values:
        plain = _PARENTHESES.sub(" ", _HANDLE.sub("\n", _MARKUP.sub(" ", value[:1000])))
        before = _BY.match(plain)
        if before and not OTHER_CREDITS.isdisjoint(before[0].casefold().split()):
            continue
        for part in _SEPARATOR.split(plain[before.end() :] if before else plain):
            name = "" if found and _is_role(part) else _clean_name(part)
            if name and _is_plausible_name(name, strict):
                found.setdefault(name.casefold(), name)
    return tuple(found.values())[:MAX_AUTHORS]


def find_byline(near: Sequence[Block], blocks: Sequence[Block]) -> tuple[str, ...]:
    """The names in one of the blocks near the title that says `by …`, whose class says author, that
    holds a day, or that links to an author's page.

    Nicknames only beside a day, a handle or in a byline; beside a day anywhere among all `blocks`.
    """
    near = [
        block
        for block in near
        if block.raw and len(block.words) <= 30 and not _QUOTED & block.container.tags
    ]
    marked = [block for block in near if _has_byline_class(block) or _contains_date(block)]
    others = (block for block in blocks if block.raw and len(block.words) <= 25)
    dated = (
        b
        for b in others
        if not _OTHERS & b.container.names and not _QUOTED & b.container.tags and _contains_date(b)
    )
    attempts = chain(
        (
            parse_names([said], strict=True)
            for text in _joined_texts(near)
            if (said := _text_after_by(text))
        ),
        (_names_in_lines(block) for block in marked),
        (parse_names(_author_link_texts(block)) for block in near),
        (parse_names(_HANDLED.findall(remove_dates(block.raw))) for block in marked),
        (
            parse_names([label[1]])[:1]
            for text in _joined_texts(near)
            if (label := _LABELLED.match(_join_list_lines(text)))
        ),
        (
            parse_names([said])[:1]
            for block in chain(marked, dated)
            if (said := _text_after_by(block.raw))
        ),
    )
    return next((found for found in attempts if found), ())


def _clean_name(part: str) -> str:
    """One part of a byline as a name: without `by`, whom it was written for, and the marks around
    it.
    """
    name = _FOR.sub("", clean_line(_BY.sub("", part), 80)).strip(" :-–—/／")
    return name.lstrip(".") if _INITIAL.search(name) else name.strip(".")


def _joined_texts(near: Sequence[Block]) -> Iterator[str]:
    """The text of each block; a block that holds a mere `by` together with the one after it."""
    for block, after in zip(near, (*near[1:], None), strict=False):
        alone = after is not None and block.text.casefold().rstrip(" :") in BYLINE_PREFIXES
        yield f"{block.raw}\n{after.raw}" if alone and after else block.raw


def _text_after_by(text: str) -> str:
    """The line that follows `by` in a text, without days and times; empty when it names those who
    edited, translated or photographed.
    """
    match = _SAID.search(_join_list_lines(_strip_dates(text)))
    return (
        ""
        if match is None or set(match[1].casefold().split()) & OTHER_CREDITS
        else match[2].split("\n")[0].strip()
    )


def _join_list_lines(text: str) -> str:
    """A text without empty lines, and with the names of one list on one line, however they are set."""
    folded: list[str] = []
    for words in filter(None, map(str.split, text.split("\n"))):
        line = " ".join(words)
        if folded and (
            words[0] in _JOINS
            or line[0] == ","
            or folded[-1][-1] == ","
            or folded[-1].rsplit(" ", 1)[-1] in _JOINS
        ):
            folded[-1] += f" {line}"
        else:
            folded.append(line)
    return "\n".join(folded)


def _names_in_lines(block: Block) -> tuple[str, ...]:
    """The names in the first line of a block that holds any, and in those right after it; a line of
    several names is the whole list.
    """
    lines = _join_list_lines(_HANDLE.sub("", _strip_dates(block.raw))).split("\n")
    listed = (
        () if _is_role(line.split(",")[0]) else parse_names([line], strict=True) for line in lines
    )
    found: tuple[str, ...] = ()
    for people in dropwhile(lambda people: not people, listed):
        if not people:
            break
        found += people
        if len(people) > 1:
            break
    return tuple(dict.fromkeys(found))[:MAX_AUTHORS]


def _author_link_texts(block: Block) -> Iterator[str]:
    """The texts of its links to the pages of authors."""
    return (
        link.text_content()[:100]
        for link in block.links[:10]
        if _AUTHOR_PAGE.search(path_of(link.get("href", "")[:500]))
    )


def _has_byline_class(block: Block) -> bool:
    """Whether its container, or one of the three around that, is named a byline or author."""
    containers = (
        container for container, _ in zip(block.container.upward(), range(4), strict=False)
    )
    return any(_BYLINE_NAMES & container.own for container in containers if container.tag != "body")


def _contains_date(block: Block) -> bool:
    return contains_date(block.raw)


def _strip_dates(text: str) -> str:
    """A text without days, times and what is written beside them; what follows a day is no longer
    what a `vom` before it names.
    """
    return _STEP_WORDS.sub("\n", remove_dates(text, "\n|\n"))


def _is_role(part: str) -> bool:
    """Whether a part after the first says what the one before it is: `Senior Editor`, `RD`."""
    return (part.isupper() and len(part.strip()) < 4) or not ROLE_WORDS.isdisjoint(
        re.split(r"[\s-]+", part.casefold())
    )


def _is_plausible_name(name: str, strict: bool) -> bool:
    words = name.split()
    if (
        not 1 <= len(words) <= 5
        or len(name) < 2
        or _NOT_A_NAME.search(name)
        or {word.casefold() for word in words} <= _NO_PERSON
    ):
        return False
    if not strict:
        return any(character.isalpha() for character in name)
    capital = [word for word in words if word[0].isalpha() and not word[0].islower()]
    return (
        len(words) >= 2
        and words[-1] in capital
        and all(word in capital or word.casefold() in NAME_PARTICLES for word in words)
    )
