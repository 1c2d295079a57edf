"""Placeholders and examples of documentation in the place of a secret. No I/O."""

from __future__ import annotations

import re

# Parts of tokens that documentation prints, and that no other token has.
# Sorted; add a line.
DOCUMENTED_TOKENS = (
    "16C7e42F292c6912E7710c838347Ae178B4a",  # GitHub
    "2YotnFZFEjr1zCsicMWpAA",  # RFC 6749
    "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",  # Telegram
    "ABC-DEF1234ghIkl-zyx57W2v1u123ew11",  # Telegram
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs",  # RFC 7519
    "eyJzdWIiOiIxMjM0NTY3ODkwI",  # jwt.io
    "mF_9.B5f-4.1JqM",  # RFC 6750
)

_LONGEST = 80
_NAME = r"(?:[A-Za-z_][A-Za-z_. -]*)?\d?"
_NOUN = (
    "auth|code|credentials?|email|hash|id|jwt|key|mail|name|pass|passwd|password|pwd|secret"
    "|session|sig|signature|tokens?|url|user|username|value|webhook"
)
_PLACEHOLDER = re.compile(
    rf"\$?\{{{{1,3}}\s*{_NAME}\s*\}}{{0,3}}"  # {token}, ${TOKEN}, {{ token }}
    rf"|<{_NAME}>?|\[{_NAME}\]?|\$\({_NAME}\)?"
    r"|\$[A-Z_]+\d?|\$[a-z_]+|%[A-Z_]+%|%s"
    r"|[.…*•xX_-]{3,}|…"
    rf"|(?:[A-Z]+_)*(?:{_NOUN.upper()})(?:_[A-Z]+)*"
    r"|(?i:your|(?:change|replace)[-_]?me|example|placeholder|redacted|removed)"
    rf"|(?i:(?:your[-_. ]?|(?:add|enter|insert|my|put|replace|some|the)[-_. ])"
    rf"[a-z_. -]{{0,40}}?(?:{_NOUN})(?:[-_. ]?here)?)"
)
_EXAMPLE = re.compile(r"example|placeholder|redacted|x{4}|your[-_]", re.IGNORECASE)


def is_placeholder(value: str) -> bool:
    """Whether `value` is written where a secret goes: `{token}`, `$TOKEN`, `YOUR_TOKEN`, `xxxx`.

    A token that documentation prints is one too.
    """
    if len(value) <= _LONGEST and _PLACEHOLDER.fullmatch(value):
        return True
    return _is_documented(value)


def is_example(token: str) -> bool:
    """Whether `token`, in the format of a service, is an example."""
    return _is_documented(token) or _EXAMPLE.search(token) is not None


def _is_documented(value: str) -> bool:
    return any(token in value for token in DOCUMENTED_TOKENS)
