"""Comments of readers below an article, recognized by names of elements or by their heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from crawler.extract.heading_markup import HEADINGS
from crawler.extract.text_blocks import Block, Container

# Words for comments in headings, sorted; add a word in any language.
_COMMENT_WORDS = (
    "antworten", "comentários", "comentarios", "comment", "commentaires", "comments", "commenti",
    "hozzászólás", "hozzászólások", "komentarze", "komentarzy", "komentáře", "kommentar",
    "kommentare", "kommentarer", "kommentit", "kommentteja", "opmerkingen", "reacties",
    "reactions", "reader comments", "replies", "respostas", "responses", "respuestas", "risposte",
    "réactions", "réponses", "thoughts on", "yorum", "yorumlar", "ответов", "комментариев",
    "комментарии", "комментария", "коментарі", "коментарів", "σχόλια", "תגובות", "تعليقات",
    "コメント", "則留言", "条评论", "條評論", "留言", "评论", "評論", "댓글",
)  # fmt: skip
_WORDS = "|".join(map(re.escape, sorted(_COMMENT_WORDS, key=len, reverse=True)))
_COUNTED = re.compile(
    rf"\W*(?:all\s+)?\d[\d.,]*\s*(?:{_WORDS})(?![^\W\d_])"
    rf"|\W*(?:{_WORDS}|discussion)\s*[(\[:（]?\s*\d+\W*$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\W*(?:{_WORDS}|(?:join the )?(?:conversation|discussion)|leave a (?:comment|reply)"
    r"|post a comment|what do you think)\W*$",
    re.IGNORECASE,
)
# The first line of a comment has its time, or a link to answer it.
_ENTRY = re.compile(
    r"\b(?:reply|responder|antworten|répondre|rispondi|beantwoorden|svara|svar|odpowiedz|ответить"
    r"|permalink|ago|says|said|vor \d+|il y a \d+|hace \d+|(?:19|20)\d\d|\d\d?:\d\d)\b"
    r"|返信|回复|回覆|답글",
    re.IGNORECASE,
)
_HEADING_TAGS = HEADINGS | {"dt", "legend", "summary"}
_LONGEST_HEADING = 80
_LONG_WORDS = 12
_LEAST_ARTICLE_WORDS = 50
_LEAST_ENTRIES = 2
_MOST_HEADINGS = 20
_MOST_INNER_ELEMENTS = 30


def without_comments(blocks: Sequence[Block]) -> list[Block]:
    """Return `blocks` without comments and without sections whose headings count or name them.

    They follow the article. A page of comments alone does not change.
    """
    named = [at for at, block in enumerate(blocks) if block.container.is_comment]
    has_article = bool(named) and _has_article_before(blocks, named[0])
    dropped = set(named) if has_article else set()
    headings = (at for at, block in enumerate(blocks) if _is_comment_heading(block))
    for at in islice(headings, _MOST_HEADINGS):
        if at not in dropped and _has_article_before(blocks, at):
            section = _section_after(blocks, at)
            dropped.update(section if _has_comments(blocks, blocks[at], section) else ())
    return [block for at, block in enumerate(blocks) if at not in dropped] if dropped else [*blocks]


def _is_comment_heading(block: Block) -> bool:
    if len(block.text) > _LONGEST_HEADING or block.link_share > 0.8:
        return False
    return _COUNTED.match(block.text) is not None or _NAMED.match(block.text) is not None


def _section_after(blocks: Sequence[Block], at: int) -> range:
    """Return the positions of the heading and of the blocks after it in the same section."""
    section = _section(blocks, at)
    end = at + 1
    while end < len(blocks) and section in blocks[end].container.upward():
        end += 1
    return range(at, end)


def _section(blocks: Sequence[Block], at: int) -> Container:
    """Return the outermost container that begins with the heading, or the heading's parent."""
    section = blocks[at].container.parent or blocks[at].container
    before = set(blocks[at - 1].container.upward()) if at else set()
    while section.parent is not None and section not in before and section.parent not in before:
        section = section.parent
    return section


def _has_article_before(blocks: Sequence[Block], at: int) -> bool:
    sizes = (len(block.text.split()) for block in blocks[:at] if block.link_share < 0.5)
    return sum(size for size in sizes if size >= _LONG_WORDS) >= _LEAST_ARTICLE_WORDS


def _has_comments(blocks: Sequence[Block], heading: Block, section: range) -> bool:
    """Return whether a section with this `heading` has entries with a time or a way to reply."""
    if heading.container.tag in _HEADING_TAGS and _COUNTED.match(heading.text):
        return True
    return sum(_is_entry_line(blocks[at]) for at in section[1:]) >= _LEAST_ENTRIES


def _is_entry_line(block: Block) -> bool:
    """Return whether a short block has the time of a comment, or a link to answer it."""
    if len(block.text) > _LONGEST_HEADING:
        return False
    if _ENTRY.search(block.text) is not None:
        return True
    inner = islice(block.container.element.iter(), _MOST_INNER_ELEMENTS)
    return any(element.tag == "time" for element in inner)
