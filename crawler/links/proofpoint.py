"""URLs that Proofpoint encoded in links of mails, by the versions 2 and 3 of its encoding.

Source: the decoder that Proofpoint publishes (help.proofpoint.com, "URL Decoder").
"""

from __future__ import annotations

import base64
import binascii
import re
import string
from itertools import islice
from urllib.parse import unquote

_REPLACED = re.compile(r"\*(?:\*(?P<length>[A-Za-z0-9_-]))?")
_LENGTHS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_SHORTEST_RUN = 2


def decode_proofpoint_v2(text: str) -> str:
    """Return the URL in the parameter `u`, which has `-` for `%` and `_` for `/`."""
    return unquote(text.replace("-", "%").replace("_", "/"))


def decode_proofpoint_v3(text: str) -> str:
    """Return the URL in `URL__;CHARACTERS!…`, the part of a link after `/v3/__`.

    `*` replaces one character of the URL, and `**` with a letter a run of them. The characters are
    base64url. A mark without a character stays.
    """
    url, _, encoded = text.partition("__;")
    characters = iter(_decoded(encoded.partition("!")[0]))

    def restore(mark: re.Match[str]) -> str:
        length = _LENGTHS.index(mark["length"]) + _SHORTEST_RUN if mark["length"] else 1
        return "".join(islice(characters, length)) or mark[0]

    return _REPLACED.sub(restore, url)


def _decoded(text: str) -> str:
    encoded = text.rstrip("=")
    try:
        data = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (ValueError, binascii.Error):
        return ""
    return data.decode("utf-8", "replace")
