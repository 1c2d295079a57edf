"""The characters that end a URL or a name in running text. No I/O.

The constants are ranges for a character class of a regular expression.
"""

from __future__ import annotations

# Scripts that are written without a space before a URL or hashtag: Thai, Lao, Myanmar, Khmer,
# kana, Han, hangul.
UNSPACED_LETTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff々〇\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
)

# Quotes, brackets and full-width punctuation are never part of a URL that a person wrote.
URL_STOPS = (
    r"\s<>\"“”„‘’«»—…`、。，；：？！（）「」『』【】〈〉《》〔〕［］｛｝＜＞｜～‥＂＇｡｢｣､،؛؟।॥"
    "／＆＃＠＝＋．։‽"
    # Full stops and other ends of a sentence (Unicode property Sentence_Terminal).
    "۔\u0700-\u0702\u07f9\u0df4\u0f0d-\u0f12\u1361-\u1368\u166e\u1735\u1736\u1803\u1809\u2e2e\u2e3c"
    "\ua4ff\ua60e\ua60f\ua6f3\ua6f7"
    "‹›•\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
)
