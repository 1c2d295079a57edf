"""Topic texts: one Markdown file per topic in, paragraphs of words and links out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import ConfigurationError
from crawler.text_cleaning import clean_block
from crawler.topics.table_files import folder_files

MAX_BYTES = 20_000
TOPIC_SCHEME = "topic:"
LINK = re.compile(
    r"\[([^\[\]]+)\]\("
    r"(https?://(?:[^\s()<>\[\]]|\([^\s()<>]*\))+|topic:[a-z0-9-]+|\[hidden link\])\)"
)
"""Group 1 is the name of the link, group 2 its target or the mark of a removed one."""

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


@dataclass(frozen=True, slots=True)
class TextSegment:
    """A part of a paragraph. It links to the page `url`, to the topic `topic`, or to nothing."""

    words: str
    url: str = ""
    topic: str = ""


Paragraph = tuple[TextSegment, ...]


def read_topic_texts(folder: Path) -> dict[str, str]:
    """Return slug -> text of the files `folder/<slug>.md`, sorted by slug.

    Raises ConfigurationError that names the file if it is larger than MAX_BYTES, is not UTF-8 or
    cannot be read.
    """
    paths = folder_files(folder, "*.md")
    texts = {path.stem: _read_text(path) for path in paths}
    return {slug: text for slug, text in texts.items() if text}


def parse_topic_text(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a topic `text`, which blank lines separate.

    Two forms of links are recognized: `[name](https://…)` and `[label](topic:slug)`. Everything
    else is plain text.
    """
    blocks = _BLANK_LINES.split(text.strip())
    return tuple(tuple(_segments(" ".join(block.split()))) for block in blocks if block.strip())


def plain_topic_text(text: str) -> str:
    """Return a topic `text` without the targets of its links, one paragraph a line."""
    paragraphs = parse_topic_text(text)
    return "\n".join("".join(segment.words for segment in part) for part in paragraphs)


def _segments(block: str) -> Iterator[TextSegment]:
    end = 0
    for match in LINK.finditer(block):
        if match.start() > end:
            yield TextSegment(block[end : match.start()])
        yield _linked(match[1], match[2])
        end = match.end()
    if end < len(block):
        yield TextSegment(block[end:])


def _linked(words: str, target: str) -> TextSegment:
    if target.startswith(TOPIC_SCHEME):
        return TextSegment(words, topic=target.removeprefix(TOPIC_SCHEME))
    return TextSegment(words, url=target if target.startswith("http") else "")


def _read_text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ConfigurationError(
                f"{path}: {size:,} bytes; at most {MAX_BYTES:,} are allowed.",
                "Write 120 to 220 words.",
            )
        return clean_block(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: not UTF-8 text (byte {error.start}).", "Save the file as UTF-8."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{path}: {error.strerror}.", "Check that the file exists and can be read."
        ) from None
