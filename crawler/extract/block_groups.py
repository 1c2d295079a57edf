"""Blocks that belong together: lists and tables are kept or dropped as a whole.

A list, a table, a code listing or a heading between paragraphs of the article belongs to the
article too, unless the classifier is confident that it does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from crawler.extract.heading_markup import HEADINGS
from crawler.extract.short_blocks import OTHER_PARTS, short_blocks_between
from crawler.extract.text_blocks import Block, Container

_LISTS = frozenset(("dl", "ol", "ul"))
_GROUPING_TAGS = _LISTS | {"pre", "table"}
_PULL_QUOTE = re.compile(
    r"pull-?_?quote|pullout|(?:^|\s)pull(?:\s|$)|quote-?_?(?:pull|out)|tweet-?this|click-?to-?tweet|tweetable",
    re.IGNORECASE,
)
# Classes that show an element only on screens of one width.
_ONE_WIDTH = re.compile(
    r"(?:^|\s)(?:d-none|d-\w\w-none|hidden|\w\w:hidden|desktop|mobile|(?:desktop|mobile)-only"
    r"|(?:hide|show)-for-[\w-]+|(?:hidden|visible)-(?:xs|sm|md|lg))(?:\s|$)"
)
# Words before the number of a figure or a table, sorted; add one in any language.
_NUMBERED_CAPTION = re.compile(
    r"(?:abb\.?|abbildung|diagram|fig\.?|figura|figure|figuur|listing|quadro|rys\.?|tabelle|tabla"
    r"|table|tableau|рис\.?|рисунок|图|圖|図|表|그림|표)\s*\d",
    re.IGNORECASE,
)
# Headings of lists of sources at the end of an article, sorted; add one in any language.
_REFERENCES = re.compile(
    r"\W*(?:bibliografía|bibliographie|bibliography|citations|endnotes|footnotes|further reading"
    r"|fußnoten|literatur|literature|literaturverzeichnis|notes|notes and references|quellen"
    r"|recommended reading|reference|references|referencias|références|resources|see also"
    r"|siehe auch|sources|weiterführende links|works cited|источники|литература|примечания"
    r"|参考|参考文献|参考资料|참고 문헌)\W*",
    re.IGNORECASE,
)
_LEAST_TEASER_WORDS = 6
_MOST_QUOTES = 100
_MOST_STEPS = 4
_REJECTED = -4.0


@dataclass(frozen=True, slots=True)
class AcceptedAbove:
    """The log-odds above which groups are accepted.

    They apply between accepted blocks, and `heading` anywhere. `plain_links` applies to a list of
    links between two paragraphs of its parent. `data_after` applies to a table or a code listing
    after the last accepted block, and `list_after` to a list. A group is also accepted
    if more than `share_of_words` of its words are.
    """

    share_of_words: float = 0.25
    table_between: float = -5.0
    list_between: float = -2.0
    links_between: float = -0.7
    announced_links: float = -2.5
    plain_links: float = -2.8
    heading: float = 0.35
    heading_between: float = -2.2
    caption: float = 0.0
    data_after: float = -2.8
    list_after: float = -1.0


_ABOVE = AcceptedAbove()


@dataclass(slots=True)
class _Group:
    """Consecutive blocks of one list, table, listing or heading, or one other block.

    `container` is that element, or None for another block. `logit` is the mean of the log-odds.
    `is_likely` is true if they alone suffice.
    """

    container: Container | None
    blocks: list[Block]
    logit: float
    is_likely: bool
    is_accepted: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return self.container is not None and self.container.tag in HEADINGS

    @property
    def link_share(self) -> float:
        """The share of its characters inside links."""
        size = sum(len(block.text) for block in self.blocks)
        return sum(len(block.text) * block.link_share for block in self.blocks) / max(1, size)

    @property
    def is_link_list(self) -> bool:
        """Whether it is a list of links to other pages."""
        is_list = self.container is not None and self.container.tag in _LISTS
        return is_list and self.link_share > 0.8

    @property
    def is_reference_heading(self) -> bool:
        """Whether it is the heading of a list of sources."""
        return self.is_heading and _REFERENCES.fullmatch(self.blocks[0].text) is not None

    @property
    def place(self) -> Container:
        """The innermost container of all its blocks."""
        return self.container or self.blocks[0].container


def complete_groups(
    blocks: Sequence[Block], logits: Mapping[int, float], accepted_above: float
) -> list[Block]:
    """Return the accepted blocks, with lists, tables and code as a whole.

    `logits` are the log-odds of `blocks` by their positions, and `accepted_above` is the limit for
    other blocks. Blocks without log-odds are rejected.
    """
    odds = {block.order: logits.get(at, _REJECTED) for at, block in enumerate(blocks)}
    groups = [
        _group(container, members, odds, accepted_above) for container, members in _grouped(blocks)
    ]
    _accept_captions(groups)
    _accept_between(groups)
    if _accept_short(blocks, groups, odds):
        _accept_between(groups)
    _accept_headings(groups)
    return [block for group in groups if group.is_accepted for block in group.blocks]


def _grouped(blocks: Sequence[Block]) -> Iterator[tuple[Container | None, list[Block]]]:
    """Yield the groups of `blocks` with their containers. Other blocks are groups of one."""
    for container, members in groupby(blocks, key=_grouping_container):
        if container is None:
            yield from ((None, [block]) for block in members)
        else:
            yield container, list(members)


def _grouping_container(block: Block) -> Container | None:
    """Return the outermost list, table, listing or heading around a block, or None."""
    container = block.container
    if container.tag in HEADINGS:
        return container
    if container.tags.isdisjoint(_GROUPING_TAGS):
        return None
    outermost = None
    for outer in container.upward():
        if outer.tag in HEADINGS or (outer.tag == "table" and not outer.is_data):
            return None if outer is not container and outermost is None else outermost
        if outer.tag in _GROUPING_TAGS:
            outermost = outer
    return outermost


def _group(
    container: Container | None, blocks: list[Block], odds: dict[int, float], above: float
) -> _Group:
    logit = sum(odds[block.order] for block in blocks) / len(blocks)
    words = sum(len(block.words) for block in blocks)
    accepted = sum(len(block.words) for block in blocks if odds[block.order] > above)
    if container is not None and container.tag in HEADINGS:
        above = min(above, _ABOVE.heading)
    is_likely = accepted > _ABOVE.share_of_words * words or logit > above
    group = _Group(container, blocks, logit, is_likely=is_likely)
    group.is_accepted = is_likely and not group.is_link_list
    return group


def _accept_captions(groups: Sequence[_Group]) -> None:
    """Accept captions next to accepted blocks, if they have a number or are likely enough."""
    for before, group, following in zip(groups, groups[1:], groups[2:], strict=False):
        caption = group.blocks[0]
        is_adjacent = before.is_accepted or following.is_accepted
        if group.container is None and is_adjacent and _is_caption(caption):
            is_numbered = _NUMBERED_CAPTION.match(caption.text) is not None
            group.is_accepted |= is_numbered or group.logit > _ABOVE.caption


def _accept_between(groups: Sequence[_Group]) -> None:
    """Accept lists, tables and listings next to accepted paragraphs."""
    before: _Group | None = None
    previous: _Group | None = None
    after = _next_paragraphs(groups)
    for group, following in zip(groups, after, strict=True):
        if group.container is None:
            before = group if group.is_accepted else None
        elif not group.is_accepted and not group.is_heading and before is not None:
            group.is_accepted = _belongs(group, before, following, previous)
        previous = group


def _accept_short(
    blocks: Sequence[Block], groups: Sequence[_Group], odds: Mapping[int, float]
) -> bool:
    """Accept short blocks between accepted ones; return whether there are any."""
    accepted = {block.order for group in groups if group.is_accepted for block in group.blocks}
    short = short_blocks_between(blocks, accepted, odds)
    for group in groups:
        group.is_accepted |= group.blocks[0].order in short
    return bool(short)


def _announces(group: _Group) -> bool:
    """Return whether a heading or the end of a paragraph announces what follows."""
    if group.is_heading:
        return group.logit > _ABOVE.heading_between or group.is_reference_heading
    return group.is_accepted and group.blocks[-1].text.endswith((":", "："))


def _next_paragraphs(groups: Sequence[_Group]) -> list[_Group | None]:
    """Return for each group the next other block, if it is accepted."""
    following: _Group | None = None
    result: list[_Group | None] = []
    for group in reversed(groups):
        result.append(following)
        if group.container is None:
            following = group if group.is_accepted else None
    return result[::-1]


def _belongs(
    group: _Group, before: _Group, following: _Group | None, previous: _Group | None
) -> bool:
    """Return whether a group between accepted paragraphs is accepted.

    `previous` is the group directly before it, which may be a heading.
    """
    tag = group.place.tag
    if _is_in_other_part(group.place, before.place):
        return False
    if following is None:
        return _follows(group, previous)
    if _is_in_other_part(group.place, following.place):
        return False
    if tag == "pre" or group.is_likely:
        return True
    if any(block.anchors > 0.5 for block in group.blocks):
        return False
    if tag == "table":
        return group.logit > _ABOVE.table_between
    if group.link_share > 0.5:
        if _is_plain_list(group, before, following):
            return group.logit > _ABOVE.plain_links
        is_announced = previous is not None and _announces(previous)
        return group.logit > (_ABOVE.announced_links if is_announced else _ABOVE.links_between)
    return group.logit > _ABOVE.list_between


def _is_plain_list(group: _Group, before: _Group, following: _Group) -> bool:
    """Return whether a list without a name is between two paragraphs of the same element."""
    is_unnamed = group.container is not None and not any(group.container.named)
    return is_unnamed and _have_one_parent(before, group, following)


def _follows(group: _Group, previous: _Group | None) -> bool:
    """Return whether a group after the last paragraph is accepted. `previous` is before it."""
    if previous is not None and previous.is_reference_heading:
        return True
    if group.place.tag in ("pre", "table"):
        return group.logit > _ABOVE.data_after
    if group.link_share < 0.2:
        return group.logit > _ABOVE.list_after
    if previous is None or not _announces(previous):
        return False
    return group.is_likely or (not previous.is_heading and group.logit > _ABOVE.announced_links)


def _is_in_other_part(inner: Container, neighbour: Container) -> bool:
    """Return whether `inner` is far from a neighbour, or in another named part of the page."""
    around = list(islice(neighbour.upward(), _MOST_STEPS + 1))
    for container in islice(inner.upward(), _MOST_STEPS + 1):
        if container in around:
            return False
        if not container.own.isdisjoint(OTHER_PARTS):
            return True
    return True


def _accept_headings(groups: Sequence[_Group]) -> None:
    """Accept headings between accepted groups."""
    for before, heading, following in zip(groups, groups[1:], groups[2:], strict=False):
        if not heading.is_heading or heading.is_accepted or not before.is_accepted:
            continue
        is_likely = heading.logit > _ABOVE.heading_between or heading.is_reference_heading
        is_between = following.is_accepted and is_likely
        is_teaser = heading.link_share >= 0.5 and heading.blocks[0].anchors <= 0.5
        if is_between and (not is_teaser or _have_one_parent(before, heading, following)):
            places = (before.place, following.place)
            heading.is_accepted = not any(_is_in_other_part(heading.place, p) for p in places)


def _have_one_parent(*groups: _Group) -> bool:
    """Return whether the `groups` are children of one element; a teaser has its own element."""
    return len({group.place.parent for group in groups}) == 1


def without_insertions(blocks: Sequence[Block]) -> list[Block]:
    """Return `blocks` without repeated captions and copies, pull quotes and teasers.

    A pull quote repeats a part of another block. A teaser is a link in capitals to another page.
    """
    repeated = _repeated_quotes(blocks)
    captions: set[str] = set()
    chosen: list[Block] = []
    for block in blocks:
        is_caption = _is_caption(block)
        is_copy = bool(chosen) and _is_copy_for_another_width(block, chosen[-1])
        is_repeated = block in repeated or is_copy or (is_caption and block.text in captions)
        if not is_repeated and not _is_teaser(block):
            chosen.append(block)
        captions.update([block.text] if is_caption else ())
    return chosen


def _is_copy_for_another_width(block: Block, before: Block) -> bool:
    """Return whether a block repeats the one `before` it, for screens of another width."""
    if block.text != before.text:
        return False
    around = islice(block.container.upward(), 3)
    return any(_ONE_WIDTH.search(container.named[0]) for container in around)


def _repeated_quotes(blocks: Sequence[Block]) -> list[Block]:
    """Return the quotes whose words are a part of another block."""
    quotes = list(islice(filter(_may_be_pull_quote, blocks), _MOST_QUOTES))
    if not quotes:
        return []
    texts = list(map(_spaced_words, blocks))
    page, copies = "|".join(texts), Counter(texts)
    in_quotes = Counter(map(_spaced_words, quotes))
    return [quote for quote in quotes if _is_repeated(quote, page, copies, in_quotes)]


def _is_repeated(quote: Block, page: str, copies: Counter[str], in_quotes: Counter[str]) -> bool:
    """Return whether a quote is a part of another block, or a pull quote of a whole block."""
    text = _spaced_words(quote)
    if page.count(text) > copies[text]:
        return True
    return copies[text] > in_quotes[text] and _is_named_pull_quote(quote)


def _spaced_words(block: Block) -> str:
    return f" {' '.join(block.words).lower()} "


def _is_caption(block: Block) -> bool:
    return "figure" in block.container.tags or "caption" in block.container.names


def _is_teaser(block: Block) -> bool:
    is_link = block.link_share > 0.95 and block.container.tag in ("div", "p")
    return is_link and len(block.words) >= _LEAST_TEASER_WORDS and block.text.isupper()


def _may_be_pull_quote(block: Block) -> bool:
    if not 4 <= len(block.words) <= 80:
        return False
    if not block.container.tags.isdisjoint(("aside", "blockquote")):
        return True
    return _is_named_pull_quote(block)


def _is_named_pull_quote(block: Block) -> bool:
    names = (" ".join(container.named) for container in islice(block.container.upward(), 3))
    return any(_PULL_QUOTE.search(name) for name in names)
