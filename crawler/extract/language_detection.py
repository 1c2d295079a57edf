"""The language of a page: the declared one, unless its text is clearly in another."""

from __future__ import annotations

import re

from resiliparse.parse.lang import detect_fast

_TAG = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\s*$")
# The out-of-place score of resiliparse: lower is better. Its documentation calls results above
# 1200 unreliable.
_RELIABLE_SCORE = 900
_MIN_CHARACTERS = 400


def detect_language(declared: str, text: str) -> tuple[str, str]:
    """Return the language code of a `text` and its source, `declared` or `text`, or two "".

    `declared` is a language tag such as `en-GB`. It counts unless a text of at least 400
    characters is clearly in another language.
    """
    match = _TAG.match(declared)
    code = match[1].lower() if match else ""
    if len(text) >= _MIN_CHARACTERS:
        guess, score = detect_fast(text[:20_000])
        if guess != "unknown" and score < _RELIABLE_SCORE:
            return guess, "declared" if guess == code else "text"
    return (code, "declared") if code else ("", "")
