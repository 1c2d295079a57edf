"""Remove tokens, sessions, signatures, passwords and mail addresses of readers from URLs. No I/O.

A link may contain a credential that was meant for one reader (RFC 9700 section 4.2.4: credential
leakage by URL). Hashtrail removes it before a URL is stored, archived or published. The other
bytes of the URL stay the same. There is no parser, so any string is accepted and every function
takes linear time.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

# Parameters that always hold a secret. Written in lower case without `-`, `_`, `.`, `[` and `]`.
# Sorted; add a line.
SECRET_NAMES = frozenset(
    {
        "accesskey",
        "accesskeyid",
        "accesstoken",
        "aftoken",
        "apikey",
        "assertion",
        "auth",
        "authcode",
        "authkey",
        "authorization",
        "authsig",
        "awsaccesskeyid",
        "bearer",
        "cfid",
        "clientsecret",
        "ckey",
        "ckeys",
        "ckid",
        "cksubscriberid",
        "csrf",
        "email",
        "emailaddress",
        "emailhash",
        "emailid",
        "hmac",
        "jsessionid",
        "jwt",
        "keypairid",
        "magiclink",
        "mail",
        "mcuid",
        "mkttok",
        "mltoken",
        "nonce",
        "oauthverifier",
        "oscsid",
        "otp",
        "pass",
        "passcode",
        "passphrase",
        "passwd",
        "phpsessid",
        "pin",
        "pwd",
        "relaystate",
        "samlart",
        "samlrequest",
        "samlresponse",
        "sessid",
        "sessionkey",
        "sharesignature",
        "sig",
        "sso",
        "subscriberid",
        "subscriptionid",
        "unsubscribe",
        "unsubscribehash",
        "unsubscribekey",
        "useremail",
        "xsrf",
        "zenid",
    }
)

# A name that ends in one of these holds a secret too: `user_email`, `refresh_token`,
# `X-Amz-Signature`.
# Sorted; add a line.
SECRET_ENDINGS = (
    "apikey",
    "credential",
    "credentials",
    "email",
    "jwt",
    "password",
    "secret",
    "signature",
    "token",
)

# A name that begins with one of these is part of a signature (AWS, Google Cloud, classic ASP
# sessions).
SECRET_BEGINNINGS = ("aspsessionid", "xamz", "xgoog", "xoss")

# Names that end like a secret and hold none: positions in a list.
PUBLIC_NAMES = frozenset({"continuationtoken", "nextpagetoken", "nexttoken", "pagetoken"})

# Names that hold a secret only when the value looks like one. Sorted; add a line.
DOUBTFUL_NAMES = frozenset(
    {
        "code",
        "contactid",
        "key",
        "member",
        "memberid",
        "recipient",
        "s",
        "session",
        "sid",
        "sign",
        "state",
        "subid",
        "subscriber",
        "t",
        "ticket",
        "uid",
        "user",
        "userid",
    }
)

# Names that end in this hold a secret only when the value is a token: conferences number their
# sessions (`session_id=101`).
SESSION_ENDING = "sessionid"

# Everything that decides which parameters go; keys of URLs are made again when it changes.
TABLES = (
    sorted(SECRET_NAMES),
    SECRET_ENDINGS,
    SECRET_BEGINNINGS,
    sorted(PUBLIC_NAMES),
    sorted(DOUBTFUL_NAMES),
    SESSION_ENDING,
)

_MAY_HOLD_SECRETS = re.compile(r"[@?#;(]")
_SEPARATORS = re.compile(r"(&amp;|[&;?])", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[-_.\[\]\s]")
_MAIL = re.compile(r"(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}")
_BEARER = re.compile(r"bearer\s+[\w.~+/-]{16,}=*", re.IGNORECASE)
_RANDOM = re.compile(r"(?=[\w~+/=-]*\d)(?=[\w~+/=-]*[A-Za-z])[\w~+/=-]{20,}")
_SESSION = re.compile(
    r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])"
    r"(?:[A-Za-z0-9+/=]{16,}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
)
_USER = re.compile(r"^(\s*https?:[/\\]*)[^/\\?#]*@", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\([A-Z]\([a-z0-9]{20,30}\)\)(?=/)", re.IGNORECASE)
_URL_IN_TEXT = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
_LEVELS = 3
_AFTER_URL = ".,;:!?'*)]}>"


def is_secret(name: str, value: str) -> bool:
    """Whether a query parameter identifies a reader. `name` and `value` may be percent-encoded."""
    name = _PUNCTUATION.sub("", unquote(name).lower())
    value = unquote(value)
    if _MAIL.fullmatch(value) or _JWT.search(value) or _BEARER.fullmatch(value):
        return True
    if name in PUBLIC_NAMES or not value:
        return False
    if name in SECRET_NAMES or name.endswith(SECRET_ENDINGS) or name.startswith(SECRET_BEGINNINGS):
        return True
    if name.endswith(SESSION_ENDING):
        return _SESSION.fullmatch(value) is not None
    return name in DOUBTFUL_NAMES and _RANDOM.fullmatch(value) is not None


def without_secrets(url: str) -> str:
    """Return the URL without user name, password and secret parameters.

    The same string is returned when it has no secrets. The function checks the user part, path
    parameters (`;jsessionid=…`), the query, the fragment, and URLs inside parameters, three levels
    deep.
    """
    return _without_secrets(url, _LEVELS) if _MAY_HOLD_SECRETS.search(url) else url


def has_secrets(url: str) -> bool:
    """Whether a URL carries something that identifies a reader."""
    return without_secrets(url) != url


def text_without_secrets(text: str) -> str:
    """Return the text with the secrets removed from every URL in it."""
    return _URL_IN_TEXT.sub(_cleaned, text) if "://" in text else text


def text_has_secrets(text: str) -> bool:
    """Whether a URL in the text carries something that identifies a reader."""
    return text_without_secrets(text) != text


def _cleaned(match: re.Match[str]) -> str:
    url = match[0].rstrip(_AFTER_URL)
    return without_secrets(url) + match[0][len(url) :]


def _without_secrets(url: str, levels: int) -> str:
    before_fragment, hash_mark, fragment = url.partition("#")
    before_query, mark, query = before_fragment.partition("?")
    path, semicolon, parameters = _ASP_SESSION.sub("", _USER.sub(r"\1", before_query)).partition(
        ";"
    )
    parts = (
        path,
        _filtered(semicolon, parameters, levels),
        _filtered(mark, query, levels),
        _filtered(hash_mark, fragment, levels),
    )
    return "".join(parts)


def _filtered(mark: str, query: str, levels: int) -> str:
    """Parameters and the mark before them, without the secret ones. Separators keep their bytes."""
    if "=" not in query:
        return mark + query
    pieces = _SEPARATORS.split(query)
    filtered: list[str] = []
    for separator, pair in zip([mark, *pieces[1::2]], pieces[::2], strict=True):
        name, equals, value = pair.partition("=")
        if equals and is_secret(name, value):
            continue
        filtered += [separator if filtered else mark, name + equals + _nested(value, levels)]
    return "".join(filtered)


def _nested(value: str, levels: int) -> str:
    """A value that is a URL itself, without the secrets of that URL."""
    inner = unquote(value)
    if not levels or not inner[:8].lower().startswith(("http://", "https://")):
        return value
    plain = _without_secrets(inner, levels - 1)
    return value if plain == inner else quote(plain, safe="" if "%" in value else "/:?=@,")
