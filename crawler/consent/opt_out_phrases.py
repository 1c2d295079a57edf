"""Find opt-out phrases of `optouts.tsv` in display names, bios and profile fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

# Letters that look like Latin ones (https://www.unicode.org/reports/tr39/, confusables), and
# Latin letters that NFKC leaves alone: small capitals, negative circled and squared letters.
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТУХІЅЈЬаеорсухіѕјԁһԛԝпьΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορτυχᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢıłøß",
    "ABEKMHOPCTYXISJbaeopcyxisjdhqwnbABEZHIKMNOPTYXaivopruxabcdefghijklmnoprstuvwyzilos",
)
_NEGATIVE_LETTERS = {
    first + at: chr(ord("a") + at) for first in (0x1F150, 0x1F170) for at in range(26)
}
_APOSTROPHES = re.compile(r"[’'`´ʼ]")
_PARTS = re.compile(r"[^\w\s.-]+|\.+(?!\w)|\n+|\s[-–—]+\s")
_SEPARATORS = re.compile(r"[\s_-]+")
_HASHTAG = re.compile(r"[#♯]\s?([\w.·-]+)")
_NO_LETTER = re.compile(r"[\W_]+")
_PAIR = re.compile(r"^([^:=\n]{1,40})[:=]([^\n]{1,40})$", re.MULTILINE)
_LONGEST = 20_000  # characters of a profile; servers allow a few hundred
_REFUSING_SIGNS = frozenset("❌🚫⛔✖✗✘🛑👎🙅")
_SIGNS = "".join(sorted(_REFUSING_SIGNS))
_REFUSED_ROBOT = re.compile(rf"(?:[{_SIGNS}]|\bno)\s?🤖|🤖\s?[{_SIGNS}]")


def find_opt_out(texts: Iterable[str], fields: Iterable[tuple[str, str]] = ()) -> str:
    """Return the first opt-out in a profile, as `optouts.tsv` spells it, or an empty string.

    `texts` are the display name and the bio as plain text; `fields` are names and values of
    profile fields.
    """
    pairs = list(fields)
    lines = [*texts, *(part for pair in pairs for part in pair)]
    for text in lines:
        if opt_out := _in_text(text):
            return opt_out
        pairs += [(name, value) for name, value in _PAIR.findall(text)]
    return next((opt_out for name, value in pairs if (opt_out := _in_field(name, value))), "")


def fold_spelling(text: str) -> str:
    """Return the form of `text` in which two spellings are equal.

    NFKC, lookalike letters as Latin ones, no case, no marks, no invisible characters.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_NEGATIVE_LETTERS))
    latin = plain.translate(_LOOKALIKES).casefold().translate(_LOOKALIKES)
    parts = unicodedata.normalize("NFKD", latin)
    visible = (
        character
        for character in parts
        if unicodedata.category(character) not in ("Mn", "Me", "Cf")
    )
    return unicodedata.normalize("NFC", _APOSTROPHES.sub("", "".join(visible)))


def _in_text(text: str) -> str:
    words = fold_spelling(text[:_LONGEST])
    if _REFUSED_ROBOT.search(words):
        return "no 🤖"
    for written in _HASHTAG.findall(words):
        if opt_out := _hashtags().get(_letters(written)):
            return opt_out
    for part in _parts(words):
        if opt_out := _phrases().get(part) or _hashtags().get(_letters(part)):
            return opt_out
    spaced = f" {' '.join(_NO_LETTER.split(words))} "
    return next((spelt for words, spelt in _anywhere() if words in spaced), "")


def _in_field(name: str, value: str) -> str:
    """Return the opt-out in a profile field such as `bots: no`; otherwise an empty string."""
    asked = _table("field").get(_stripped(fold_spelling(name[:200])))
    refused = _stripped(fold_spelling(value[:200])) in _table("refusal")
    return f"{asked}: no" if asked and (refused or set(value.strip()) & _REFUSING_SIGNS) else ""


def _parts(words: str) -> Iterator[str]:
    """Yield the parts of a folded text between punctuation, emoji and line ends, no courtesies."""
    for part in _PARTS.split(words):
        spaced = " ".join(_SEPARATORS.split(part)).strip()
        if spaced and len(spaced) <= 80:
            yield _stripped(spaced)


def _stripped(words: str) -> str:
    """Return the words without courtesies around them and without punctuation."""
    left = " ".join(word for word in re.split(r"[\W_]+", words) if word)
    while trimmed := next(_trimmed(left), ""):
        left = trimmed
    return left


def _trimmed(words: str) -> Iterator[str]:
    for courtesy in _table("courtesy"):
        if words.endswith(f" {courtesy}"):
            yield words.removesuffix(f" {courtesy}")
        if words.startswith(f"{courtesy} "):
            yield words.removeprefix(f"{courtesy} ")


def _letters(words: str) -> str:
    """Return the letters only; a zero counts as the letter it imitates."""
    return _NO_LETTER.sub("", words).replace("0", "o")


@cache
def _hashtags() -> dict[str, str]:
    return {_letters(words): spelt for words, spelt in _table("hashtag").items()}


@cache
def _phrases() -> dict[str, str]:
    return _table("phrase")


@cache
def _anywhere() -> Sequence[tuple[str, str]]:
    """Return the words to search for, with a space on both sides where their script has spaces."""
    rows = _table("anywhere").items()
    return [(f" {words} " if words.isascii() else words, spelt) for words, spelt in rows]


@cache
def _table(kind: str) -> dict[str, str]:
    """Return one kind of row of the table: folded words -> the words as the table spells them."""
    lines = files("crawler.consent").joinpath("optouts.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in lines.splitlines() if not line.startswith("#"))
    return {_SEPARATORS.sub(" ", fold_spelling(row[2])): row[2] for row in rows if row[0] == kind}
