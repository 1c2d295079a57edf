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
        "pw",
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
    "passwort",
    "secret",
    "secretkey",
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
        "sas",
        "session",
        "sid",
        "sign",
        "state",
        "subid",
        "subscriber",
        "t",
        "ticket",
        "tokens",
        "uid",
        "user",
        "userid",
    }
)

# Names that end in this hold a secret only when the value is a token: conferences number their
# sessions (`session_id=101`).
SESSION_ENDING = "sessionid"

# Services whose paths end in a secret: the domain, which includes its subdomains, and the path up
# to the secret.
# Sorted; add a line.
SECRET_PATHS = (
    ("api.telegram.org", r"/(?:file/)?bot(?=\d+(?::|%3a))"),
    ("discord.com", r"/api/(?:v\d+/)?webhooks/\d+/"),
    ("discordapp.com", r"/api/(?:v\d+/)?webhooks/\d+/"),
    ("hooks.slack.com", r"/(?:services|triggers|workflows)/"),
    ("hooks.zapier.com", r"/hooks/(?:catch|standard)/"),
    ("maker.ifttt.com", r"/(?:trigger/[^/]+/(?:json/)?with/key|use)/"),
    ("outlook.office.com", r"/webhook/"),
    ("outlook.office365.com", r"/webhook/"),
    ("webhook.office.com", r"/webhookb2/"),
)

# Everything that decides which parts go; keys of URLs are made again when it changes.
TABLES = (
    sorted(SECRET_NAMES),
    SECRET_ENDINGS,
    SECRET_BEGINNINGS,
    sorted(PUBLIC_NAMES),
    sorted(DOUBTFUL_NAMES),
    SESSION_ENDING,
    SECRET_PATHS,
)

_MAY_HOLD_SECRETS = re.compile(r"[@?#;&(]")
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
_USER = re.compile(r"^(\s*(?:https?:[/\\]*|[/\\]{2,}))(?:[^/\\?#]*@[/\\]*)+", re.IGNORECASE)
# Of any scheme: a user name alone, as in ssh://git@host, is not a secret.
_PASSWORD = re.compile(r"://[^\s/\\?#<>\"@:]*:[^\s/\\?#<>\"]*@")
_SECRET_PATH = re.compile(
    r"(\s*(?:https?:)?[/\\]*(?:[\w-]{1,63}\.){0,8}(?:"
    + "|".join(rf"{re.escape(domain)}\.?(?::\d+)?{path}" for domain, path in SECRET_PATHS)
    + "))[^?#]",
    re.IGNORECASE,
)
_ASP_SESSION = re.compile(r"/\([A-Z]\([a-z0-9]{20,30}\)\)(?=/)", re.IGNORECASE)
_URL_IN_TEXT = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
_URL_WITHOUT_SCHEME = re.compile(
    r"(?<![\w.@/-])(?:localhost|(?:[\w-]{1,63}\.){1,8}[^\W_]{1,24})(?::\d{1,5})?[/?][^\s<>\"“”]+"
)
_SECRET_DOMAIN = re.compile("|".join(re.escape(f"{domain}/") for domain, _ in SECRET_PATHS))
_PARAMETER = re.compile(r"[?#&;][^\s=?#&;]{1,64}=")
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


def path_without_secret(host: str, path: str) -> str:
    """Return the `path` of a URL at `host` up to the secret with which it ends, if it has one."""
    up_to_secret = _SECRET_PATH.match(host + path)
    return up_to_secret[1][len(host) :] if up_to_secret else path


def without_secrets(url: str) -> str:
    """Return the URL without user name, password, secret parameters and secret ends of the path.

    The same string is returned when it has no secrets. The function checks the user part, the path
    and its parameters (`;jsessionid=…`), the query, the fragment, and URLs inside parameters, three
    levels deep.
    """
    may_hold_secrets = _MAY_HOLD_SECRETS.search(url) or _SECRET_PATH.match(url)
    return _without_secrets(url, _LEVELS) if may_hold_secrets else url


def has_secrets(url: str) -> bool:
    """Whether a URL carries something that identifies a reader."""
    return without_secrets(url) != url


def text_without_secrets(text: str) -> str:
    """Return the text with the secrets removed from every URL in it, with or without a scheme."""
    if "://" in text:
        text = _URL_IN_TEXT.sub(_cleaned, _PASSWORD.sub("://", text))
    is_candidate = ("=" in text and _PARAMETER.search(text)) or (
        "/" in text and _SECRET_DOMAIN.search(text)
    )
    return _URL_WITHOUT_SCHEME.sub(_cleaned, text) if is_candidate else text


def text_has_secrets(text: str) -> bool:
    """Whether a URL in the text carries something that identifies a reader."""
    return text_without_secrets(text) != text


def _cleaned(match: re.Match[str]) -> str:
    url = match[0].rstrip(_AFTER_URL)
    return without_secrets(url) + match[0][len(url) :]


def _without_secrets(url: str, levels: int) -> str:
    before_fragment, hash_mark, fragment = url.partition("#")
    before_query, mark, query = before_fragment.partition("?")
    parts = (
        _plain_page(before_query, levels),
        _filtered(mark, query, levels),
        _filtered(hash_mark, fragment, levels),
    )
    return "".join(parts)


def _plain_page(page: str, levels: int) -> str:
    """The part of a URL before the query: without user, secret parameters and secret end."""
    page = _without_user(page)
    separator = _SEPARATORS.search(page)
    if separator:
        path, parameters = page[: separator.start()], page[separator.end() :]
        page = _without_user(path + _filtered(separator[0], parameters, levels))
    up_to_secret = _SECRET_PATH.match(page)
    return up_to_secret[1] if up_to_secret else page


def _without_user(page: str) -> str:
    return _ASP_SESSION.sub("", _USER.sub(r"\1", _PASSWORD.sub("://", page)))


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
    """A value that is a URL or a path itself, without the secrets of it."""
    inner = unquote(value)
    if not levels or not inner[:8].lower().startswith(("/", "http://", "https://")):
        return value
    plain = _without_secrets(inner, levels - 1)
    written = "".join(mark for mark in "/:?=@," if mark in value)
    return value if plain == inner else quote(plain, safe=written)
