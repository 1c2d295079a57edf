"""Removal of user names and passwords from the URLs in messages and listings."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")


def without_userinfo(text: str) -> str:
    """Return `text` without the user name and password of any URL in it."""
    return _USERINFO.sub("", text) if "@" in text else text
