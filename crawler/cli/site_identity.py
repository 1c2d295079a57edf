"""The title, public URL and contact of a new site, as validated text."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.errors import UsageError
from crawler.settings.site import SiteSettings
from crawler.sitegen.contact_links import contact_url
from crawler.text_cleaning import clean_line
from crawler.url_parser import InvalidUrl, has_userinfo, parse_url

DEFAULT_TITLE = SiteSettings().title
LONGEST_TITLE = 80
_LONGEST_URL = 500
_EXAMPLE_URL = "Write it as https://trail.example/"
_EXAMPLE_CONTACT = "Write it as you@trail.example or https://trail.example/contact"


@dataclass(frozen=True, slots=True)
class SiteIdentity:
    """The title of a site, its public URL and its contact. URL and contact may be empty."""

    title: str = DEFAULT_TITLE
    base_url: str = ""
    contact: str = ""


def valid_title(text: str) -> str:
    """Return the title on one line; the default for an empty `text`.

    Raises UsageError when it is too long.
    """
    title = clean_line(text, limit=10 * LONGEST_TITLE)
    if len(title) > LONGEST_TITLE:
        raise UsageError(
            f"The title has {len(title):,} characters; the limit is {LONGEST_TITLE}.",
            "Write a shorter title.",
        )
    return title or DEFAULT_TITLE


def valid_base_url(text: str) -> str:
    """Return the public URL of a site with a final slash; empty for an empty `text`.

    Raises UsageError when it is not the URL of a folder on a web server.
    """
    text = text.strip()
    if not text:
        return ""
    reason = _url_problem(text)
    if reason:
        raise UsageError(f"{clean_line(text, limit=100)} {reason}.", _EXAMPLE_URL)
    url = parse_url(text)
    assert not isinstance(url, InvalidUrl)
    return f"{url.origin}{url.path.rstrip('/')}/"


def _url_problem(text: str) -> str:
    """Return why `text` cannot be the URL of a site; empty if it can."""
    url = parse_url(text)
    if len(text) > _LONGEST_URL:
        return f"is longer than {_LONGEST_URL} characters"
    if isinstance(url, InvalidUrl) or not url.host:
        return "is not a web URL"
    if has_userinfo(text):
        return "contains a user name"
    if url.query or url.fragment:
        return "contains a query string or a fragment"
    return ""


def valid_contact(text: str) -> str:
    """Return a mail address or the URL of a page; empty for an empty `text`.

    Raises UsageError for anything else.
    """
    contact = text.strip()
    is_one_line = contact.isprintable() and " " not in contact and len(contact) <= _LONGEST_URL
    if contact and not (is_one_line and contact.isascii() and contact_url(contact)):
        shown = clean_line(contact, limit=100)
        raise UsageError(
            f"{shown} is not a mail address and not the URL of a page.", _EXAMPLE_CONTACT
        )
    return contact
