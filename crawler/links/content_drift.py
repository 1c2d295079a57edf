"""What one look at an article's address says, next to what was kept of it: the same, moved, taken
over, parked, gone. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.links.canonical_check import is_plausible_target, registrable_domain
from crawler.links.replaced_page_phrases import (
    MAINTENANCE,
    MOVE_ANNOUNCED,
    PARKED,
    PARKING_HOSTS,
    SPAM,
)
from crawler.links.text_fingerprint import fingerprint_similarity
from crawler.links.title_similarity import content_words, letters_only, title_similarity
from crawler.links.url_normalization import fold_host
from crawler.models.articles import ArticleState
from crawler.models.outcomes import Outcome
from crawler.url_parser import InvalidUrl, parse_url

# Chosen on the looks in tests/links/looks.toml.
_SAME_TEXT = 0.25
_SAME_TITLE = 0.6
_SAME_SUBJECT = 0.3
_SPAM_MARKS = 3
_LITTLE_TEXT = 120
_OWN_NAME = 5

_BY_OUTCOME = {
    **dict.fromkeys((Outcome.GONE, Outcome.NOT_FOUND, Outcome.SOFT_NOT_FOUND), ArticleState.GONE),
    **dict.fromkeys(
        (
            Outcome.FORBIDDEN,
            Outcome.LEGAL,
            Outcome.RATE_LIMITED,
            Outcome.BLOCKED_ROBOTS,
            Outcome.CHALLENGE,
            Outcome.CONSENT_WALL,
            Outcome.LOGIN_WALL,
        ),
        ArticleState.BLOCKED,
    ),
    **dict.fromkeys(
        (
            Outcome.DNS,
            Outcome.CONNECT,
            Outcome.TLS,
            Outcome.TIMEOUT,
            Outcome.SERVER_ERROR,
            Outcome.PROTOCOL_ERROR,
            Outcome.TRUNCATED,
            Outcome.REDIRECT_LOOP,
        ),
        ArticleState.UNREACHABLE,
    ),
    **dict.fromkeys(
        (
            Outcome.BAD_CONTENT,
            Outcome.BAD_ENCODING,
            Outcome.EMPTY,
            Outcome.TOO_LARGE,
            Outcome.UNSUPPORTED,
        ),
        ArticleState.UNREADABLE,
    ),
    Outcome.NOT_MODIFIED: ArticleState.OK,
    Outcome.PARKED: ArticleState.PARKED,
}
# What readers are told about an answer; other outcomes are named as they are. Sorted; add a line.
_ANSWERS = {
    Outcome.BAD_CONTENT: "the file cannot be read",
    Outcome.BAD_ENCODING: "the body cannot be decoded",
    Outcome.BLOCKED_ROBOTS: "robots.txt disallows this page",
    Outcome.CHALLENGE: "the site asks for proof that a person is reading",
    Outcome.CONSENT_WALL: "a consent dialog covers the page",
    Outcome.EMPTY: "the page has no text",
    Outcome.FORBIDDEN: "HTTP 403, forbidden",
    Outcome.GONE: "HTTP 410, gone",
    Outcome.LEGAL: "HTTP 451, unavailable for legal reasons",
    Outcome.LOGIN_WALL: "the page requires a login",
    Outcome.NOT_FOUND: "HTTP 404, not found",
    Outcome.RATE_LIMITED: "HTTP 429, too many requests",
    Outcome.SOFT_NOT_FOUND: "the page says that it was not found",
    Outcome.TOO_LARGE: "the page is too large",
    Outcome.UNSUPPORTED: "the file has a format without text",
}


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What we kept of an article when we read it."""

    url: str
    title: str
    text: str
    fingerprint: str
    site_name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """What one look brought: how it ended, and what stood there when it was a page."""

    outcome: Outcome
    final_url: str = ""
    title: str = ""
    text: str = ""
    fingerprint: str = ""
    site_name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class DriftSignal:
    """The state that one look points to, and the words that say why."""

    state: ArticleState
    evidence: str


def classify_drift(kept: StoredArticle, seen: CheckedPage) -> DriftSignal | None:
    """What a look points to; None when it says nothing about the article (our own refusal, a page
    we cannot read).
    """
    if seen.outcome is not Outcome.OK:
        state = _BY_OUTCOME.get(seen.outcome)
        name = seen.outcome.value.replace("_", " ")
        return (
            DriftSignal(state, _ANSWERS.get(seen.outcome, f"answered: {name}")) if state else None
        )
    return (
        _same_article(kept, seen)
        or _maintenance_or_parked(kept, seen)
        or _replaced_content(kept, seen)
    )


def _same_article(kept: StoredArticle, seen: CheckedPage) -> DriftSignal | None:
    """The same text, or the same title over a text on the same subject, here or on another host."""
    same = fingerprint_similarity(kept.fingerprint, seen.fingerprint) or 0.0
    title = title_similarity(kept.title, seen.title)
    if same < _SAME_TEXT and not (
        title >= _SAME_TITLE
        and _shared_word_ratio(kept, seen) >= _SAME_SUBJECT / 2
        and len(_new_spam_phrases(kept, seen)) < _SPAM_MARKS
    ):
        return None
    if _is_on_other_domain(kept, seen):
        return DriftSignal(ArticleState.MOVED, f"the article answers at {seen.final_url}")
    return DriftSignal(
        ArticleState.OK, f"{same:.0%} of the text and {title:.0%} of the title are as kept"
    )


def _maintenance_or_parked(kept: StoredArticle, seen: CheckedPage) -> DriftSignal | None:
    said = f"{seen.title}\n{seen.text}"
    host = _host(seen.final_url)
    if any(host == parking or host.endswith(f".{parking}") for parking in PARKING_HOSTS):
        return DriftSignal(ArticleState.PARKED, f"leads to {host}")
    short = len(seen.text.split()) < _LITTLE_TEXT
    parked = PARKED.search(said) if short and not PARKED.search(kept.text) else None
    if parked:
        return DriftSignal(ArticleState.PARKED, f"the page says: {parked[0]}")
    resting = MAINTENANCE.search(said) if short else None
    return (
        DriftSignal(ArticleState.UNREACHABLE, f"the page says: {resting[0]}") if resting else None
    )


def _replaced_content(kept: StoredArticle, seen: CheckedPage) -> DriftSignal:
    """Something else stands there: taken over by strangers, or changed by its owner."""
    spam = _new_spam_phrases(kept, seen)
    if len(spam) >= _SPAM_MARKS:
        return DriftSignal(
            ArticleState.HIJACKED, f"the page speaks of {', '.join(sorted(spam)[:3])}"
        )
    if _shared_word_ratio(kept, seen) >= _SAME_SUBJECT or _has_same_owner(kept, seen):
        state = (
            ArticleState.CHANGED
            if is_plausible_target(kept.url, seen.final_url or kept.url)
            else ArticleState.GONE
        )
        return DriftSignal(state, f"another text of the same owner: {seen.title}")
    if not seen.text.strip():
        return DriftSignal(ArticleState.CHANGED, "the page has no text")
    strange = (
        "in another language"
        if kept.language and seen.language and kept.language != seen.language
        else "about something else"
    )
    where = (
        f"leads to {_host(seen.final_url)}, which is"
        if _is_on_other_domain(kept, seen)
        else "the page is"
    )
    return DriftSignal(ArticleState.HIJACKED, f"{where} {strange}: {seen.title}")


def _has_same_owner(kept: StoredArticle, seen: CheckedPage) -> bool:
    """Whether the page still carries the site's name, or says where the site went.

    A name in another language needs the announcement.
    """
    said = letters_only(f"{seen.site_name} {seen.title} {seen.text}")
    host = letters_only(_host(kept.url))
    names = {
        letters_only(kept.site_name),
        *(
            word
            for word in content_words(kept.site_name)
            if len(word) >= _OWN_NAME and word in host
        ),
    }
    translated = bool(kept.language and seen.language and kept.language != seen.language)
    announced = MOVE_ANNOUNCED.search(f"{seen.title} {seen.text}") is not None
    return any(name and name in said for name in names) and (announced or not translated)


def _shared_word_ratio(kept: StoredArticle, seen: CheckedPage) -> float:
    """The share of the page's words that the article had too."""
    page = set(content_words(f"{seen.title} {seen.text}"))
    return len(page & set(content_words(f"{kept.title} {kept.text}"))) / len(page) if page else 0.0


def _new_spam_phrases(kept: StoredArticle, seen: CheckedPage) -> set[str]:
    """The marks of a take-over on the page that the article itself did not bear."""
    own = {mark.casefold() for mark in SPAM.findall(f"{kept.title} {kept.text}")}
    return {mark.casefold() for mark in SPAM.findall(f"{seen.title} {seen.text}")} - own


def _is_on_other_domain(kept: StoredArticle, seen: CheckedPage) -> bool:
    return bool(seen.final_url) and registrable_domain(_host(seen.final_url)) != registrable_domain(
        _host(kept.url)
    )


def _host(url: str) -> str:
    address = parse_url(url)
    return "" if isinstance(address, InvalidUrl) else fold_host(address.host)[0]
