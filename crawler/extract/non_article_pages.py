"""Detection of pages that are not the article.

These are bot challenges, consent and login walls, soft 404s and parked domains. Their patterns are
in non_article_patterns.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from crawler.models.outcomes import Outcome
from crawler.text_cleaning import count_words

# A page with this many words of main text is an article, whatever its subject.
ARTICLE_WORDS = 150
# Response headers of bot challenges: Cloudflare, AWS WAF and DataDome.
CHALLENGE_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-datadome", "protected"),
)
_READ_BYTES = 60_000


def detect_non_article(
    body: bytes, title: str, text: str, headers: Iterable[tuple[str, str]]
) -> tuple[Outcome, str] | None:
    """Return the outcome for a page that is not an article, with the evidence, or None.

    `body` is the HTML, `title` its title, `text` its main text, and `headers` are pairs of name,
    in lower case, and value. Only a page with little main text can match: the words "captcha" or
    "404" in an article prove nothing.
    """
    if any((name, value.lower()) in CHALLENGE_HEADERS for name, value in headers):
        return Outcome.CHALLENGE, "The server sent a bot challenge."
    if count_words(text) >= ARTICLE_WORDS:
        return None
    parts = {
        "markup": body[:_READ_BYTES].decode("utf-8", "replace"),
        "title": title,
        "text": " ".join(text.split()),
    }
    return _match_pattern(parts)


def _match_pattern(parts: Mapping[str, str]) -> tuple[Outcome, str] | None:
    for outcome, part, pattern in _page_patterns():
        match = pattern.search(parts[part])
        if match:
            quote = " ".join(match[0].split())[:80]
            return outcome, f"The {part} of the page contains {quote!r}."
    return None


@cache
def _page_patterns() -> tuple[tuple[Outcome, str, re.Pattern[str]], ...]:
    table = files("crawler.extract").joinpath("non_article_patterns.toml")
    return tuple(_parse_patterns(table.read_text(encoding="utf-8")))


def _parse_patterns(table: str) -> Iterator[tuple[Outcome, str, re.Pattern[str]]]:
    for outcome, parts in tomllib.loads(table).items():
        for part, patterns in parts.items():
            pattern = re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)
            yield Outcome(outcome), part, pattern
