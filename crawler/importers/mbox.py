"""Newsletters saved from a mail program: an mbox file (RFC 4155) or a single message (RFC 5322).

A letter was written to its subscriber: only its subject, sender, date and the articles it links are taken. Links that count clicks
are unwrapped when the target stands in them and dropped when it does not: they name the subscriber, and are never fetched.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from urllib.parse import parse_qs

from crawler.errors import InputError
from crawler.importers import Options
from crawler.markup import Anchor, read_html, web_url
from crawler.model import Author, Link, Post, Provenance
from crawler.text import clean_line, hashtags, plausible_date, urls
from crawler.urls import has_userinfo, host_of, path_of, query_of

_MAX_BYTES = 200_000_000
_MAX_MESSAGE = 5_000_000
_MAX_MESSAGES = 5_000
_MAX_UNWRAPPED = 3
_SEPARATOR = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]{1,300}\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADERS = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,50}:[ \t]")
# Parameters in which a click counter carries the address it leads to.
_TARGETS = ("destination", "q", "redirect", "redirect_url", "target", "u", "url")
# Hosts (and their subdomains) and parts of paths of click counters whose target cannot be read from the address.
_COUNTERS = frozenset({
    "click.convertkit-mail.com", "click.convertkit-mail2.com", "clicks.mlsend.com", "ct.sendgrid.net", "email.mg.substack.com", "hubspotlinks.com",
    "link.mail.beehiiv.com", "list-manage.com", "mailchi.mp", "mandrillapp.com", "sendgrid.net", "sparkpostmail.com", "tracking.tldrnewsletter.com",
})
_COUNTER_PATHS = re.compile(r"/(?:ls/click|track/click|redirect/[0-9a-f-]{8,}|wf/click|e/c/|c/ey)", re.IGNORECASE)
_NOT_ARTICLES = re.compile(
    r"unsubscribe|opt-?out|manage[-_ ]?(?:your )?(?:subscription|preference)|email[-_]?preference|view[-_ ]?(?:this )?(?:email )?in[-_ ]?(?:your )?browser",
    re.IGNORECASE,
)


def recognises(name: str, data: bytes) -> bool:
    """The suffix of a mail file with mail in it."""
    return name.endswith((".mbox", ".eml")) and (data.startswith(b"From ") or _HEADERS.match(data) is not None)


def read(name: str, data: bytes, options: Options) -> tuple[Post, ...]:
    """One post per letter that links something. Raises InputError when the file holds no letter or is too large."""
    if len(data) > _MAX_BYTES:
        raise InputError(f"{name} has {len(data) / 1e6:.0f} MB; {_MAX_BYTES // 1_000_000} MB is the most that is read.", "Save fewer letters in it.")
    letters = [email.message_from_bytes(raw, policy=default) for raw in _letters(data)]
    if not any(letter.keys() for letter in letters):
        raise InputError(f"{name} holds no letter.", "Save the newsletters from your mail program as mbox or eml.")
    return tuple(post for letter in letters if isinstance(letter, EmailMessage) and (post := _post(letter, name, options)))


def _letters(data: bytes) -> Iterator[bytes]:
    if not data.startswith(b"From "):
        yield data[:_MAX_MESSAGE]
        return
    for raw in _SEPARATOR.split(data)[1 : _MAX_MESSAGES + 1]:
        yield _QUOTED_FROM.sub(rb"\1", raw[:_MAX_MESSAGE])


def _post(letter: EmailMessage, name: str, options: Options) -> Post | None:
    links = _links(letter)
    subject = clean_line(_header(letter, "Subject"))
    if not links or not subject:
        return None
    message_id = clean_line(_header(letter, "Message-ID"), 300)
    return Post(
        network="newsletter",
        uri=f"mail:{hashlib.sha256((message_id or subject + _header(letter, 'Date')).encode()).hexdigest()}",
        text=subject,
        author=_author(letter),
        published=_date(letter, options),
        hashtags=hashtags(subject),
        links=links,
        provenance=Provenance(file=name),
    )


def _author(letter: EmailMessage) -> Author | None:
    shown, address = parseaddr(_header(letter, "From"))
    host = address.rpartition("@")[2].lower()
    shown = clean_line(shown, 100)
    return Author("newsletter", f"{shown} ({host})" if shown else host, shown or host) if host else None


def _date(letter: EmailMessage, options: Options) -> datetime | None:
    try:
        return plausible_date(parsedate_to_datetime(_header(letter, "Date")), options.seen_at)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _links(letter: EmailMessage) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for anchor in _anchors(letter):
        url = _unwrapped(anchor.url)
        if url and not _NOT_ARTICLES.search(url) and not _NOT_ARTICLES.search(anchor.shown):
            found.setdefault(url, Link(url, clean_line(anchor.shown, 200)))
    return tuple(found.values())


def _anchors(letter: EmailMessage) -> tuple[Anchor, ...]:
    try:
        part = letter.get_body(("html", "plain"))
        content = part.get_content() if part else ""
    except (LookupError, ValueError, AttributeError, KeyError):
        return ()  # an unknown charset or a broken structure: nothing in it can be read
    if not isinstance(content, str):
        return ()
    if part and part.get_content_subtype() == "html":
        return read_html(content).anchors
    return tuple(Anchor(url, "") for each in urls(content) if (url := web_url(each)))


def _unwrapped(url: str) -> str:
    """The address behind a click counter; empty when it cannot be told, or when the address names its reader."""
    for _ in range(_MAX_UNWRAPPED):
        values = parse_qs(query_of(url))
        inner = next((target for key in _TARGETS for value in values.get(key, ()) if value.startswith("http") and (target := web_url(value))), "")
        if not inner:
            break
        url = inner
    host, query = host_of(url), query_of(url)
    counted = any(host == counter or host.endswith(f".{counter}") for counter in _COUNTERS) or _COUNTER_PATHS.search(path_of(url))
    names_its_reader = has_userinfo(url) or "@" in query or "%40" in query
    return "" if counted or names_its_reader else url


def _header(letter: EmailMessage, name: str) -> str:
    try:
        return str(letter.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""  # the header parser of the standard library raises on some malformed headers
