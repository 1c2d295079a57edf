"""The weekly digest as plain text of at most 72 columns, for mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from crawler import site_urls
from crawler.counted_nouns import counted_noun
from crawler.sitegen import display_formats
from crawler.sitegen.weekly_digest import DigestPick, DigestStory, DigestTopic, WeeklyDigest

COLUMNS = 72

# Control characters, and marks that change the direction of the text after them (Unicode
# Bidirectional Algorithm, 2.1).
_CONTROLS = re.compile("[^\t\n -~\u00a0-\U0010ffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INDENT = 4


def digest_text(digest: WeeklyDigest, title: str, page_url: str) -> str:
    """Return `digest` as lines of at most 72 columns, except for URLs, which are not broken.

    `title` is that of the site; `page_url` is the URL of the week's page, empty if unknown.
    """
    days = display_formats.format_week(digest.week)
    lines = [
        *wrap(f"{title}: {digest.title}"),
        *wrap(days),
        *wrap(digest.numbers),
        *_section("Top stories"),
    ]
    for number, story in enumerate(digest.top, 1):
        lines += ["", *_story(f"{number:2}. ", story)]
    if digest.topics:
        lines += _section("By topic")
        lines += [line for topic in digest.topics for line in _topic(topic)]
    if digest.picks:
        lines += _section("New in the reading lists")
        lines += [line for pick in digest.picks for line in _pick(pick)]
        if digest.omitted_picks:
            lines += ["", *wrap(f"{digest.omitted_picks} more on the pages of the topics.")]
    if page_url:
        lines += ["", "-" * COLUMNS, "The complete week:", page_url]
    return "\n".join(lines) + "\n"


def without_control_characters(text: str) -> str:
    """Return `text` without control characters and marks that reorder the text after them."""
    return _CONTROLS.sub("", text)


def wrap(text: str, first: str = "", indent: int = 0) -> list[str]:
    """Return the words of `text` in lines of at most 72 columns.

    The first line begins with `first`, the others with `indent` spaces. A wide character has two
    columns (Unicode Standard Annex 11). A word that is wider than a line is divided.
    """
    lines: list[str] = []
    line, empty = first, True
    for word in _words(without_control_characters(text), COLUMNS - max(indent, cell_len(first))):
        separator = "" if empty else " "
        if not empty and cell_len(line) + 1 + cell_len(word) > COLUMNS:
            lines.append(line)
            line, separator = " " * indent, ""
        line += separator + word
        empty = False
    return [*lines, line.rstrip()]


def _words(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        yield from chop_cells(word, width) if cell_len(word) > width else [word]


def _section(heading: str) -> list[str]:
    return ["", "", heading.upper(), "=" * len(heading)]


def _topic(topic: DigestTopic) -> Iterator[str]:
    heading = f"{topic.label} ({counted_noun(topic.articles, 'article')})"
    yield ""
    yield from wrap(heading)
    for story in topic.stories:
        yield from _story("  * ", story)


def _story(first: str, story: DigestStory) -> Iterator[str]:
    article = story.article
    yield from wrap(f"{article.title} ({article.host})", first, _INDENT)
    if story.sentence:
        yield from wrap(story.sentence, " " * _INDENT, _INDENT)
    yield from _url(article.url)
    for further in story.others:
        yield from wrap(f"Also: {further.title} ({further.host})", " " * _INDENT, _INDENT)
        yield from _url(further.url)
    if story.omitted:
        yield f"{' ' * _INDENT}and {story.omitted} more"


def _pick(pick: DigestPick) -> Iterator[str]:
    yield ""
    yield from wrap(f"{pick.label}: {pick.title}", "  * ", _INDENT)
    yield from wrap(pick.why, " " * _INDENT, _INDENT)
    yield from _url(pick.url)


def _url(url: str) -> list[str]:
    """Return the line of a web URL; none for another URL."""
    return [f"{' ' * _INDENT}{''.join(url.split())}"] if site_urls.is_web_url(url) else []
