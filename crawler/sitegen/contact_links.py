"""Links to the contact of the site, with a prepared message. Pure functions."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from crawler import site_urls

_MAIL_SCHEME = "mailto:"
_MAIL_ADDRESS = re.compile(r"[^\s@:/?#<>\"]+@[^\s@/?#<>\"]+")
_GITLAB_FORM = "/-/issues/new"
_ISSUE_FORM = "/issues/new"


def contact_url(contact: str) -> str:
    """Return the URL of the contact in the settings: a web page or a `mailto:` URL (RFC 6068).

    `contact` is a URL, a `mailto:` URL or a mail address. The result is empty for anything else.
    """
    if site_urls.is_web_url(contact):
        return contact
    address, query, parameters = contact.strip().partition("?")
    if address.casefold().startswith(_MAIL_SCHEME):
        address = address[len(_MAIL_SCHEME) :]
    if not _MAIL_ADDRESS.fullmatch(address):
        return ""
    return f"{_MAIL_SCHEME}{address}{query}{parameters}"


def contact_label(contact: str) -> str:
    """Return the text of the link to `contact`: its mail address, or `Contact us`."""
    url = contact_url(contact)
    if url.startswith(_MAIL_SCHEME):
        return url.removeprefix(_MAIL_SCHEME).partition("?")[0]
    return "Contact us"


def message_url(contact: str, subject: str, body: str) -> str:
    """Return the URL that opens a message to `contact` with this `subject` and `body`.

    A mail is prepared by RFC 6068. The form for a new issue is filled in if `contact` is one of
    GitHub, Gitea or Forgejo (`title`, `body`) or GitLab (`issue[title]`, `issue[description]`).
    Another web page is returned as it is, and an empty text without a contact.
    """
    url = contact_url(contact)
    if url.startswith(_MAIL_SCHEME):
        lines = "\r\n".join(body.splitlines())
        return _with_query(url, {"subject": subject, "body": lines})
    page = url.partition("?")[0].rstrip("/")
    if page.endswith(_GITLAB_FORM):
        return _with_query(url, {"issue[title]": subject, "issue[description]": body})
    if page.endswith(_ISSUE_FORM):
        return _with_query(url, {"title": subject, "body": body})
    return url


def _with_query(url: str, parameters: dict[str, str]) -> str:
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}{urlencode(parameters, quote_via=quote)}"
