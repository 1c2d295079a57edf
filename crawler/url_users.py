"""Recognize user names and passwords in URLs, and tell them from the words of a text. No I/O."""

from __future__ import annotations

import re
from typing import NamedTuple

# Marks that end a URL in a text. Nobody writes them into a user name or a password.
_MARKS = "`»،؛؟۔।॥\u2010-\u205e\u3000-\u3004\u3008-\u3030、。！-／：-＠［-｀｛-･"
_NO_LATIN = r"[\u0370-\U0010ffff]"
_HOST = r"(?:localhost|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|\[[\da-fA-F:.]{2,45}\])"
# In a text: a host with its port, then the end of its URL; a list of hosts; a host or a port, then
# words of a script that is written without spaces. What follows them is not a password.
_END_OF_HOST = (
    rf"(?!{_HOST}:\d{{1,5}}[,;'|)\]}}]"
    r"|[\w.-]{1,253}:\d{1,5},[\w.-]{1,253}:\d{1,5}"
    rf"|[\w.-]{{0,253}}:\d{{1,5}}{_NO_LATIN}"
    rf"|(?:localhost|(?:[a-zA-Z\d-]{{1,63}}\.){{1,8}}[a-zA-Z]{{2,24}}){_NO_LATIN}"
    r"|[\w.-]{1,253}[,;'|)\]}][^:@/\\?#\s]*@)"
)
# The digest of an image or the version of a package: no host.
_NO_DIGEST = (
    r"(?!sha(?:256|384|512):[\da-f]"
    r"|v?\d{1,9}(?:\.\d{1,9}){0,2}(?:[-+][\w.]{1,99})?(?![\w:/-]|\.\w))"
)
_NO_DID = r"(?!did:[a-z\d]{1,20}:)"


class UserPatterns(NamedTuple):
    """The patterns of a user name in a web URL, and of a name with a password in any URL.

    A user name alone, as in ssh://git@host, is not a secret.
    """

    name: re.Pattern[str]
    password: re.Pattern[str]


def _users(end_of_host: str, marks: str) -> UserPatterns:
    """Return the patterns, with the pattern of other beginnings and the `marks` that end a URL."""
    name = rf"(?:{end_of_host}[^/\\?#{marks}]*@[/\\]*)+"
    password = rf"[^\s/\\?#<>\"@:{marks}]*:[^\s/\\?#<>\"{marks}]*@{_NO_DIGEST}"
    return UserPatterns(
        re.compile(rf"^(\s*(?:https?:[/\\]*|[/\\]{{2,}})){name}", re.IGNORECASE),
        re.compile(rf"://{_NO_DID}{end_of_host}{password}"),
    )


IN_URL = _users("", "")
"""For a value that is one URL."""
IN_TEXT = _users(_END_OF_HOST, _MARKS)
"""For a text with URLs, whose words follow them."""
