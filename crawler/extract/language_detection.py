"""The language of a page: the declared one, unless its text is clearly in another."""

from __future__ import annotations

import re

from resiliparse.parse.lang import detect_fast

_TAG = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\s*$")
_CODE_AND_URLS = re.compile(r"^(`{3,}).*?^\1|https?://\S+", re.DOTALL | re.MULTILINE)
# The out-of-place score of resiliparse: lower is better. Its documentation calls results above
# 1200 unreliable, and lists of technical terms have results above 500.
_RELIABLE_SCORE = 700
_RELIABLE_SCORE_OF_OTHER = 500
_MAX_SCORE = 10_000
_MIN_CHARACTERS = 400
_READ_CHARACTERS = 20_000
# The least difference from the score of the declared language. Technical terms resemble several
# languages; on the pages of the quality corpora real differences are above 50.
_MARGIN = 45
_LONG_TEXT = 1_000
_MARGIN_OF_SHORT_TEXT = 60
_MARGIN_UNDECLARED = 5
# ISO 639: the two written forms of Norwegian, and Filipino and Tagalog, have one profile.
_PROFILES = {"fil": "tl", "in": "id", "iw": "he", "nb": "no", "nn": "no"}


def detect_language(declared: str, text: str) -> tuple[str, str]:
    """Return the language code of a `text` and its source, `declared` or `text`, or two "".

    `declared` is a language tag such as `en-GB`. It counts unless a text of at least 400
    characters, without code and URLs, is clearly in another language.
    """
    match = _TAG.match(declared)
    code = match[1].lower() if match else ""
    prose = _CODE_AND_URLS.sub(" ", text[:_READ_CHARACTERS])
    guess = _language_of(prose, code) if len(prose.strip()) >= _MIN_CHARACTERS else ""
    if guess:
        return guess, "text"
    return (code, "declared") if code else ("", "")


def _language_of(prose: str, declared: str) -> str:
    """Return the language of a text if it is clearly not the declared one, else ""."""
    best = _rank(prose, None)
    guess, score = best[0]
    if not declared:
        is_clear = len(best) < 2 or best[1][1] - score >= _MARGIN_UNDECLARED
        return guess if is_clear and score < _RELIABLE_SCORE else ""
    profile = _PROFILES.get(declared, declared)
    if guess == profile or score >= _RELIABLE_SCORE_OF_OTHER:
        return ""
    margin = _MARGIN if len(prose) >= _LONG_TEXT else _MARGIN_OF_SHORT_TEXT
    _, expected_score = _rank(prose, [profile])[0]
    return guess if expected_score - score >= margin else ""


def _rank(prose: str, languages: list[str] | None) -> list[tuple[str, int]]:
    """Return the two languages, of all or of these `languages`, that a text resembles most."""
    results = detect_fast(prose, cutoff=_MAX_SCORE, n_results=2, langs=languages)
    ranked = results if isinstance(results, list) else [results]
    return ranked or [("", _MAX_SCORE)]
