"""The forms of the URLs that pages show: a setting with a password or a script is refused."""

from __future__ import annotations

from msgspec import Meta

_CHARACTER = r"[^\s?#\\<>\"\x00-\x20\x7f]"
_HOST = r"(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\\<>\"\[\]\x00-\x20\x7f]+)(:[0-9]{1,5})?"
_PAGE = rf"(?i:https?)://{_HOST}(/{_CHARACTER}*)?"
_TAIL = r"([?#][^\s\\<>\"\x00-\x20\x7f]*)?"
_MAIL = r"(?i:mailto:)?[^\s@:/?#<>\"\x00-\x20]+@[^\s@/?#<>\"\x00-\x20]+(\?[^\s<>\"\x00-\x20]*)?"

FOLDER_URL = Meta(
    pattern=rf"^({_PAGE})?\Z",
    extra={"form": "an http or https URL without user, query and fragment, as https://a.example/"},
)
"""The URL of a folder on a web server; its pages are below it. May be empty."""

PAGE_URL = Meta(
    pattern=rf"^({_PAGE}{_TAIL})?\Z",
    extra={"form": "an http or https URL without user, as https://a.example/page"},
)
"""The URL of any page. May be empty."""

CONTACT = Meta(
    pattern=rf"^({_PAGE}{_TAIL}|{_MAIL})?\Z",
    extra={"form": "a mail address, or an http or https URL without user"},
)
"""A mail address, a `mailto:` URL or the URL of a page. May be empty."""
