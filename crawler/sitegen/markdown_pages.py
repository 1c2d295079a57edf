"""A page of the documentation from Markdown: its HTML, its headings and the text below each.

CommonMark 0.31 with tables, parsed by markdown-it-py. Anchors of headings are those of forges, so
that a link works in both forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")
_SCROLLING = ' tabindex="0"'  # a region that scrolls must be reachable with the keyboard


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """A heading with its level and anchor, and the text below it on one line."""

    level: int
    title: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class MarkdownPage:
    """A page: its title, its HTML without the title, its sections, the first being its start."""

    title: str
    html: Markup
    sections: tuple[DocumentSection, ...]


def heading_anchor(title: str, used: dict[str, int]) -> str:
    """Return the anchor that a forge gives to a heading `title`, and count it in `used`."""
    anchor = _NOT_IN_ANCHOR.sub("", title.lower()).replace(" ", "-")
    count = used.get(anchor, 0)
    used[anchor] = count + 1
    return f"{anchor}-{count}" if count else anchor


def parse_markdown(text: str, resolve: Callable[[str], str | None]) -> MarkdownPage:
    """Return the page that the Markdown `text` describes.

    `resolve` returns the target of a link or picture in the site; None removes the link and leaves
    its text.
    """
    parser = _parser()
    tokens = parser.parse(text)
    _rewrite_targets(tokens, resolve)
    sections = tuple(_sections(tokens))
    start = _after_title(tokens)
    html = parser.renderer.render(tokens[start:], parser.options, {})
    return MarkdownPage(sections[0].title, Markup(html), sections)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("fence", _render_code)
    parser.add_render_rule("code_block", _render_code)
    parser.add_render_rule("table_open", _render_table_start)
    parser.add_render_rule("table_close", _render_table_end)
    return parser


def _render_code(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any
) -> str:
    token = tokens[index]
    language = token.info.split()[0] if token.info.strip() else "text"
    code = Markup('<pre{}><code class="language-{}">{}</code></pre>\n')
    return str(code.format(Markup(_SCROLLING), language, token.content))


def _render_table_start(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any
) -> str:
    return f'<div class="scrolling"{_SCROLLING}><table>\n'


def _render_table_end(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any
) -> str:
    return "</table></div>\n"


def _rewrite_targets(tokens: list[Token], resolve: Callable[[str], str | None]) -> None:
    for token in tokens:
        if token.children:
            token.children = list(_with_targets(token.children, resolve))


def _with_targets(children: list[Token], resolve: Callable[[str], str | None]) -> Iterator[Token]:
    """Yield inline tokens with rewritten targets, without links that have none."""
    is_dropped = False
    for token in children:
        if token.type == "link_open":
            target = resolve(str(token.attrs["href"]))
            is_dropped = target is None
            token.attrs["href"] = target or ""
        elif token.type == "image":
            token.attrs["src"] = resolve(str(token.attrs["src"])) or ""
            token.attrs["loading"] = "lazy"
        if not (is_dropped and token.type in ("link_open", "link_close")):
            yield token


def _after_title(tokens: list[Token]) -> int:
    """Return the index after the title, which the template of the page shows."""
    is_titled = bool(tokens) and tokens[0].type == "heading_open" and tokens[0].tag == "h1"
    return 3 if is_titled else 0


def _sections(tokens: list[Token]) -> Iterator[DocumentSection]:
    """Yield every section, and give the headings their anchors."""
    used: dict[str, int] = {}
    heading: tuple[int, str, str] | None = None
    words: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            if heading:
                yield DocumentSection(*heading, " ".join(words))
            title = _plain(tokens[index + 1])
            anchor = heading_anchor(title, used)
            token.attrs["id"] = anchor
            heading, words = (int(token.tag[1]), title, anchor), []
        elif token.type == "inline" and tokens[index - 1].type != "heading_open":
            words.append(_plain(token))
    yield DocumentSection(*(heading or (1, "", "")), " ".join(words))


def _plain(token: Token) -> str:
    """Return the text of an inline token without markup."""
    children = token.children or []
    texts = (" " if child.type == "softbreak" else child.content for child in children)
    return " ".join("".join(texts).split())
