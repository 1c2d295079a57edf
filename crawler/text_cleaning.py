"""Clean text from outside. No I/O."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from crawler.tokenization import split_words

STORED_CHARACTERS = 20_000  # of the text of one post; a page shows at most 5,000
_SHORTENED = " … [shortened]"
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_INVISIBLE = dict.fromkeys([0x00AD, 0x180E, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF])
_CONTROL = dict.fromkeys([*(c for c in range(0x20) if c not in (0x09, 0x0A)), *range(0x7F, 0xA0)])
_ASCII_CONTROL = bytes(code for code in _CONTROL if code < 0x80)
_DROPPED = _CONTROL | _BIDI | _INVISIBLE
_SURROGATE = re.compile("[\ud800-\udfff]")
_NON_CHARACTER = re.compile("[\ufdd0-\ufdef]")
_MARKS = re.compile(r"([̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]{4})[̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]+")
# Zero-width joiners shape letters and emoji. Newsletters pad their previews with runs of them.
_JOINERS = re.compile("([\u200c\u200d])[\u200c\u200d]+")
_SPACED_JOINERS = re.compile("(?:[\u200c\u200d]\\s+){2,}")
_SPACES = re.compile(r"[^\S\n]+")
_OTHER_SPACE = re.compile(r"[^\S\n ]")
_BLANK_LINES = re.compile(r"\n{3,}")
_MAIL_PART = r"[^\s<>()\[\]\"',;:@＠]"
_MAIL_ADDRESS = re.compile(
    rf'(?:mailto:)?(?:"[^"]{{0,64}}"|{_MAIL_PART}{{1,64}}?)'
    rf"(?:[@＠]|%40|\s?[(\[]\s?at\s?[)\]]\s?){_MAIL_PART}{{1,255}}",
    re.IGNORECASE,
)
# `ann at lab dot example`, also with brackets around the words.
_SPELLED_ADDRESS = re.compile(
    r"[\w.+-]{1,64}\s?[\[({]?\s?\bat\b\s?[\])}]?\s?[\w-]{1,63}"
    r"(?:\s?[\[({]?\s?\bdot\b\s?[\])}]?\s?[\w-]{1,63}){1,5}"
)
_AT = re.compile("@|＠|%40|at", re.IGNORECASE)  # in every mail address
_NAME_EDGES = " \t<>()[]\"',;:|/-–—"
_ACCENTS = re.compile("[\u0300-\u036f]")
_SLUG = re.compile(r"[^a-z0-9]+")
_MAX_WORD_LENGTH = 15  # text without spaces is cut after this many letters per word


def clean(text: str | None) -> str:
    """Make text safe to store, print and compare.

    The result is NFC with LF line ends, without control characters, surrogates and bidirectional
    controls, and with at most four combining marks in a row. Zero-width joiners do not repeat.
    """
    if not text:
        return ""
    if _is_clean(text):
        return text.strip()
    text = (
        _SURROGATE.sub("�", text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\x85", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
    )
    text = unicodedata.normalize("NFC", _stream_safe(text.translate(_DROPPED)))
    text = _SPACED_JOINERS.sub(" ", _JOINERS.sub(r"\1", text))
    return _MARKS.sub(r"\1", _NON_CHARACTER.sub("", text)).strip()


def _is_clean(text: str) -> bool:
    """Return whether no rule of `clean` changes the text, except at its ends."""
    if text.isascii():
        return len(text.encode().translate(None, _ASCII_CONTROL)) == len(text)
    return not _unusual().search(text) and unicodedata.is_normalized("NFC", text)


@cache
def _unusual() -> re.Pattern[str]:
    """Characters outside of blocks that no rule of `clean` changes, except by normalization."""
    return re.compile(
        "[^\t\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205f"
        "\u2070-\u20cf\u3000-\u3029\u3030-\u3098\u309b-\ua66e\uac00-\ud7ff\ufe00-\ufe0f\uff00-\uffef"
        "\U0001f000-\U0001faff]"
    )


def _stream_safe(text: str) -> str:
    """Return the text with at most 30 combining marks in a row (UAX 15, stream-safe text format).

    Normalization sorts each run of marks in quadratic time. A run of 30 has a mark at a position
    that is a multiple of 30.
    """
    has_long_run = any(map(unicodedata.combining, text[::30]))
    return _long_runs_of_marks().sub(r"\1", text) if has_long_run else text


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
    is_plain = text and text.isascii() and text.isprintable() and "  " not in text
    line = text.strip() if text and is_plain else " ".join(clean(text).split())
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
    cleaned = clean(text)
    if not _has_single_spaces(cleaned):
        cleaned = "\n".join(_SPACES.sub(" ", line).strip() for line in cleaned.split("\n"))
    return _BLANK_LINES.sub("\n\n", cleaned).strip() if "\n\n\n" in cleaned else cleaned


def _has_single_spaces(text: str) -> bool:
    """Return whether the white space inside each line is one space between two words.

    Substrings are found much faster than patterns, and most texts have single spaces.
    """
    if "  " in text or " \n" in text or "\n " in text:
        return False
    return "\t" not in text if text.isascii() else not _OTHER_SPACE.search(text)


def fold(text: str) -> str:
    """Return the form in which two spellings of a word are equal: NFKC with folded case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def without_accents(text: str) -> str:
    """Return the `text` decomposed (NFD), without the accents of Latin, Greek and Cyrillic letters.

    Marks of other scripts stay.
    """
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text))


def person_name(text: str | None, limit: int = 200) -> str:
    """Return the name of a person without e-mail addresses, cut to `limit` characters.

    `ann@lab.example (Ann Author)` and `Ann Author <ann@lab.example>` give `Ann Author`. The result
    is empty when there is only an e-mail address: RSS 2.0 puts one in `author`, and mail
    programs use it as the name.
    """
    line = clean_line(text, limit)
    if not _AT.search(line):
        return line
    name, spelled_addresses = _SPELLED_ADDRESS.subn(" ", line)
    name, addresses = _MAIL_ADDRESS.subn(" ", name)
    if not addresses and not spelled_addresses:
        return line
    name = " ".join(name.split()).strip(_NAME_EDGES + "@")
    return name if any(map(str.isalpha, name)) else ""


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


def join_paragraphs(*parts: str) -> str:
    """Return the `parts` that are not empty, with a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def count_words(text: str) -> int:
    """Return the number of words in a text."""
    return len(split_words(text))


def shorten(text: str, limit: int = 60) -> str:
    """Return at most `limit` words of `text`, with an ellipsis if it has more.

    The number of letters is limited, too: to that of `limit` words of 15 letters.
    """
    max_letters = limit * _MAX_WORD_LENGTH
    words = text[: max_letters + 1].split()
    if len(text) <= max_letters and len(words) <= limit:
        return " ".join(words)
    return " ".join(words[:limit])[:max_letters].rstrip() + " …"
