"""Where a URL or a name ends in running text. No I/O."""

from __future__ import annotations

import re

# The inside of a character class: letters of scripts that are written without a space before a URL
# or hashtag. These are Thai, Lao, Myanmar, Khmer, kana, Han, hangul.
UNSPACED_LETTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff々〇\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
)

# The inside of a character class: quotes, brackets and full-width punctuation are never part of a
# URL that a person wrote.
URL_STOPS = (
    r"\s<>\"“”„‘’«»—…`、。，；：？！（）「」『』【】〈〉《》〔〕［］｛｝＜＞｜～‥＂＇｡｢｣､،؛؟।॥"
    "／＆＃＠＝＋．։‽"
    # Full stops and other ends of a sentence (Unicode property Sentence_Terminal).
    "۔\u0700-\u0702\u07f9\u0df4\u0f0d-\u0f12\u1361-\u1368\u166e\u1735\u1736\u1803\u1809\u2e2e\u2e3c"
    "\ua4ff\ua60e\ua60f\ua6f3\ua6f7"
    "‹›•\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
)

WORD = rf"[^\W{UNSPACED_LETTERS}]"
"""The pattern of a letter, digit or underscore; a word in a script without spaces is outside."""

LETTER = rf"[^\W_{UNSPACED_LETTERS}]"
"""The pattern of a letter or digit, also without words in scripts without spaces."""

HOST_NAME = (
    rf"(?:[\w-]{{1,63}}\.){{1,9}}(?:xn--[a-z\d-]{{1,59}}|(?:(?!\d){LETTER}){{2,24}})(?!{LETTER}|-)"
)
"""The pattern of a host with a top-level domain, which ends before a word without a space."""

_BRACKETS = {")": "(", "]": "[", "}": "{"}
_BRACKET = re.compile(r"[()\[\]{}]")


def unopened_bracket(url: str) -> int:
    """Return the offset of the first closing bracket that nothing in the URL opens."""
    opened: dict[str, int] = {}
    for match in _BRACKET.finditer(url):
        opening = _BRACKETS.get(match[0])
        if opening is None:
            opened[match[0]] = opened.get(match[0], 0) + 1
        elif not opened.get(opening):
            return match.start()
        else:
            opened[opening] -= 1
    return len(url)
