"""Checks of canonical URLs and redirect targets: whether they can be the URL of the same article.

Pure functions.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from crawler.links.article_key import normalize_url
from crawler.links.title_similarity import slug_words, stemmed_words, title_similarity
from crawler.models.articles import Article
from crawler.public_suffixes import fold_host, registrable_domain
from crawler.url_parser import InvalidUrl, Url, parse_url

# Platforms where authors republish articles from their sites and state the original URL as
# rel=canonical.
REPUBLISHING_HOSTS = (
    "blogspot.com", "dev.to", "dzone.com", "feedburner.com", "freecodecamp.org", "ghost.io",
    "hackernoon.com", "hashnode.dev", "linkedin.com", "medium.com", "msn.com", "substack.com",
    "towardsdatascience.com", "tumblr.com", "wordpress.com", "yahoo.com",
)  # fmt: skip
_LISTING_PATH = re.compile(
    r"/(?:index\.\w+|home|blogs?|news|articles?|posts?|tags?/[^/]*|topics?/[^/]*|categor(?:y|ies)/.*"
    r"|authors?/.*|archives?|search|page/\d+|all|latest|[a-z]{2}(?:-[A-Za-z]{2})?)/?",
    re.IGNORECASE,
)
_LOGIN_OR_ERROR_PATH = re.compile(
    r"/(?:[^?]*/)?(?:log-?in|sign-?(?:in|up)|auth(?:wall|orize|enticate)?|sso|oauth2?|register"
    r"|subscribe|consent|cookies?|captcha|challenge|blocked|error|(?:page-)?not-?found|404"
    r"|unavailable|expired|parking|sorry|verify|checkpoint)(?:[/?.].*)?",
    re.IGNORECASE,
)
_AMP = re.compile(r"(?:/amp/?|\.amp(?:\.html)?)$|[?&](?:amp|outputType=amp)\b")
# Names of parameters that select what a page shows.
_SELECTOR = re.compile(
    r".*id|[pqstv]|page|query|search|talk|session|article|post|item|story|doc|chapter|lecture"
    r"|num(?:ber)?|no|title|name|slug|file|path|view|version"
)
_MIN_SLUG_WORDS = 3
_MIN_SIMILARITY = 0.5


def trusted_canonical(article: Article, response_url: str, known_title: str = "") -> str | None:
    """Return the canonical URL that an article declares (rel=canonical), or None if it is doubtful.

    `response_url` is the URL that the page was read from. `known_title` is the title of the stored
    article with the canonical URL, if there is one.
    """
    canonical = article.canonical or ""
    declared = parse_url(canonical)
    origin = parse_url(response_url)
    if isinstance(declared, InvalidUrl) or isinstance(origin, InvalidUrl) or declared == origin:
        return None
    if not _may_declare(origin, declared) or _AMP.search(declared.tail):
        return None
    if not is_plausible_target(response_url, canonical) or _drops_selector(response_url, canonical):
        return None
    if known_title:
        is_same = title_similarity(article.title, known_title) >= _MIN_SIMILARITY
    else:
        is_same = _slugs_match(article.title, origin, declared)
    return article.canonical if is_same else None


def is_plausible_target(url: str, target: str) -> bool:
    """Whether a redirect or a canonical link from `url` to `target` can mean the same article.

    Front pages, listings, logins and local names cannot.
    """
    origin = parse_url(url)
    destination = parse_url(target)
    if isinstance(origin, InvalidUrl) or isinstance(destination, InvalidUrl):
        return False
    if not registrable_domain(destination.host):
        return False
    if _is_login_or_error(destination) and not _is_login_or_error(origin):
        return False
    is_more_general = _is_front_page_or_listing(destination) and len(origin.path) > 1
    return not is_more_general or _differs_in_spelling_only(origin, destination)


def _is_login_or_error(url: Url) -> bool:
    return _LOGIN_OR_ERROR_PATH.fullmatch(url.path) is not None


def _is_front_page_or_listing(url: Url) -> bool:
    has_route = url.fragment.startswith(("!", "/"))
    is_front_page = url.path == "/" and not url.query and not has_route
    return is_front_page or _LISTING_PATH.fullmatch(url.path) is not None


def _may_declare(origin: Url, declared: Url) -> bool:
    """Whether a page may declare this canonical URL: in the same domain, or for a republished copy.

    Blogs of one hosting service have different domains if the Public Suffix List contains its host.
    """
    domain = registrable_domain(origin.host)
    if not domain:
        return False
    return domain == registrable_domain(declared.host) or _republishes(origin.host)


def _drops_selector(url: str, canonical: str) -> bool:
    """Whether a canonical URL lacks a parameter that selects the content, such as `session_id`.

    Some sites declare `/agenda` on the pages of all talks. Parameters of tracking do not count.
    """
    keys = (parse_url(f"https://{normalize_url(written).key}") for written in (url, canonical))
    origin, declared = keys
    if isinstance(origin, InvalidUrl) or isinstance(declared, InvalidUrl):
        return False
    if (origin.host, origin.path) != (declared.host, declared.path):
        return False
    lost = _parameter_names(origin) - _parameter_names(declared)
    return any(map(_SELECTOR.fullmatch, lost))


def _parameter_names(url: Url) -> set[str]:
    return {pair.partition("=")[0].lower() for pair in url.query.split("&")}


def _republishes(host: str) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in REPUBLISHING_HOSTS)


def _differs_in_spelling_only(origin: Url, destination: Url) -> bool:
    """Whether two URLs are one listing, such as `/blog` and `/blog/`."""
    same_host = fold_host(origin.host)[0] == fold_host(destination.host)[0]
    return same_host and origin.path.rstrip("/") == destination.path.rstrip("/")


def _slugs_match(title: str, origin: Url, declared: Url) -> bool:
    """Whether the slug of the declared URL describes the article, by its title or its own slug."""
    declared_words = slug_words(unquote(declared.path))
    descriptions = [set(stemmed_words(title)), slug_words(unquote(origin.path))]
    if len(declared_words) < _MIN_SLUG_WORDS:
        if registrable_domain(origin.host) == registrable_domain(declared.host):
            return True
        is_contained = any(declared_words <= words for words in descriptions)
        return len(declared_words) > 1 and is_contained
    return any(_overlap(declared_words, words) >= _MIN_SIMILARITY for words in descriptions)


def _overlap(first: set[str], second: set[str]) -> float:
    """Return the share of the words of the smaller set that the other set has too."""
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0
