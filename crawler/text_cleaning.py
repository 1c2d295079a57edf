"""Clean text from outside, and find URLs, hashtags and dates in it. No I/O."""

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
    """Make text safe to store, print and compare.

    The result is NFC with LF line ends, without control characters, surrogates and bidirectional
    controls, and with at most four combining marks in a row.
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
    """Return the text with at most 30 combining marks in a row (UAX 15, stream-safe text format).

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
    """Return cleaned text on one line of at most `limit` characters.

    Longer text is cut at a word boundary and ends with an ellipsis.
    """
    line = " ".join(clean(text).split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip() + "…"


def truncate_text(text: str, limit: int = STORED_CHARACTERS) -> str:
    """Return the text, or its first characters and a visible marker.

    The result has at most `limit` characters, including the marker.
    """
    if len(text) <= limit:
        return text
    return text[: limit - len(_SHORTENED)].rstrip() + _SHORTENED


def clean_block(text: str | None) -> str:
    """Return cleaned text of several paragraphs.

    Each line has single spaces. Paragraphs are separated by at most one blank line.
    """
    return _BLANK_LINES.sub(
        "\n\n", "\n".join(_SPACES.sub(" ", line).strip() for line in clean(text).split("\n"))
    ).strip()


def fold(text: str) -> str:
    """Return the form in which two spellings of a word are equal: NFKC with folded case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def find_hashtags(text: str) -> tuple[str, ...]:
    """Return the hashtags of a text as written, without `#`, once each by folded form.

    A hashtag has at least one letter. `C#`, `#1` and URL fragments are not hashtags.
    """
    by_folded_form: dict[str, str] = {}
    for match in _HASHTAG.finditer(_URL.sub(" ", text)):
        by_folded_form.setdefault(fold(match[1]), match[1])
    return tuple(by_folded_form.values())


def blank_urls_and_hashtags(text: str) -> str:
    """Return the text with its URLs and hashtags replaced by spaces.

    All other characters keep their offsets.
    """
    return _TAGGED.sub(_blank, _URL.sub(_blank, text))


def blank_urls_except_slugs(text: str) -> str:
    """Return the text with URLs and hashtags replaced by spaces, except the slugs of URLs.

    A slug is a path segment of three or more words, such as `how-we-sharded-postgres`. It is the
    title of the linked page, while a host or a short path segment tells little.
    """
    plain = _URL.sub(_only_slugs, text) if "://" in text or "www." in text else text
    return _TAGGED.sub(_blank, plain) if "#" in plain else plain


def _only_slugs(match: re.Match[str]) -> str:
    url = match[0]
    characters = [" "] * len(url)
    for slug_match in _URL_SLUG.finditer(url):
        characters[slug_match.start() : slug_match.end()] = slug_match[0]
    return "".join(characters)


def find_urls(text: str) -> tuple[str, ...]:
    """Return the http(s) and `www.` URLs of running text, in order, once each.

    Punctuation that closes the sentence is left out. A URL cut with an ellipsis is skipped.
    """
    urls = (
        _without_closing(match[0])
        for match in _WRITTEN_URL.finditer(text)
        if not match[1] and len(match[0]) <= 2000
    )
    return tuple(dict.fromkeys(url for url in urls if "." in url))


def person_name(text: str | None, limit: int = 200) -> str:
    """Return the name of a person without e-mail addresses, cut to `limit` characters.

    `ann@lab.example (Ann Author)` and `Ann Author <ann@lab.example>` give `Ann Author`. The result
    is empty when there is only an e-mail address: RSS 2.0 puts one in `author`, and mail
    programs use it as the name.
    """
    line = clean_line(text, limit)
    name, addresses = _MAIL_ADDRESS.subn(" ", line)
    if not addresses:
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
    """Return an ASCII file name `[a-z0-9-]` of at most `limit` characters.

    It is empty when the text has no such characters.
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


def plausible_date(value: datetime | None, seen_at: datetime) -> datetime | None:
    """Return the date `value` in UTC when it is between 1990 and a day after `seen_at`, else None.

    A date without a time zone is treated as UTC.
    """
    if value is None:
        return None
    try:
        utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        return None
    return utc if _EARLIEST <= utc <= seen_at + timedelta(days=1) else None


def parse_iso_date(text: str | None, seen_at: datetime) -> datetime | None:
    """Return an ISO 8601 date or time as a UTC datetime.

    The result is None for other text and for dates that are not plausible at the time `seen_at`.
    """
    try:
        return plausible_date(datetime.fromisoformat((text or "").strip()), seen_at)
    except ValueError:
        return None


def iso(value: datetime | None) -> str | None:
    """Return the time `value` as stored in the database and in JSON: UTC, seconds, `Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def join_paragraphs(*parts: str) -> str:
    """Return the `parts` that are not empty, with a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def count_words(text: str) -> int:
    """Return the number of words in a text."""
    return len(WORD.findall(text))
