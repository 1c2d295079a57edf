"""Templates of rewrite rules: the groups of a match by name, and conversions for URLs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import reduce
from string import Formatter
from typing import Any
from urllib.parse import unquote

from crawler.links.proofpoint import decode_proofpoint_v2, decode_proofpoint_v3


def _base64(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")


def _translated_host(label: str) -> str:
    """Google Translate writes `.` as `-` and `-` as `--` in the first label of its proxy hosts."""
    return label.replace("--", "\0").replace("-", ".").replace("\0", "-")


def _wiki_title(text: str) -> str:
    """MediaWiki writes spaces as one `_`, and takes these characters escaped or not."""
    title = reduce(lambda title, pair: title.replace(*pair), _IN_WIKI_TITLES, text)
    return _UNDERSCORES.sub("_", title).rstrip("_")


_UNDERSCORES = re.compile("_{2,}")
_IN_WIKI_TITLES = (("%20", "_"), ("%26", "&"), ("%2F", "/"), ("%3B", ";"), ("%3D", "="))
_CONVERSIONS: dict[str, Callable[[str], str]] = {
    "b": _base64,
    "d": unquote,
    "l": str.lower,
    "p": decode_proofpoint_v2,
    "q": lambda text: text.replace("?", "%3F"),
    "s": _wiki_title,
    "t": _translated_host,
    "u": str.upper,
    "v": decode_proofpoint_v3,
    "w": lambda text: text.replace("%20", "+").replace("?", "%3F"),
}


class _Template(Formatter):
    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return _CONVERSIONS[conversion](value) if conversion else value


_TEMPLATE = _Template()


def fill_rewrite(rewrite: str, match: re.Match[str], host: str) -> str | None:
    """Return the URL that the template `rewrite` gives for a `match` on a `host`.

    Groups that did not match are empty. Returns None if a group cannot be decoded.
    """
    values = {name: value or "" for name, value in match.groupdict().items()}
    labels = {"host": host, "label": host.split(".")[0], "site": ".".join(host.split(".")[-2:])}
    try:
        return _TEMPLATE.vformat(rewrite, (), {**labels, **values})
    except (binascii.Error, UnicodeDecodeError):
        return None
