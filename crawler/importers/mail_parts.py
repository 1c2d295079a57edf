"""The parts of a letter: its headers, its body and the letters attached to it (RFC 2045, 2046)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from email.message import EmailMessage, Message

from crawler.charset_detection import decode_bytes

_MAX_DEPTH = 5
_LETTER_TYPES = frozenset({"message/global", "message/rfc822"})
_LETTER_SUFFIXES = (".eml", ".emlx")

Parse = Callable[[bytes], EmailMessage | None]


def header_text(letter: EmailMessage, name: str) -> str:
    """Return the header field `name` of a `letter` as text; empty if it is missing or malformed."""
    try:
        return str(letter.get(name, ""))
    except Exception:  # the header parser of the standard library raises on malformed headers
        return ""


def readable_parts(letter: EmailMessage, parse: Parse) -> Iterator[Message]:
    """Yield the body of a `letter` and of each letter attached to it.

    An attached letter may be encoded, or a file with a suffix of mails; `parse` parses its bytes.
    """
    yield from _readable_parts(letter, parse, _MAX_DEPTH)


def text_parts(letter: EmailMessage) -> list[Message]:
    """Return the HTML parts of a `letter`, then its other text parts."""
    texts = [part for part in letter.walk() if part.get_content_maintype() == "text"]
    return sorted(texts, key=lambda part: part.get_content_subtype() != "html")


def part_text(part: Message) -> str:
    """Return the decoded text of a `part`.

    A charset that is missing, unknown or contradicted by the bytes is detected from them.
    """
    data = part.get_payload(decode=True)
    charset = part.get_content_charset("") or ""
    return decode_bytes(data, f"charset={charset}") if isinstance(data, bytes) else ""


def _readable_parts(letter: EmailMessage, parse: Parse, depth: int) -> Iterator[Message]:
    if body := _body(letter):
        yield body
    if depth:
        for attached in _attached_letters(letter, parse):
            yield from _readable_parts(attached, parse, depth - 1)


def _body(letter: EmailMessage) -> Message | None:
    try:
        return letter.get_body(("html", "plain"))
    except (LookupError, ValueError, AttributeError, TypeError):
        return None  # a structure that its headers contradict


def _attached_letters(letter: EmailMessage, parse: Parse) -> Iterator[EmailMessage]:
    """Yield the letters attached to a letter itself, not those attached to an attached letter."""
    remaining: list[Message] = [letter]
    while remaining:
        part = remaining.pop(0)
        payload = part.get_payload()
        if _is_letter(part):
            if attached := _attached(part, parse):
                yield attached
        elif isinstance(payload, list):
            remaining = [child for child in payload if isinstance(child, Message)] + remaining


def _is_letter(part: Message) -> bool:
    if part.get_content_type() in _LETTER_TYPES:
        return True
    return (part.get_filename("") or "").lower().endswith(_LETTER_SUFFIXES)


def _attached(part: Message, parse: Parse) -> EmailMessage | None:
    """Return an attached letter. Some programs encode it in base64 against RFC 2046, 5.2.1."""
    payload = part.get_payload()
    attached = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(attached, EmailMessage):
        data = part.get_payload(decode=True)
        return parse(data) if isinstance(data, bytes) and data else None
    if attached.keys() or str(part.get("Content-Transfer-Encoding", "")).lower() != "base64":
        return attached
    encoded = attached.get_payload()
    try:
        return parse(b64decode(encoded)) if isinstance(encoded, str) else None
    except ValueError:
        return None
