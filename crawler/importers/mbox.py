"""Newsletters saved from a mail program: an mbox file (RFC 4155) or a single letter (RFC 5322).

A letter was written to its subscriber: only its subject, sender, date and the articles it links
are imported. Links that identify the subscriber are unwrapped or dropped (click_tracking.py).
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import EmailPolicy, Policy
from email.utils import parseaddr
from typing import Any

from crawler.dates.parse_date import parse_time
from crawler.errors import InputError
from crawler.html_text_and_links import Anchor, absolute_web_url, html_to_text
from crawler.importers.click_tracking import mail_link_target
from crawler.importers.mail_headers import header_fields
from crawler.importers.mail_parts import header_text, part_text, readable_parts, text_parts
from crawler.importers.record_types import (
    MAX_HEADER,
    MAX_LINKS,
    MAX_PARTS,
    MAX_RECORD_BYTES,
    ImportOptions,
    Record,
    parse_records,
)
from crawler.models.posts import Author, Link, Post, Provenance
from crawler.text_cleaning import clean_line, person_name
from crawler.urls_and_hashtags import find_hashtags, find_urls

PRIORITY = 30
HAS_ALL_POSTS = False

_MAX_BYTES = 200_000_000
_SUFFIXES = (".eml", ".emlx", ".mbox", ".mbs", ".mbx")
# A line `From sender date` before a header (RFC 4155). Such a line in a body has other words.
_SEPARATOR = re.compile(
    rb"(?:\A|\r?\n)(?:\r?\n|(?=From [^\r\n]{0,250}\d\d:\d\d))"
    rb"From (?:[^\r\n]{0,250}?(?:\d\d:\d\d|\b\d{4}\b)[^\r\n]{0,50}|\S{0,250}[ \t]*)\r?\n"
    rb"(?=>?[!-9;-~]{1,100}:)"
)
_LOOKED_AT = 10_000  # bytes after a separator in which a header field of a letter is expected
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_BLANK_LINE = re.compile(rb"(?<=\n)\r?\n|(?<=\r)\r")
_HEADER_LINE = re.compile(rb"[ \t]|[!-9;-~]{1,100}[ \t]*:|From ")
_COUNT_LINE = re.compile(rb"\s*(\d{1,10})[ \t]*\r?\n")  # Apple Mail (.emlx) begins with the size
_REQUIRED = frozenset({"from", "subject", "message-id", "date", "received", "return-path"})
_HINT = "Save the newsletters from your mail program as mbox or eml."


class _BoundedPolicy(EmailPolicy):
    """Cuts header fields before they are parsed: the parser needs quadratic time for some."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(["".join(sourcelines)[:MAX_HEADER]])
        return name[:100], value

    def header_fetch_parse(self, name: str, value: str | Header) -> Any:
        return super().header_fetch_parse(name, str(value)[:MAX_HEADER])


def matches(name: str, data: bytes) -> bool:
    """Return whether `name` has a suffix of mail files, or `data` two or more header fields."""
    if name.endswith(_SUFFIXES):
        return True
    fields = header_fields(data)
    return len(fields) > 1 or (data.startswith(b"From ") and bool(fields))


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield one post per letter with links.

    `data` is the file, `name` its name; `options` has the time of the import. Raises InputError if
    the file holds no letter or is too large.
    """
    _check_size(name, data)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
    if not _REQUIRED & header_fields(data, least=2):
        raise InputError(f"{name} holds no letter.", _HINT)
    letters = ((f"message {number}", raw) for number, raw in enumerate(_letters(data), 1))
    yield from parse_records(name, letters, lambda raw: _letter(raw, name, options))


def _check_size(name: str, data: bytes) -> None:
    if len(data) > _MAX_BYTES:
        reason = f"{name} has {len(data) / 1e6:.0f} MB; the limit is {_MAX_BYTES // 1_000_000} MB."
        raise InputError(reason, "Save fewer letters in it.")


def _letters(data: bytes) -> Iterator[bytes]:
    """Yield the letters of a file, one after another: a list of all would be too large."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.lstrip().startswith(b"From "):
        yield _single(data)
        return
    text = data.lstrip() if data[:1].isspace() else data
    begin = text.find(b"\n") + 1
    for separator in _separators(text, begin):
        yield _mailbox_letter(text, begin, separator.start())
        begin = separator.end()
    yield _mailbox_letter(text, begin, len(text))


def _mailbox_letter(text: bytes, begin: int, end: int) -> bytes:
    """Return a letter of a mailbox as it was sent; of one that is too large, only its beginning."""
    return _QUOTED_FROM.sub(rb"\1", text[begin : min(end, begin + MAX_RECORD_BYTES + 1)])


def _separators(text: bytes, begin: int) -> Iterator[re.Match[bytes]]:
    """Yield the lines between letters: a header with a field that every letter has follows them."""
    for match in _SEPARATOR.finditer(text, begin - 1):
        following = text[match.end() : match.end() + _LOOKED_AT]
        if _REQUIRED & header_fields(following, least=1):
            yield match


def _single(data: bytes) -> bytes:
    counted = _COUNT_LINE.match(data)
    if counted:
        return data[counted.end() : counted.end() + int(counted[1])][: MAX_RECORD_BYTES + 1]
    return data.lstrip()[: MAX_RECORD_BYTES + 1]


def _letter(raw: bytes, name: str, options: ImportOptions) -> Post | None:
    """Return the post of a letter. Raises ValueError if it is too large or has too many parts."""
    if len(raw) > MAX_RECORD_BYTES:
        raise ValueError(f"longer than {MAX_RECORD_BYTES // 1_000_000} MB")
    letter = _parsed(raw)
    return _post(letter, name, options) if letter else None


def _parsed(raw: bytes) -> EmailMessage | None:
    """Return a letter without invalid header lines. Raises ValueError for too many parts."""
    policy = _BoundedPolicy().clone(message_factory=_PartCounter())
    letter = BytesParser(policy=policy).parsebytes(_with_clean_header(raw))
    return letter if isinstance(letter, EmailMessage) else None


def _with_clean_header(raw: bytes) -> bytes:
    """Return the letter without invalid header lines: the parser stops at the first of them."""
    end = _BLANK_LINE.search(raw)
    head = raw[: end.start()] if end else raw
    lines = head.splitlines(keepends=True)
    return b"".join(filter(_HEADER_LINE.match, lines)) + raw[len(head) :]


class _PartCounter:
    """Creates the parts of one letter, up to a limit: nesting costs time and recursion."""

    def __init__(self) -> None:
        self._parts = 0

    def __call__(self, policy: Policy[Message]) -> Message:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise ValueError(f"more than {MAX_PARTS} parts")
        return EmailMessage(policy=policy)


def _post(letter: EmailMessage, name: str, options: ImportOptions) -> Post | None:
    links = _links(letter)
    subject = person_name(header_text(letter, "Subject"), 300)
    if not links or not subject:
        return None
    message_id = clean_line(header_text(letter, "Message-ID"), 300)
    identity = message_id or subject + header_text(letter, "Date")
    return Post(
        network="newsletter",
        uri=f"mail:{hashlib.sha256(identity.encode()).hexdigest()}",
        text=subject,
        author=_author(letter),
        published=_date(letter, options),
        hashtags=find_hashtags(subject),
        links=links,
        provenance=Provenance(file=name),
    )


def _author(letter: EmailMessage) -> Author | None:
    """Return the sender by name and host; the mail address is never used."""
    shown, address = parseaddr(header_text(letter, "From"))
    host = clean_line(address.rpartition("@")[2].lower(), 100)
    shown = person_name(shown, 100)
    if not host:
        return None
    return Author("newsletter", f"{shown} ({host})" if shown else host, shown or host)


def _date(letter: EmailMessage, options: ImportOptions) -> datetime | None:
    return parse_time(header_text(letter, "Date"), options.seen_at)


def _links(letter: EmailMessage) -> tuple[Link, ...]:
    """Return the links of the letter and of the letters attached to it.

    If they have none, the links are those of the first text part with links.
    """
    links: dict[str, Link] = {}
    for part in readable_parts(letter, _parsed):
        for link in _links_of(part):
            links.setdefault(link.url, link)
    if links:
        return tuple(links.values())[:MAX_LINKS]
    return next(filter(None, map(_links_of, text_parts(letter))), ())


def _links_of(part: Message) -> tuple[Link, ...]:
    links: dict[str, Link] = {}
    for anchor in _anchors(part):
        if len(links) == MAX_LINKS:
            break
        if url := mail_link_target(anchor.url, anchor.shown):
            links.setdefault(url, Link(url, person_name(anchor.shown)))
    return tuple(links.values())


def _anchors(part: Message) -> tuple[Anchor, ...]:
    content = part_text(part)
    if part.get_content_subtype() == "html":
        return html_to_text(content).anchors
    return tuple(
        Anchor(url, "") for found_url in find_urls(content) if (url := absolute_web_url(found_url))
    )
