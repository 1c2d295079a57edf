"""The day of publication that readers see: in short lines of text and in time elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from crawler.dates.days_in_text import find_dates, remove_dates
from crawler.dates.parse_date import parse_date
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.metadata_phrases import (
    BYLINE_PREFIXES,
    OTHER_DATE_WORDS,
    OTHER_SECTIONS,
    PUBLICATION_WORDS,
    UPDATE_WORDS,
)
from crawler.extract.text_blocks import Block, Container
from crawler.extract.time_elements import TimeElement

UPDATED = re.compile("|".join(UPDATE_WORDS), re.IGNORECASE)
_OTHER_DATE = re.compile("|".join(OTHER_DATE_WORDS), re.IGNORECASE)
_PUBLICATION = re.compile("|".join(PUBLICATION_WORDS), re.IGNORECASE)
_OTHER_SECTION = re.compile(
    rf"\W*(?:\d+\s*)?(?:{'|'.join(map(re.escape, OTHER_SECTIONS))})(?![^\W\d_])", re.IGNORECASE
)
# East Asian pages write the label of a change after its day: 2024-03-05 更新.
_UPDATED_AFTER = re.compile(r"\s?(?:に?更新|수정)(?![日:：])")
# Words in the classes of the parts of a page whose dates belong to other pages.
_OTHER_PAGES = frozenset((
    "comment", "discussion", "disqus", "footer", "latest", "menu", "nav", "navigation",
    "newsletter", "outbrain", "popular", "recent", "recirc", "recommend", "related", "reply",
    "response", "sidebar", "sidebars", "taboola", "trending", "widget",
))  # fmt: skip
# Between headline and text only this name is certain: a post may be named after its category
# (`popular`), and a page after its sidebar.
_OTHER_PAGES_NEAR_HEADLINE = frozenset(("related",))
_OTHER_PARTS_TAGS = frozenset(("aside", "dialog", "nav"))
_ARTICLE_NAMES = frozenset(("article", "entry", "post"))
_QUOTED_TAGS = frozenset(("blockquote", "figcaption", "figure", "pre"))
_BYLINE = re.compile(rf"\W*(?:{'|'.join(BYLINE_PREFIXES)})\b", re.IGNORECASE)
_DATE_NAME = re.compile(
    r"author|byline|(?:^|[-_ ])(?:date|datum|time)|(?:date|time)(?:[-_ ]|$)"
    r"|meta|posted|publi|stamp",
    re.IGNORECASE,
)
_MOST_STEPS = 2
_MOST_INNER_ELEMENTS = 10
_CLOCK_END = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_SENTENCE_WORDS = 5
_LONG_BLOCK_WORDS = 15
_MAX_BLOCKS_ABOVE_TEXT = 40
_LINE = 60  # characters besides the date in a line of metadata
_BARE = 20
_TEXT = 160
_MAX_SECTION_WORDS = 6
_CALENDAR_LEAF_BLOCKS = 3
_CALENDAR_LEAF_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class DateContext:
    """The context in which the dates of a page are parsed.

    `urls` are the URLs of the page, and `fetched_at` is the time of the fetch (aware UTC).
    `month_first` is true if the page writes the month before the day.
    """

    urls: tuple[str, ...]
    fetched_at: datetime
    month_first: bool

    def parse(self, text: str) -> datetime | None:
        """Return the date in a text, or None."""
        return parse_date(text, self.fetched_at, self.month_first) if text else None


@dataclass(frozen=True, slots=True)
class DatedParts:
    """The parts of a page in which its date may be.

    `blocks` are all blocks, and `near` are those around the headline, the nearest first. The main
    text begins at position `start`. Comments and lists of other pages begin at position `end`.
    `times` are the located time elements.
    """

    blocks: Sequence[Block]
    near: Sequence[Block]
    start: int
    end: int
    times: Sequence[TimeElement]

    @property
    def headline(self) -> int:
        """The position of the headline."""
        return self.near[0].order if self.near else 0


@dataclass(frozen=True, slots=True)
class VisibleDate:
    """A time that readers see, and its source: `byline` or `time`."""

    moment: datetime
    source: str


def date_near_headline(parts: DatedParts, context: DateContext) -> VisibleDate | None:
    """Return the date in a line of metadata near the headline, or None.

    `parts` are the parts of the page, and `context` determines how dates are parsed.
    """
    text_start = _text_start(parts)
    near = (block for block in parts.near if block.order < text_start)
    return _date_of_lines(near, parts, context)


def _text_start(parts: DatedParts) -> int:
    """Return the position of the second long block below the headline; the first is a summary."""
    top = min(parts.start, parts.headline)
    below = parts.blocks[top : top + _MAX_BLOCKS_ABOVE_TEXT]
    long = (block.order for block in below if len(block.words) >= _LONG_BLOCK_WORDS)
    return max(parts.start + 1, next(islice(long, 1, None), 0))


def _date_of_lines(
    blocks: Iterable[Block], parts: DatedParts, context: DateContext
) -> VisibleDate | None:
    own = [block for block in blocks if _may_date_page(block, parts)]
    for block, text in _short_texts(own):
        if block.container.tag in HEADINGS and block.order == parts.headline:
            continue  # a day in the headline is that of an event
        limit = _BARE if block.container.tag in HEADINGS else _LINE
        visible = _date_of_line(block, text, limit, parts, context)
        if visible:
            return visible
    return None


def date_on_page(parts: DatedParts, context: DateContext) -> VisibleDate | None:
    """Return the date in another part of the page, or None.

    Lines with little besides a date come first, then other short texts that name a publication.
    Several days below a text are probably those of comments. `parts` are the parts of the page, and
    `context` determines how dates are parsed.
    """
    own = _own_blocks(parts)
    text_start, text_end = _text_start(parts), _text_end(parts)
    outside = [
        block for block in own if not text_start <= block.order <= text_end or _names_date(block)
    ]
    lines = (_date_of_line(block, block.raw, _BARE, parts, context) for block in outside)
    bare = [visible for visible in lines if visible]
    if bare:
        is_clear = parts.start == 0 or len({visible.moment.date() for visible in bare}) == 1
        return bare[0] if is_clear else None
    above = [block for block in parts.near if block.order < text_start]
    visible = _date_of_lines(above, parts, context)
    if visible:
        return visible
    near = (block for block in parts.near if _may_date_page(block, parts))
    for block in chain(near, own):
        days = _publication_dates(block.raw, _TEXT, context)
        is_above = block.order < text_start
        if days and (_is_labelled(block.raw) if is_above else _states_publication(block.raw)):
            return VisibleDate(days[0], "byline")
    return None


def _text_end(parts: DatedParts) -> int:
    """Return the position of the last long block of the page."""
    own = reversed(parts.blocks[: parts.end])
    return next((block.order for block in own if len(block.words) >= _LONG_BLOCK_WORDS), 0)


def _names_date(block: Block) -> bool:
    """Whether a name around a block, or the block itself, states that its day is that of the page.

    Without that, a day between paragraphs is that of an event, a release or a quotation.
    """
    around = islice(block.container.upward(), _MOST_STEPS)
    if any(_DATE_NAME.search(" ".join(part.named)) for part in around):
        return True
    inner = islice(block.container.element.iter(), _MOST_INNER_ELEMENTS)
    labels = (part.get("title") or part.get("aria-label") or "" for part in inner)
    return _states_publication(block.raw) or any(map(_PUBLICATION.search, labels))


def belongs_to_page(block: Block | None, parts: DatedParts) -> bool:
    """Whether a `block` is not in comments, a sidebar or a list of other pages.

    Names that are also around the main text of `parts` are names of the whole page. The footer of
    an article belongs to the page.
    """
    if block is None:
        return True
    container = block.container
    if container.is_comment:
        return False
    other_names = _OTHER_PAGES & container.names
    if "footer" in other_names and _is_footer_of_article(container):
        other_names -= {"footer"}
    if other_names and not other_names <= _names_around_text(parts):
        return False
    return _OTHER_PARTS_TAGS.isdisjoint(container.tags)


def _is_footer_of_article(container: Container) -> bool:
    """Whether a footer is in an article, or is named like `entry-footer`."""
    if "article" in container.tags:
        return True
    footers = (part for part in container.upward() if "footer" in part.own)
    return all(_ARTICLE_NAMES & footer.own for footer in footers)


def _names_around_text(parts: DatedParts) -> frozenset[str]:
    if not parts.blocks:
        return frozenset()
    return parts.blocks[min(parts.start, len(parts.blocks) - 1)].container.names


def _may_date_page(block: Block, parts: DatedParts) -> bool:
    if not _QUOTED_TAGS.isdisjoint(block.container.tags):
        return False
    if block.order < parts.headline and _is_masthead(block, parts):
        return False
    if parts.headline <= block.order <= parts.start:
        return not _OTHER_PAGES_NEAR_HEADLINE & block.container.names
    return block.order < parts.end and belongs_to_page(block, parts)


def _is_masthead(block: Block, parts: DatedParts) -> bool:
    """Whether a block is in a header without the headline, which may show the day of the visit.

    A time element there is that of the page.
    """
    if any(time.block is block for time in parts.times):
        return False
    around_headline = set(map(id, parts.blocks[parts.headline].container.upward()))
    header = next((part for part in block.container.upward() if part.tag == "header"), None)
    return header is not None and id(header) not in around_headline


def _own_blocks(parts: DatedParts) -> list[Block]:
    """Return the blocks after the headline, without those of other pages."""
    own = parts.blocks[parts.headline + 1 : parts.end]
    return [
        block
        for block in own
        if belongs_to_page(block, parts) and _QUOTED_TAGS.isdisjoint(block.container.tags)
    ]


def end_of_page(blocks: Sequence[Block], start: int) -> int:
    """Return the position of the heading after which `blocks` belong to comments or other pages.

    The heading, such as `3 comments`, is below `start`. Without one, the page ends with its blocks.
    """
    orders = (block.order for block in blocks[start + 1 :] if _begins_other_section(block))
    return next(orders, len(blocks))


def _begins_other_section(block: Block) -> bool:
    return len(block.words) <= _MAX_SECTION_WORDS and bool(_OTHER_SECTION.match(block.raw))


def _date_of_line(
    block: Block, text: str, limit: int, parts: DatedParts, context: DateContext
) -> VisibleDate | None:
    """Return the date of a line with at most `limit` characters besides its dates."""
    moments = [
        moment
        for time in parts.times
        if time.block is block and not _is_of_other_day(time, block)
        for moment in [context.parse(time.value)]
        if moment
    ]
    days = _publication_dates(text, limit, context)
    if days:
        same_day = (moment for moment in moments if moment.date() == days[0].date())
        moment = next(same_day, None)
        return VisibleDate(moment, "time") if moment else VisibleDate(days[0], "byline")
    if moments and text and len(_other_text(text)) <= limit and not _is_sentence(text.strip()):
        return VisibleDate(moments[0], "time")
    return None


def _is_of_other_day(time: TimeElement, block: Block) -> bool:
    """Whether the class of a time element, or the words before it, name another day."""
    written = " ".join(time.element.text_content()[:60].split())
    before = block.text.partition(written)[0][-_LINE:] if written else ""
    words = f"{time.words} {before}"
    return bool(UPDATED.search(words) or _OTHER_DATE.search(words))


def _short_texts(blocks: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Yield short blocks and their texts.

    A block joins the two after it if all are so short that they may be one date, split into the
    parts of a calendar leaf.
    """
    for index, block in enumerate(blocks):
        if not block.raw:
            continue
        leaf = blocks[index : index + _CALENDAR_LEAF_BLOCKS]
        if all(len(part.text) < _CALENDAR_LEAF_CHARACTERS for part in leaf):
            yield block, "\n".join(part.raw for part in leaf)
        else:
            yield block, block.raw


def _publication_dates(
    text: str, max_other_characters: int, context: DateContext
) -> list[datetime]:
    """Return the dates in a text that may be those of the publication.

    Returns [] if the text has more than `max_other_characters` besides its dates, or is a sentence.
    """
    dated = find_dates(text, context.fetched_at, context.month_first)
    days = [
        day
        for day, words_before in dated
        if not UPDATED.search(words_before) and not _OTHER_DATE.search(words_before)
    ]
    if not days:
        return []
    other_text = _other_text(text)
    if len(other_text) > max_other_characters or _is_sentence(text.strip()):
        return []
    return [] if _UPDATED_AFTER.match(remove_dates(text, "\x00").partition("\x00")[2]) else days


def _other_text(text: str) -> str:
    return " ".join(remove_dates(text).split())


def _is_sentence(text: str) -> bool:
    """Whether a text is a sentence and not a byline."""
    if not text.endswith((".", "!", "?")) or len(text.split()) < _SENTENCE_WORDS:
        return False
    return not (_CLOCK_END.search(text) or _is_labelled(text))


def _is_labelled(text: str) -> bool:
    """Whether a text begins with `by` or a date, or states a publication."""
    return _states_publication(text) or _begins_with_date(text)


def _states_publication(text: str) -> bool:
    """Whether a text begins with `by` or states a publication."""
    return bool(_BYLINE.match(text) or _PUBLICATION.search(text))


def _begins_with_date(text: str) -> bool:
    """Whether a text begins with a date, as the first paragraph of a news report may."""
    return not remove_dates(text, "\x00").partition("\x00")[0].strip()
