"""Whether to believe what a page or a redirect says about an article's address. Pure guards."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote

from publicsuffixlist import PublicSuffixList

from crawler.links.title_similarity import slug_words, stemmed_words, title_similarity
from crawler.links.url_normalization import fold_host
from crawler.models.articles import Article
from crawler.url_parser import InvalidUrl, Url, parse_url

# Platforms where people publish again what has its home elsewhere, and say so by rel=canonical.
REPUBLISHING_HOSTS = (
    "blogspot.com", "dev.to", "dzone.com", "feedburner.com", "freecodecamp.org", "ghost.io", "hackernoon.com", "hashnode.dev", "linkedin.com", "medium.com",
    "msn.com", "substack.com", "towardsdatascience.com", "tumblr.com", "wordpress.com", "yahoo.com",
)  # fmt: skip
_PLACES = re.compile(
    r"/(?:index\.\w+|home|blogs?|news|articles?|posts?|tags?/[^/]*|topics?/[^/]*|categor(?:y"
    r"|ies)/.*|authors?/.*|archives?|search|page/\d+|all|latest"
    r"|[a-z]{2}(?:-[A-Za-z]{2})?)/?",
    re.IGNORECASE,
)
_DOORS = re.compile(
    r"/(?:[^?]*/)?(?:log-?in|sign-?(?:in|up)|auth(?:wall|orize|enticate)?|sso|oauth2?|register"
    r"|subscribe|consent|cookies?|captcha|challenge|blocked|error"
    r"|(?:page-)?not-?found|404|unavailable|expired|parking|sorry|verify|checkpoint)(?:[/?.].*)?",
    re.IGNORECASE,
)
_AMP = re.compile(r"(?:/amp/?|\.amp(?:\.html)?)$|[?&](?:amp|outputType=amp)\b")
_ENOUGH_WORDS = 3
_ALIKE = 0.5


def trusted_canonical(article: Article, response_url: str, title_there: str = "") -> str | None:
    """The address that a page declares to be its own (rel=canonical), when it can be believed; else
    None.

    `response_url` is where the page was read; `title_there` the title of the article we know at the
    declared address, if any.
    """
    declared, here = parse_url(article.canonical or ""), parse_url(response_url)
    if isinstance(declared, InvalidUrl) or isinstance(here, InvalidUrl) or declared == here:
        return None
    if (
        not _related(here, declared)
        or not is_plausible_target(response_url, article.canonical or "")
        or _AMP.search(declared.tail)
    ):
        return None
    same = (
        title_similarity(article.title, title_there) >= _ALIKE
        if title_there
        else _slugs_match(article.title, here, declared)
    )
    return article.canonical if same else None


def is_plausible_target(url: str, target: str) -> bool:
    """Whether a redirect (or declaration) from `url` to `target` can mean the same article: not a
    front page, a listing, a login or a local address.
    """
    origin, there = parse_url(url), parse_url(target)
    if (
        isinstance(origin, InvalidUrl)
        or isinstance(there, InvalidUrl)
        or not registrable_domain(there.host)
    ):
        return False
    if _DOORS.fullmatch(there.path) and not _DOORS.fullmatch(origin.path):
        return False
    general = there.path == "/" and not there.query and not there.fragment.startswith(("!", "/"))
    return not (
        (general or _PLACES.fullmatch(there.path))
        and len(origin.path) > 1
        and not _differs_in_spelling_only(origin, there)
    )


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable_domain(host: str) -> str:
    """The registrable domain of a host (Public Suffix List); empty for local names, bare suffixes
    and numeric addresses.
    """
    last = host.rsplit(".", 1)[-1]
    if (
        "." not in host
        or last.isdigit()
        or last in ("localhost", "local", "internal", "lan")
        or host.startswith("[")
    ):
        return ""
    return _suffixes().privatesuffix(host) or ""


def _related(here: Url, declared: Url) -> bool:
    """Same registrable domain, or read on a platform for cross-posts.

    Hosted blogs under one public suffix are different domains.
    """
    domain = registrable_domain(here.host)
    return bool(domain) and (
        domain == registrable_domain(declared.host)
        or any(here.host == site or here.host.endswith(f".{site}") for site in REPUBLISHING_HOSTS)
    )


def _differs_in_spelling_only(origin: Url, there: Url) -> bool:
    """A listing that only changes its spelling, as `/blog` to `/blog/`, or a short link that was
    made for a front page.
    """
    return fold_host(origin.host)[0] == fold_host(there.host)[0] and origin.path.rstrip(
        "/"
    ) == there.path.rstrip("/")


def _slugs_match(title: str, here: Url, declared: Url) -> bool:
    """Without a title to compare, the names in the two addresses must not speak of different
    things.
    """
    named = slug_words(unquote(declared.path))
    descriptions = [set(stemmed_words(title)), slug_words(unquote(here.path))]
    if len(named) < _ENOUGH_WORDS:
        return registrable_domain(here.host) == registrable_domain(declared.host) or (
            len(named) > 1 and any(named <= own for own in descriptions)
        )
    return any(
        len(named & own) >= _ALIKE * min(len(named), len(own)) for own in descriptions if own
    )
