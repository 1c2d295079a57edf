"""Pages that stand in front of an article instead of it: bot challenges, consent and login walls,
soft 404s, parked domains. Signs: walls.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from crawler.models.outcomes import Outcome
from crawler.text_cleaning import words

# A page with this many words of main text is an article whatever it speaks of; one with fewer may
# be a wall.
ARTICLE_WORDS = 150
# headers of answers that are challenges: Cloudflare, DataDome, AWS WAF
CHALLENGE_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-datadome", "protected"),
)
_SOURCE_READ = 60_000


def detect_non_article(
    body: bytes, title: str, text: str, headers: Iterable[tuple[str, str]]
) -> tuple[Outcome, str] | None:
    """What kind of wall a page is, and the sign that says so; None for a page that is an article.

    The words "captcha" or "404" in an article prove nothing: only a page with little main text can
    be a wall.
    """
    if any((name, value.lower()) in CHALLENGE_HEADERS for name, value in headers):
        return Outcome.CHALLENGE, "The server answered with a challenge for people."
    if words(text) >= ARTICLE_WORDS:
        return None
    places = {
        "markup": body[:_SOURCE_READ].decode("utf-8", "replace"),
        "title": title,
        "text": " ".join(text.split()),
    }
    for outcome, place, pattern in _page_patterns():
        match = pattern.search(places[place])
        if match:
            return outcome, f"The {place} of the page says so: {' '.join(match[0].split())[:80]!r}."
    return None


@cache
def _page_patterns() -> tuple[tuple[Outcome, str, re.Pattern[str]], ...]:
    return tuple(
        _parse_patterns(files("crawler.extract").joinpath("walls.toml").read_text(encoding="utf-8"))
    )


def _parse_patterns(table: str) -> Iterator[tuple[Outcome, str, re.Pattern[str]]]:
    for outcome, places in tomllib.loads(table).items():
        for place, signs in places.items():
            yield Outcome(outcome), place, re.compile("|".join(signs), re.IGNORECASE | re.DOTALL)
