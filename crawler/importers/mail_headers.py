"""Mail header fields at the start of a file, or anywhere in a text (RFC 5322 section 2.2)."""

from __future__ import annotations

import codecs
import re

_HEAD = 65_536  # bytes in which the header of the first letter is expected
_MAX_LINES = 500
_BLOCK = 3  # header fields in a row that make a header
# Fields that mail servers and mail programs write.
_TRACE = """
    arc-authentication-results arc-message-signature arc-seal authentication-results
    content-transfer-encoding delivered-to dkim-signature domainkey-signature envelope-to
    feedback-id in-reply-to list-id list-unsubscribe list-unsubscribe-post message-id
    mime-version received received-spf references resent-from return-path
    x-forwarded-encrypted x-gm-labels x-gmail-labels x-google-smtp-source x-mailer
    x-mozilla-keys x-mozilla-status x-mozilla-status2 x-original-to x-originating-ip
    x-received x-spam-status x-ud
"""
# Fields that people fill in, in the languages in which Outlook and Apple Mail print them.
_WRITTEN = """
    bcc cc content-type date from reply-to sender sent subject to
    an aan betreff datum gesendet kopie onderwerp van verzonden von
    à cc date de envoyé objet
    asunto cc enviado fecha para
    da data inviato oggetto
    assunto enviada
"""
_FIELDS = frozenset((*_TRACE.split(), *_WRITTEN.split()))
_FIELD = re.compile(r"[>|\s]{0,8}([^\W\d_][\w-]{0,60})[ \t]?:(?=[ \t\n]|$)")
_TRACE_LINE = re.compile(
    rf"^[>| \t]{{0,8}}({'|'.join(map(re.escape, _TRACE.split()))})[ \t]?:",
    re.IGNORECASE | re.MULTILINE,
)
_COUNT_LINE = re.compile(r"\d{1,10}[ \t]*\n")  # Apple Mail (.emlx) begins with the size
_ENDING = re.compile(r"\r\n|\r")


def header_fields(data: bytes, least: int = _BLOCK) -> frozenset[str]:
    """Return the known header fields at the start of the file `data`, in lower case.

    The header may follow a `From ` line, blank lines or a byte order mark, and may hold fields
    that are folded or not known. Empty for a file that begins otherwise: a first line that is not
    a header field must be followed by `least` different ones.
    """
    lines = mail_text(data[:_HEAD]).split("\n", _MAX_LINES)[:_MAX_LINES]
    if lines and lines[0].startswith(("From ", ">From ")):
        lines = lines[1:]
    fields = frozenset(_fields(lines))
    begins = bool(lines) and _FIELD.match(lines[0][:200]) is not None
    return fields if begins or len(fields) >= least else frozenset()


def mail_text(data: bytes) -> str:
    """Return the start of a file, `data`, as text with LF line ends.

    A byte order mark and the size that Apple Mail writes before the mail are removed.
    """
    utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if utf_16 else "utf-8", "replace")
    text = _ENDING.sub("\n", text.lstrip("\ufeff")).lstrip("\n")
    return text[match.end() :] if (match := _COUNT_LINE.match(text)) else text


def mail_header_line(text: str) -> int:
    """Return the line (from 1) at which `text` contains the header of a mail, or 0."""
    text = _ENDING.sub("\n", text)
    trace: dict[str, int] = {}
    for match in _TRACE_LINE.finditer(text):
        trace.setdefault(match[1].lower(), match.start())
        if len(trace) > 1:
            return text.count("\n", 0, min(trace.values())) + 1
    return _block(text.split("\n"))


def _block(lines: list[str]) -> int:
    """Return the first line of three different fields in a row, folded lines included, or 0."""
    names: set[str] = set()
    start = 0
    for number, line in enumerate(lines, 1):
        if line[:1] in (" ", "\t") and names and not _FIELD.match(line):
            continue
        field = _FIELD.match(line[:200])
        if not field or field[1].lower() not in _FIELDS:
            names.clear()
            continue
        start = start if names else number
        names.add(field[1].lower())
        if len(names) == _BLOCK:
            return start
    return 0


def _fields(lines: list[str]) -> list[str]:
    """Return the known fields of the lines up to the first blank one."""
    names = []
    for line in lines:
        if not line.strip():
            break
        field = _FIELD.match(line[:200])
        if field and field[1].lower() in _FIELDS:
            names.append(field[1].lower())
    return names
