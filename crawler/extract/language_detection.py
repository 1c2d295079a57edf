"""The language of a page: as declared, unless its text is plainly in another."""

from __future__ import annotations

import re

from resiliparse.parse.lang import detect_fast

_TAG = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\s*$")
# resiliparse's out-of-place score: lower is surer; its documentation calls results above 1200
# unreliable
_SURE = 900
_ENOUGH = 400


def detect_language(declared: str, text: str) -> tuple[str, str]:
    """A two or three letter language code and where it was found (`declared` or `text`); empty when
    unknown.
    """
    match = _TAG.match(declared)
    code = match[1].lower() if match else ""
    if code and len(text) < _ENOUGH:
        return code, "declared"
    guess, score = detect_fast(text[:20_000])
    if guess != "unknown" and score < _SURE and len(text) >= _ENOUGH:
        return guess, "declared" if guess == code else "text"
    return (code, "declared") if code else ("", "")
