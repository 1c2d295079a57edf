"""Standard streams for every command: UTF-8 in any locale, without control characters from outside.

Names, titles, file names and messages come from other people. A terminal executes ESC, BEL,
backspace and C1 sequences (ECMA-48), and bidirectional controls (UAX 9) reorder a line. Both are
written as escapes that are valid inside JSON strings: `\\x1b` never occurs there, and the others
are spelled `\\u202e`. Lone surrogates, which no encoding can write, are escaped the same way.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from crawler.errors import UsageError

_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"  # bidirectional controls, separators
    "\ud800-\udfff\U000e0000-\U000e007f]"  # lone surrogates, invisible tags
    "|\r(?!\n)"
)


def escape_controls(text: str) -> str:
    """Return the text with every control and bidirectional character escaped."""
    return _UNSAFE.sub(lambda match: _escape(ord(match[0])), text)


def one_line(text: str) -> str:
    """Return foreign text for a line of output: controls, line feeds and tabs are escaped."""
    return escape_controls(text).replace("\n", "\\n").replace("\t", "\\t")


class EscapingStream:
    """A text stream that escapes control characters in everything that is written to it.

    An OSError has the name of the stream, which tells it from that of a file.
    """

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    def write(self, text: str) -> int:
        """Write `text` escaped. Returns the number of characters taken."""
        with _named(self.raw):
            self.raw.write(self._written(text))
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        with _named(self.raw):
            self.raw.flush()

    def _written(self, text: str) -> str:
        return escape_controls(text)

    def writelines(self, lines: list[str]) -> None:
        """Write every line escaped."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


class _ExactStream(EscapingStream):
    """A text stream that escapes nothing."""

    def _written(self, text: str) -> str:
        return text


@contextmanager
def _named(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        error.filename = error.filename or stream.name
        raise


def configure_streams() -> None:
    """Make the standard streams UTF-8 in any locale, and escape the output of commands.

    Bytes that are not UTF-8 arrive from standard input as lone surrogates (PEP 383), so that a
    reader can name the line. A second call changes nothing.
    """
    _use_utf8(sys.stdin, "surrogateescape")
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, EscapingStream):
            _use_utf8(stream, "backslashreplace")
            setattr(sys, name, EscapingStream(stream))


def raw_stream(stream: TextIO) -> TextIO:
    """Return the stream without escaping, for writers of safe control characters."""
    return stream.raw if isinstance(stream, EscapingStream) else stream


def data_stream() -> TextIO:
    """Return standard output for data: exact bytes to a file or pipe, escaped on a terminal.

    Raises UsageError if the command was started without standard output.
    """
    if sys.stdout is None:
        raise UsageError("Standard output is closed.", "Write to a file: hashtrail … > FILE")
    stream = cast(TextIO, sys.stdout)
    return stream if stream.isatty() else cast(TextIO, _ExactStream(raw_stream(stream)))


def _use_utf8(stream: TextIO | None, errors: str) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors=errors)


def _escape(code: int) -> str:
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}" if code > 0x7E else f"\\x{code:02x}"
