"""Request headers: identification, validators, and the target of a redirect."""

from __future__ import annotations

import re

from crawler import __version__
from crawler.fetch.content_encoding import ACCEPT_ENCODING
from crawler.models.http_exchange import FetchRequest, Purpose, Response
from crawler.settings.fetch import FetchSettings
from crawler.url_parser import resolve_url

PRODUCT = "hashtrail"
_ACCEPT: dict[Purpose, str] = {
    "api": "application/json, */*;q=0.1",
    "feed": (
        "application/atom+xml, application/rss+xml, application/feed+json;q=0.9,"
        " application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
    ),
    "page": "text/html, application/xhtml+xml, application/pdf;q=0.8, */*;q=0.5",
    "robots": "text/plain, */*;q=0.1",
}
_LONGEST_VALIDATOR = 1024


def user_agent(settings: FetchSettings) -> str:
    """Return the User-Agent: product, version and contact.

    Its first word is also the name in robots.txt.
    """
    if settings.user_agent:
        return settings.user_agent
    return (
        f"{PRODUCT}/{__version__} (+{settings.contact})"
        if settings.contact
        else f"{PRODUCT}/{__version__}"
    )


def robots_token(settings: FetchSettings) -> str:
    """Return the product token of the user agent for robots.txt (RFC 9309 section 2.2.1)."""
    token = re.match(r"[A-Za-z_-]+", user_agent(settings))
    return token[0] if token else PRODUCT


def request_headers(task: FetchRequest, agent: str) -> dict[str, str]:
    """Return the headers of a task for the user `agent`.

    Cookies and referrers are never sent. Validators are sent back byte for byte or left out.
    """
    headers = {
        "user-agent": agent,
        "accept": task.accept or _ACCEPT[task.purpose],
        "accept-encoding": ACCEPT_ENCODING,
    }
    if task.body is not None:
        headers["content-type"] = "application/json"
    headers |= {
        name.lower(): value
        for name, value in task.headers
        if name.lower() not in ("cookie", "referer", "host")
    }
    if is_usable_validator(task.etag):
        headers["if-none-match"] = str(task.etag)
    if is_usable_validator(task.last_modified):
        headers["if-modified-since"] = str(task.last_modified)
    return headers


def is_usable_validator(validator: str | None) -> bool:
    """Whether a validator can be sent back unchanged: printable ASCII of at most 1 KB."""
    return (
        bool(validator)
        and len(validator or "") <= _LONGEST_VALIDATOR
        and str(validator).isascii()
        and str(validator).isprintable()
    )


def redirect_target(response: Response) -> str | None:
    """Return the absolute http(s) URL of a redirect `response`, without fragment.

    None when the response has no usable Location.
    """
    location = response.header("location").strip()
    if not location or not 300 <= response.status < 400:
        return None
    return resolve_url(location, response.final_url).partition("#")[0] or None
