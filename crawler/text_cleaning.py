"""Cleaning of text that comes from outside, and the small text questions that every room asks.

Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache

from crawler.tokenization import WORD

STORED_CHARACTERS = 20_000  # of the text of one post; a page shows at most 5,000
_SHORTENED = " … [shortened]"
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_INVISIBLE = dict.fromkeys([0x00AD, 0x180E, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF])
_CONTROL = dict.fromkeys([*(c for c in range(0x20) if c not in (0x09, 0x0A)), *range(0x7F, 0xA0)])
_DROPPED = _CONTROL | _BIDI | _INVISIBLE
_SURROGATE = re.compile("[\ud800-\udfff]")
_NON_CHARACTER = re.compile("[\ufdd0-\ufdef]")
_MARKS = re.compile(r"([̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]{4})[̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]+")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_HASHTAG = re.compile(r"(?<![\w#&/])#(?=\w*[^\W\d_])(\w+)")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_URL_SLUG = re.compile(r"(?<=/)[^\W_]+(?:[-_][^\W_]+){2,}(?=[/?#.]|$)")
_TAGGED = re.compile(r"#\w+")
_WRITTEN_URL = re.compile(
    r"(?<![\w@/.])(?:https?://|www\.)[^\s<>\"“”‘’«»—…、。，；：）」』]{1,2001}(…?)", re.IGNORECASE
)
_CLOSING = ".,;:!?'*_~|\\"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_MAIL_PART = r"[^\s<>()\[\]\"',;:@＠]"
_MAIL_ADDRESS = re.compile(
    rf'(?:mailto:)?(?:"[^"]{{0,64}}"|{_MAIL_PART}{{1,64}}?)'
    rf"(?:[@＠]|%40|\s?[(\[]\s?at\s?[)\]]\s?){_MAIL_PART}{{1,255}}",
    re.IGNORECASE,
)
_NAME_EDGES = " \t<>()[]\"',;:|/-–—"
_SLUG = re.compile(r"[^a-z0-9]+")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def clean(text: str | None) -> str:
    """Make text safe to store, print and compare: NFC, LF line ends, no controls, surrogates, bidi
    overrides or towers of marks.
    """
    if not text:
        return ""
    text = (
        _SURROGATE.sub("�", text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
    )
    text = unicodedata.normalize("NFC", _stream_safe(text.translate(_DROPPED)))
    return _MARKS.sub(r"\1", _NON_CHARACTER.sub("", text)).strip()


def _stream_safe(text: str) -> str:
    """The text with at most 30 combining marks in a row (UAX 15, stream-safe text format).

    Normalization sorts each run of marks in quadratic time.
    """
    return text if text.isascii() else _long_runs_of_marks().sub(r"\1", text)


@cache
def _long_runs_of_marks() -> re.Pattern[str]:
    """Runs of more than 30 characters of a canonical combining class other than 0."""
    marks = "".join(map(chr, filter(_is_combining, range(0x300, 0x1F000))))
    return re.compile(f"([{marks}]{{30}})[{marks}]+")


def _is_combining(code: int) -> bool:
    return unicodedata.combining(chr(code)) != 0


def clean_line(text: str | None, limit: int = 300) -> str:
    """Clean text for one line of at most `limit` characters: white space folded, cut at a word with
    an ellipsis.
    """
    line = " ".join(clean(text).split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip() + "…"


def truncate_text(text: str, limit: int = STORED_CHARACTERS) -> str:
    """The text, or its first characters and a visible marker, `limit` characters in total."""
    if len(text) <= limit:
        return text
    return text[: limit - len(_SHORTENED)].rstrip() + _SHORTENED


def clean_block(text: str | None) -> str:
    """Clean text of several paragraphs: spaces folded within lines, at most one blank line between
    them.
    """
    return _BLANK_LINES.sub(
        "\n\n", "\n".join(_SPACES.sub(" ", line).strip() for line in clean(text).split("\n"))
    ).strip()


def fold(text: str) -> str:
    """The form in which two spellings of a word are equal: NFKC, case folded; of ASCII that is
    lower case.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def find_hashtags(text: str) -> tuple[str, ...]:
    """Hashtags as written, without `#`, in order, once each by folded form. One needs a letter;
    `C#`, `#1` and URL fragments are none.
    """
    found: dict[str, str] = {}
    for match in _HASHTAG.finditer(_URL.sub(" ", text)):
        found.setdefault(fold(match[1]), match[1])
    return tuple(found.values())


def blank_urls_and_hashtags(text: str) -> str:
    """The text with its addresses and hashtags blanked out, whichever way they are strung together;
    every other character stays at its place.
    """
    return _TAGGED.sub(_blank, _URL.sub(_blank, text))


def blank_urls_except_slugs(text: str) -> str:
    """The prose of a text, with the slugs of its URLs left in place.

    A slug is a path segment of three or more words, such as `how-we-sharded-postgres`. It is the
    title of the linked page, while a host or a short path segment says little.
    """
    plain = _URL.sub(_only_slugs, text) if "://" in text or "www." in text else text
    return _TAGGED.sub(_blank, plain) if "#" in plain else plain


def _only_slugs(match: re.Match[str]) -> str:
    url = match[0]
    kept = [" "] * len(url)
    for slug_match in _URL_SLUG.finditer(url):
        kept[slug_match.start() : slug_match.end()] = slug_match[0]
    return "".join(kept)


def find_urls(text: str) -> tuple[str, ...]:
    """http(s) and `www.` addresses as written in running text, in order, once each.

    Punctuation that closes the sentence is no part of one; an address cut short with an ellipsis is
    none.
    """
    found = (
        _without_closing(match[0])
        for match in _WRITTEN_URL.finditer(text)
        if not match[1] and len(match[0]) <= 2000
    )
    return tuple(dict.fromkeys(url for url in found if "." in url))


def person_name(text: str | None, limit: int = 200) -> str:
    """The name of a person without mail addresses; empty if nothing else is left.

    `ann@lab.example (Ann Author)` and `Ann Author <ann@lab.example>` give `Ann Author`. RSS 2.0
    asks for a mail address in `author`, and mail programs fill in the address as the name.
    """
    line = clean_line(text, limit)
    name, found = _MAIL_ADDRESS.subn(" ", line)
    if not found:
        return line
    name = " ".join(name.split()).strip(_NAME_EDGES + "@")
    return name if any(map(str.isalpha, name)) else ""


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _without_closing(url: str) -> str:
    while url and (
        url[-1] in _CLOSING
        or (url[-1] in _BRACKETS and url.count(_BRACKETS[url[-1]]) < url.count(url[-1]))
    ):
        url = url[:-1]
    return url


def slugify(text: str, limit: int = 60) -> str:
    """An ASCII file name `[a-z0-9-]` of at most `limit` characters; empty when nothing of the text
    is left.
    """
    ascii_text = (
        unicodedata.normalize("NFKD", text)
        .encode("ascii", "ignore")
        .decode()
        .lower()
        .replace("'", "")
    )
    whole = _SLUG.sub("-", ascii_text).strip("-")
    return whole if len(whole) <= limit else whole[: limit + 1].rsplit("-", 1)[0][:limit].strip("-")


def plausible_date(value: datetime | None, seen: datetime) -> datetime | None:
    """The date in UTC when it lies between 1990 and a day after `seen`, else None.

    A naive date is taken as UTC.
    """
    if value is None:
        return None
    try:
        utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        return None
    return utc if _EARLIEST <= utc <= seen + timedelta(days=1) else None


def parse_iso_date(text: str | None, seen: datetime) -> datetime | None:
    """An ISO 8601 date or time as a plausible UTC datetime; None when it is neither."""
    try:
        return plausible_date(datetime.fromisoformat((text or "").strip()), seen)
    except ValueError:
        return None


def iso(value: datetime | None) -> str | None:
    """The one spelling of a time in the database and in JSON: UTC, seconds, `Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def count_words(text: str) -> int:
    """The number of words in a text."""
    return len(WORD.findall(text))
