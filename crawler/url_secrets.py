"""Remove tokens, sessions, signatures, passwords and mail addresses of readers from URLs. No I/O.

A link may contain a credential that was meant for one reader (RFC 9700 section 4.2.4: credential
leakage by URL). Hashtrail removes it before a URL is stored, archived or published. The other
bytes of the URL stay the same. Any string is accepted, and every function takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from urllib.parse import quote, unquote

from crawler.example_secrets import DOCUMENTED_TOKENS, is_placeholder
from crawler.random_tokens import is_slug
from crawler.secret_paths import TABLES as PATH_TABLES
from crawler.secret_paths import may_have_path_secret, without_path_secrets
from crawler.token_formats import TOKEN_FORMATS, is_token, replace_tokens
from crawler.url_ends import LETTER, UNSPACED_LETTERS, URL_STOPS, WORD, unopened_bracket
from crawler.url_users import IN_TEXT, IN_URL, UserPatterns

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

# Names whose value looks like a mail address and is public: a mailing list, the id of a message, or
# an account in the fediverse.
# Sorted; add a line.
NAMES_OF_LISTS_AND_ACCOUNTS = frozenset(
    {"acct", "i", "l", "list", "messageid", "mid", "msgid", "uri"}
)

# Names that hold a secret only when the value looks like one. Sorted; add a line.
DOUBTFUL_NAMES = frozenset(
    {
        "activation",
        "code",
        "confirm",
        "confirmation",
        "contactid",
        "invitation",
        "invite",
        "key",
        "magic",
        "member",
        "memberid",
        "recipient",
        "reset",
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

VERSION = 8
"""Raise it when the functions of this module, of the paths or of the tokens change."""

# Everything that decides which parts go. When it changes, stored rows are cleaned again, and keys
# of URLs are made again.
TABLES = (
    VERSION,
    sorted(SECRET_NAMES),
    SECRET_ENDINGS,
    SECRET_BEGINNINGS,
    sorted(PUBLIC_NAMES),
    sorted(NAMES_OF_LISTS_AND_ACCOUNTS),
    sorted(DOUBTFUL_NAMES),
    SESSION_ENDING,
    PATH_TABLES,
    TOKEN_FORMATS,
    DOCUMENTED_TOKENS,
)

_MAY_HOLD_SECRETS = re.compile(r"[@?#;&(]|%40")
_SEPARATORS = re.compile(r"(&amp;|[&;?])", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[-_.\[\]\s]")
_MAIL = re.compile(r"(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_BEARER = re.compile(r"bearer\s+[\w.~+/-]{16,}=*", re.IGNORECASE)
_RANDOM = re.compile(r"(?=[\w~+/=-]*\d)(?=[\w~+/=-]*[A-Za-z])[\w~+/=-]{20,}")
_SESSION = re.compile(
    r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])"
    r"(?:[A-Za-z0-9+/=]{16,}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
)
_ASP_SESSION = re.compile(r"/\([A-Z]\([a-z0-9]{20,30}\)\)(?=/)", re.IGNORECASE)
_URL_IN_TEXT = re.compile(rf"[a-z][a-z\d+.-]{{1,20}}://[^{URL_STOPS}]+", re.IGNORECASE)
_URL_WITHOUT_SCHEME = re.compile(
    rf"(?<!{WORD})(?<![.@/-])(?:localhost|(?:(?:{WORD}|-){{1,63}}\.){{1,8}}{LETTER}{{1,24}})"
    rf"(?::\d{{1,5}})?[/?][^{URL_STOPS}]+"
)
_URL_OF_ANY_SCRIPT = re.compile(
    rf"(?<![\w.@/-])(?:[\w-]{{1,63}}\.){{1,8}}[^\W_]{{1,24}}(?::\d{{1,5}})?[/?][^{URL_STOPS}]+"
)
_WORD_AFTER_URL = re.compile(rf"(?<=[A-Za-z\d])[{UNSPACED_LETTERS}]")
_PARTS_OF_URL = re.compile(r"[=&?/#@]")
_PARAMETER = re.compile(r"[?#&;][^\s=?#&;]{1,64}=")
_EQUALS = re.compile(r"=|%(?:25){0,2}3d", re.IGNORECASE)
_NESTED_URL = re.compile(r"/|https?://", re.IGNORECASE)
_LEVELS = 3
_AFTER_URL = ".,;:!?'*)]}>"


def is_secret(name: str, value: str) -> bool:
    """Whether a query parameter identifies a reader. `name` and `value` may be percent-encoded."""
    name = _PUNCTUATION.sub("", unquote(name).lower())
    value = unquote(value)
    return _identifies(name, value) and not (
        is_placeholder(value) or _PUNCTUATION.sub("", value.lower()).strip(":") == name
    )


def _identifies(name: str, value: str) -> bool:
    if _MAIL.fullmatch(value):
        return name not in NAMES_OF_LISTS_AND_ACCOUNTS
    if _BEARER.fullmatch(value) or is_token(value):
        return True
    if name in PUBLIC_NAMES or not value:
        return False
    if name in SECRET_NAMES or name.endswith(SECRET_ENDINGS) or name.startswith(SECRET_BEGINNINGS):
        return True
    if name.endswith(SESSION_ENDING):
        return _SESSION.fullmatch(value) is not None
    return name in DOUBTFUL_NAMES and _RANDOM.fullmatch(value) is not None and not is_slug(value)


def without_secrets(url: str) -> str:
    """Return the URL without user name, password, tokens, and secrets in path and parameters.

    The same string is returned when it has no secrets. The function checks the user part, the path
    and its parameters (`;jsessionid=…`), the query, the fragment, and URLs inside parameters, three
    levels deep. A digest takes the place of a token in the path.
    """
    return _plain_url(replace_tokens(url))


def has_secrets(url: str) -> bool:
    """Whether a URL carries something that identifies a reader."""
    return without_secrets(url) != url


def any_has_secrets(urls: Collection[str], texts: Iterable[str]) -> bool:
    """Whether one of the `urls` or `texts` has a secret; faster than a check of each.

    A URL in a text ends with its line: one search in all texts is enough.
    """
    text, joined = "\n".join(texts), "\n".join(urls)
    everything = f"{text}\n{joined}"
    if replace_tokens(everything) != everything or _plain_text(text) != text:
        return True
    return _may_hold_secrets(joined) and any(_plain_url(url) != url for url in urls)


def text_without_secrets(text: str) -> str:
    """Return the text without tokens and private keys, and without the secrets of every URL in it.

    The URLs may have no scheme.
    """
    return _plain_text(replace_tokens(text))


def text_has_secrets(text: str) -> bool:
    """Whether the text has a token, or a URL that carries something that identifies a reader."""
    return text_without_secrets(text) != text


def _plain_text(text: str) -> str:
    if "://" in text:
        text = _URL_IN_TEXT.sub(_cleaned, IN_TEXT.password.sub("://", text))
    is_candidate = ("=" in text and _PARAMETER.search(text)) or may_have_path_secret(text)
    if not is_candidate:
        return text
    text = _URL_WITHOUT_SCHEME.sub(_cleaned, text)
    return text if text.isascii() else _URL_OF_ANY_SCRIPT.sub(_cleaned, text)


def _cleaned(match: re.Match[str]) -> str:
    url = _without_punctuation(_without_context(match[0]))
    return _plain_url(url, IN_TEXT) + match[0][len(url) :]


def _without_context(written: str) -> str:
    """A URL without what follows: a bracket that it does not open, or a word without a space."""
    word = _WORD_AFTER_URL.search(written)
    for end in sorted((unopened_bracket(written), word.start() if word else len(written))):
        if not _PARTS_OF_URL.search(written, end):
            return written[:end]
    return written


def _without_punctuation(text: str) -> str:
    """A URL without the punctuation behind it. A brace that opens in the URL closes in it."""
    url = text.rstrip(_AFTER_URL)
    end = len(url)
    for _ in range(min(url.count("{") - url.count("}"), text.count("}", end))):
        end = text.index("}", end) + 1
    return text[:end]


def _may_hold_secrets(url: str) -> bool:
    return _MAY_HOLD_SECRETS.search(url) is not None or may_have_path_secret(url)


def _plain_url(url: str, users: UserPatterns = IN_URL) -> str:
    return _without_secrets(url, _LEVELS, users) if _may_hold_secrets(url) else url


def _without_secrets(url: str, levels: int, users: UserPatterns = IN_URL) -> str:
    before_fragment, hash_mark, fragment = url.partition("#")
    before_query, mark, query = before_fragment.partition("?")
    parts = (
        _plain_page(before_query, levels, users),
        _filtered(mark, query, levels),
        _filtered(hash_mark, _fragment(fragment), levels),
    )
    return "".join(parts)


def _fragment(fragment: str) -> str:
    """The fragment without secrets in the path that an application keeps there."""
    path, mark, query = fragment.partition("?")
    return without_path_secrets(path) + mark + query if "/" in path else fragment


def _plain_page(page: str, levels: int, users: UserPatterns) -> str:
    """The part of a URL before the query: without user, secret parameters and secret end."""
    page = _without_user(page, users)
    separator = _SEPARATORS.search(page)
    if separator:
        path, parameters = page[: separator.start()], page[separator.end() :]
        page = _without_user(path + _filtered(separator[0], parameters, levels), users)
    return without_path_secrets(page)


def _without_user(page: str, users: UserPatterns) -> str:
    return _ASP_SESSION.sub("", users.name.sub(r"\1", users.password.sub("://", page)))


def _filtered(mark: str, query: str, levels: int) -> str:
    """Parameters and the mark before them, without the secret ones. Separators keep their bytes."""
    if not _EQUALS.search(query):
        return mark + query
    pieces = _SEPARATORS.split(query)
    filtered: list[str] = []
    for separator, pair in zip([mark, *pieces[1::2]], pieces[::2], strict=True):
        name, equals, value = (pair if "=" in pair else _unquoted(pair)).partition("=")
        if equals and is_secret(name, value):
            continue
        if "=" in pair:
            pair = name + equals + _nested(value, levels)
        filtered += [separator if filtered else mark, pair]
    return "".join(filtered)


def _unquoted(pair: str) -> str:
    """A parameter of a URL inside a parameter, `token%253Dabc`, with its mark `=`."""
    for _ in range(_LEVELS):
        if "=" in pair:
            break
        pair = unquote(pair)
    return pair


def _nested(value: str, levels: int) -> str:
    """A value that is a URL, a path or a query itself, without the secrets of it."""
    inner = unquote(value)
    if not levels:
        return value
    if _NESTED_URL.match(inner) or _PARAMETER.search(inner):
        plain = _without_secrets(inner, levels - 1)
    elif inner != value:
        plain = _nested(inner, levels - 1)
    else:
        return value
    written = "".join(mark for mark in "/:?=@," if mark in value)
    return value if plain == inner else quote(plain, safe=written)
