"""The Range header of a request (RFC 9110, 14.2). No I/O."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)", re.IGNORECASE)
_BEYOND = 10**18  # larger than any file


def usable_range(header: str) -> str:
    """Return one range of bytes in its plain form, or an empty string when the header is
    ignored.

    `header` is the value of Range. A server may ignore a Range that it cannot parse, one with
    several ranges, and one in another unit. A valid range beyond the end of the file is returned;
    the response is 416. A suffix of length 0 cannot be satisfied either.
    """
    match = _RANGE.fullmatch(header.strip())
    if not match or not (match[1] or match[2]):
        return ""

    if not match[1]:
        length = _number(match[2])
        return f"bytes=-{length}" if length else f"bytes={_BEYOND}-"
    first = _number(match[1])
    if not match[2]:
        return f"bytes={first}-"
    last = _number(match[2])
    return f"bytes={first}-{last}" if first <= last else ""


def _number(digits: str) -> int:
    significant = digits.lstrip("0") or "0"
    return _BEYOND if len(significant) > 18 else int(significant)
