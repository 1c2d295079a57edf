"""The markup in texts of LinkedIn: hashtag templates, mentions and escaped characters.

LinkedIn calls it "little text format" (its developer documentation): `{hashtag|\\#|Raft}`,
`@[Ann Author](urn:li:person:1)`, and a backslash before each reserved character. Pages of LinkedIn
that are copied contain `hashtag#Raft`, the label for screen readers.
"""

from __future__ import annotations

import re

_TEMPLATE = re.compile(r"\{hashtag[|/]\\?[#＃][|/]([^{}|\n]{1,200})\}")
_MENTION = re.compile(r"@\[([^\]\n]{1,200})\]\(urn:li:\w{1,30}:[\w-]{1,60}\)")
_ESCAPED = re.compile(r"\\([|{}@\[\]()<>#\\*_~])")
_LABELLED = re.compile(r"\bhashtag[ \t]?\n?[#＃](?=\w)")


def without_linkedin_markup(text: str) -> str:
    """Return `text` as LinkedIn shows it.

    Backslashes are removed only from a text with a template or a mention: in other texts they
    belong to the words.
    """
    text = _LABELLED.sub("#", text)
    plain = _MENTION.sub(r"\1", _TEMPLATE.sub(r"#\1", text))
    return plain if plain == text else _ESCAPED.sub(r"\1", plain)
