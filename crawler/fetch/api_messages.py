"""The message in the error response of an API, for example "Profile not found". No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.models.http_exchange import Response
from crawler.text_cleaning import clean_line
from crawler.tolerant_json import decode_json
from crawler.url_secrets import text_without_secrets

_LONGEST = 200
# Fields with the message, the most explicit first: XRPC and GitHub, Stack Exchange, RFC 6749,
# RFC 9457, Mastodon and Lemmy.
_FIELDS = ("message", "error_message", "error_description", "detail", "error")


def api_message(response: Response) -> str:
    """Return the message of an error `response` in JSON as one line; empty if it has none."""
    if not is_json(response.header("content-type")):
        return ""
    try:
        document = decode_json(response.body)
    except ValueError:
        return ""
    message = next(_messages(document), "")
    return clean_line(text_without_secrets(message), _LONGEST)


def is_json(content_type: str) -> bool:
    """Return whether a `content_type` is JSON (RFC 6839: also with the suffix `+json`)."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.endswith(("/json", "+json"))


def _messages(document: Any) -> Iterator[str]:
    """Yield the messages; Misskey nests them as `{"error": {"message": …}}`."""
    if not isinstance(document, dict):
        return
    for field in _FIELDS:
        value = document.get(field)
        if isinstance(value, str) and value.strip():
            yield value
        if field == "error" and isinstance(value, dict):
            yield from _messages(dict(list(value.items())[:20]) | {"error": None})
