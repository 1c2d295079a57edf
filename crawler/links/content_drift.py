"""Content drift: whether a URL still serves the article that was stored, and what replaced it.

Pure functions over the stored article and one check of its URL.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.links.canonical_and_redirect_checks import is_plausible_target
from crawler.links.replaced_page_phrases import (
    MAINTENANCE,
    MOVE_ANNOUNCED,
    PARKED,
    PARKING_HOSTS,
    SPAM,
)
from crawler.links.text_fingerprint import fingerprint_similarity
from crawler.links.title_similarity import content_words, letters_only, title_similarity
from crawler.models.articles import ArticleState
from crawler.models.outcomes import Outcome
from crawler.public_suffixes import fold_host, registrable_domain
from crawler.url_parser import InvalidUrl, parse_url

# These thresholds were chosen on the checks in tests/links/url_checks.toml.
_SAME_TEXT = 0.25
_SAME_TITLE = 0.6
_SAME_SUBJECT = 0.3
_MIN_SPAM_PHRASES = 3
_SHORT_TEXT_WORDS = 120
_MIN_OWNER_NAME = 5

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
# The evidence that readers see for an outcome. Other outcomes are shown by name.
_EVIDENCE = {
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
    Outcome.SOFT_NOT_FOUND: "the page reports that it was not found",
    Outcome.TOO_LARGE: "the page is too large",
    Outcome.UNSUPPORTED: "the file has a format without text",
}


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """The stored values of an article."""

    url: str
    title: str
    text: str
    fingerprint: str
    site_name: str = ""
    language: str = ""

    @property
    def content(self) -> str:
        """The title and the text."""
        return f"{self.title} {self.text}"


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """The result of one check: its outcome, and the page if there was one."""

    outcome: Outcome
    final_url: str = ""
    title: str = ""
    text: str = ""
    fingerprint: str = ""
    site_name: str = ""
    language: str = ""

    @property
    def content(self) -> str:
        """The title and the text."""
        return f"{self.title} {self.text}"


@dataclass(frozen=True, slots=True)
class DriftSignal:
    """The state that one check indicates, and the evidence that readers see."""

    state: ArticleState
    evidence: str


def classify_drift(stored: StoredArticle, page: CheckedPage) -> DriftSignal | None:
    """Return the state that a check of a URL indicates.

    `stored` is the article as it is stored and `page` is the result of the check. Returns None if
    the outcome gives no information on the article.
    """
    if page.outcome is not Outcome.OK:
        return _outcome_signal(page.outcome)
    return (
        _same_article(stored, page)
        or _maintenance_or_parked(stored, page)
        or _replaced_content(stored, page)
    )


def _outcome_signal(outcome: Outcome) -> DriftSignal | None:
    state = _BY_OUTCOME.get(outcome)
    if state is None:
        return None
    name = outcome.value.replace("_", " ")
    return DriftSignal(state, _EVIDENCE.get(outcome, f"failed: {name}"))


def _same_article(stored: StoredArticle, page: CheckedPage) -> DriftSignal | None:
    """Return OK or MOVED for the same text, or the same title over a text on the same subject."""
    text = fingerprint_similarity(stored.fingerprint, page.fingerprint) or 0.0
    title = title_similarity(stored.title, page.title)
    if text < _SAME_TEXT and not (title >= _SAME_TITLE and _is_on_subject(stored, page)):
        return None
    if _is_on_other_domain(stored, page):
        return DriftSignal(ArticleState.MOVED, f"the article is now at {page.final_url}")
    evidence = f"{text:.0%} of the text and {title:.0%} of the title match the stored article"
    return DriftSignal(ArticleState.OK, evidence)


def _is_on_subject(stored: StoredArticle, page: CheckedPage) -> bool:
    has_subject = _shared_word_ratio(stored, page) >= _SAME_SUBJECT / 2
    return has_subject and len(_new_spam_phrases(stored, page)) < _MIN_SPAM_PHRASES


def _maintenance_or_parked(stored: StoredArticle, page: CheckedPage) -> DriftSignal | None:
    host = _host(page.final_url)
    if any(host == parking or host.endswith(f".{parking}") for parking in PARKING_HOSTS):
        return DriftSignal(ArticleState.PARKED, f"redirects to {host}")
    if len(page.text.split()) >= _SHORT_TEXT_WORDS:
        return None
    return _signal_in_short_text(stored, page)


def _signal_in_short_text(stored: StoredArticle, page: CheckedPage) -> DriftSignal | None:
    content = f"{page.title}\n{page.text}"
    parked = PARKED.search(content) if not PARKED.search(stored.text) else None
    if parked:
        return DriftSignal(ArticleState.PARKED, f"the page contains: {parked[0]}")
    maintenance = MAINTENANCE.search(content)
    if maintenance:
        return DriftSignal(ArticleState.UNREACHABLE, f"the page contains: {maintenance[0]}")
    return None


def _replaced_content(stored: StoredArticle, page: CheckedPage) -> DriftSignal:
    """Return HIJACKED for unrelated content, CHANGED or GONE for content of the same owner."""
    spam = _new_spam_phrases(stored, page)
    if len(spam) >= _MIN_SPAM_PHRASES:
        phrases = ", ".join(sorted(spam)[:3])
        return DriftSignal(ArticleState.HIJACKED, f"the page contains spam: {phrases}")
    if _shared_word_ratio(stored, page) >= _SAME_SUBJECT or _has_same_owner(stored, page):
        return _other_text_of_owner(stored, page)
    if not page.text.strip():
        return DriftSignal(ArticleState.CHANGED, "the page has no text")
    return DriftSignal(ArticleState.HIJACKED, _hijack_evidence(stored, page))


def _other_text_of_owner(stored: StoredArticle, page: CheckedPage) -> DriftSignal:
    is_plausible = is_plausible_target(stored.url, page.final_url or stored.url)
    state = ArticleState.CHANGED if is_plausible else ArticleState.GONE
    return DriftSignal(state, f"another text of the same owner: {page.title}")


def _hijack_evidence(stored: StoredArticle, page: CheckedPage) -> str:
    is_translated = _is_in_other_language(stored, page)
    difference = "in another language" if is_translated else "about another subject"
    if _is_on_other_domain(stored, page):
        return f"redirects to {_host(page.final_url)}, which is {difference}: {page.title}"
    return f"the page is {difference}: {page.title}"


def _has_same_owner(stored: StoredArticle, page: CheckedPage) -> bool:
    """Whether the page still has the site's name.

    A page in another language must also announce that the site has moved.
    """
    letters = letters_only(f"{page.site_name} {page.content}")
    if not any(name and name in letters for name in _owner_names(stored)):
        return False
    if not _is_in_other_language(stored, page):
        return True
    return MOVE_ANNOUNCED.search(page.content) is not None


def _owner_names(stored: StoredArticle) -> set[str]:
    """Return the name of the site, and each long word of it that is also in its host."""
    host = letters_only(_host(stored.url))
    words = content_words(stored.site_name)
    in_host = {word for word in words if len(word) >= _MIN_OWNER_NAME and word in host}
    return {letters_only(stored.site_name)} | in_host


def _is_in_other_language(stored: StoredArticle, page: CheckedPage) -> bool:
    return bool(stored.language and page.language and stored.language != page.language)


def _shared_word_ratio(stored: StoredArticle, page: CheckedPage) -> float:
    """Return the share of the page's words that the stored article has too."""
    words = set(content_words(page.content))
    return len(words & set(content_words(stored.content))) / len(words) if words else 0.0


def _new_spam_phrases(stored: StoredArticle, page: CheckedPage) -> set[str]:
    """Return the spam phrases on the page that the stored article does not contain."""
    own = {phrase.casefold() for phrase in SPAM.findall(stored.content)}
    return {phrase.casefold() for phrase in SPAM.findall(page.content)} - own


def _is_on_other_domain(stored: StoredArticle, page: CheckedPage) -> bool:
    if not page.final_url:
        return False
    domain = registrable_domain(_host(page.final_url))
    return domain != registrable_domain(_host(stored.url))


def _host(url: str) -> str:
    parsed = parse_url(url)
    return "" if isinstance(parsed, InvalidUrl) else fold_host(parsed.host)[0]
