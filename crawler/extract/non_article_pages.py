"""Detection of pages that are not the article.

These are bot challenges, consent and login walls, previews, soft 404s and parked domains. Their
markup is in non_article_patterns.toml and their wording in non_article_phrases.tsv.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import islice

from crawler.extract.main_text import MainText
from crawler.extract.non_article_phrases import match_preview, match_short_page
from crawler.models.outcomes import Outcome
from crawler.text_cleaning import count_words

# A page with this many words of main text is an article, whatever its subject.
ARTICLE_WORDS = 150
# A longer preview has enough text for its subject.
PREVIEW_WORDS = 100
# This many paragraphs with this many words, and more of them together, are an article too.
_ARTICLE_PARAGRAPHS = 3
_PARAGRAPH_WORDS = 10
_PROSE_WORDS = 50
# A page with a field for a password has at most this many words if it is that of a login.
_LOGIN_WORDS = 60
_PASSWORD_FIELD = re.compile(rb"<input\b[^<>]*\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
# Names of elements that bar the rest of an article, and the words of the longest one.
_WALL_NAME = re.compile(
    r"pay-?_?wall|reg-?_?wall|(?:registration|subscri\w+|member\w*)-?_?(?:wall|gate|required)"
    r"|gateway-content|meter(?:ed|ing)?-?_?(?:wall|gate|prompt|modal)",
    re.IGNORECASE,
)
_WALL_WORDS = 60
# The wording of these pages is prose too.
_WORDY = frozenset((Outcome.CONSENT_WALL, Outcome.PARKED))
# Response headers of bot challenges: Cloudflare, AWS WAF and DataDome.
CHALLENGE_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-datadome", "protected"),
)
_READ_BYTES = 60_000
# A main text shorter than this share of the consent text is a remnant of it.
_MOSTLY_CONSENT = 1 / 3


def detect_non_article(
    body: bytes, title: str, main: MainText, headers: Iterable[tuple[str, str]]
) -> tuple[Outcome, str] | None:
    """Return the outcome for a page that is not an article, with the evidence, or None.

    `body` is the HTML, `title` its title, `main` its main text, and `headers` are pairs of name,
    in lower case, and value. Only a page with little main text can match: the words "captcha" or
    "404" in an article prove nothing.
    """
    if any((name, value.lower()) in CHALLENGE_HEADERS for name, value in headers):
        return Outcome.CHALLENGE, "The server sent a bot challenge."
    if _MOSTLY_CONSENT * count_words(main.consent) > count_words(main.text):
        return Outcome.CONSENT_WALL, f"The text of the page is {_quoted(main.consent)}."
    if count_words(main.text) >= ARTICLE_WORDS:
        return None
    return (
        _match_markup(body, title, main.text)
        or _match_login_form(body, main)
        or _match_wording(title, main)
        or _match_wall_name(main)
    )


def _match_login_form(body: bytes, main: MainText) -> tuple[Outcome, str] | None:
    """Return a login wall if the page consists of a form with a password."""
    words = sum(count_words(block.text) for block in main.blocks)
    if words > _LOGIN_WORDS or not _PASSWORD_FIELD.search(body):
        return None
    return Outcome.LOGIN_WALL, "The page consists of a form with a password."


def _match_wall_name(main: MainText) -> tuple[Outcome, str] | None:
    """Return a login wall if an element named after a paywall follows a short text."""
    if count_words(main.text) > PREVIEW_WORDS:
        return None
    below = (block for block in main.blocks if block.order > main.start)
    for block in below:
        around = islice(block.container.upward(), 3)
        wall = next((part for part in around if _WALL_NAME.search(" ".join(part.named))), None)
        if wall is not None and count_words(wall.element.text_content()) <= _WALL_WORDS:
            return Outcome.LOGIN_WALL, f"A wall ends the text. It states {_quoted(block.text)}."
    return None


def _match_markup(body: bytes, title: str, text: str) -> tuple[Outcome, str] | None:
    parts = {
        "markup": body[:_READ_BYTES].lower().decode("utf-8", "replace"),
        "title": title,
        "text": " ".join(text.split()),
    }
    is_article = bool(_article_paragraphs(text))
    for outcome, part, pattern in _page_patterns():
        if is_article and part != "markup" and outcome not in _WORDY:
            continue
        match = pattern.search(parts[part])
        if match:
            return outcome, f"The {part} of the page contains {_quoted(match[0])}."
    return None


def _match_wording(title: str, main: MainText) -> tuple[Outcome, str] | None:
    prose = _article_paragraphs(main.text)
    headings = [block.text for block in main.blocks if block.container.tag == "h1"]
    stated = None if prose else match_short_page(title, main.text, headings)
    if stated:
        return stated[0], f"The page states {_quoted(stated[1])}."
    # The notice of a preview is below its text, and an article may quote one above its end.
    quoting = frozenset(prose[:-1])
    is_short = count_words(main.text) <= PREVIEW_WORDS
    preview = is_short and match_preview(
        block for block in main.blocks if block.order >= main.start and block.text not in quoting
    )
    if preview:
        return Outcome.LOGIN_WALL, f"The page is a preview. It states {_quoted(preview)}."
    return None


def _article_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a `text` that is prose, although it may quote a wall, or []."""
    paragraphs = {part: count_words(part) for part in text.split("\n\n") if part[:2] != "- "}
    prose = [part for part, words in paragraphs.items() if words >= _PARAGRAPH_WORDS]
    is_article = sum(paragraphs[part] for part in prose) >= _PROSE_WORDS
    return prose if is_article and len(prose) >= _ARTICLE_PARAGRAPHS else []


def _quoted(text: str) -> str:
    return repr(" ".join(text.split())[:80])


@cache
def _page_patterns() -> tuple[tuple[Outcome, str, re.Pattern[str]], ...]:
    table = files("crawler.extract").joinpath("non_article_patterns.toml")
    return tuple(_parse_patterns(table.read_text(encoding="utf-8")))


def _parse_patterns(table: str) -> Iterator[tuple[Outcome, str, re.Pattern[str]]]:
    """Yield the patterns of each outcome and part of a page.

    Markup is long. It is searched in lower case, which takes a fifth of the time.
    """
    for outcome, parts in tomllib.loads(table).items():
        for part, patterns in parts.items():
            flags = re.DOTALL if part == "markup" else re.DOTALL | re.IGNORECASE
            yield Outcome(outcome), part, re.compile("|".join(patterns), flags)
