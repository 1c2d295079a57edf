"""Secrets in the paths of URLs: webhooks, links of one reader, mail addresses. No I/O."""

from __future__ import annotations

import re
from urllib.parse import unquote

from crawler.example_secrets import is_placeholder
from crawler.random_tokens import looks_random
from crawler.url_parser import parse_whatwg

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

# Services whose paths end in a secret: the domain, which includes its subdomains, and the path up
# to the secret.
# Sorted; add a line.
SECRET_PATHS = (
    ("api.telegram.org", r"/bot(?=\d+(?::|%3a))"),
    ("api.telegram.org", r"/file/bot(?=\d+(?::|%3a))"),
    ("calendar.google.com", r"/calendar/ical/(?=[^/]+/private-)"),
    ("discord.com", r"/api/(?:v\d+/)?webhooks/\d+/"),
    ("discordapp.com", r"/api/(?:v\d+/)?webhooks/\d+/"),
    ("events.eu.pagerduty.com", r"/integration/"),
    ("events.eu.pagerduty.com", r"/x-ere/"),
    ("events.pagerduty.com", r"/integration/"),
    ("events.pagerduty.com", r"/x-ere/"),
    ("healthchecks.io", rf"/ping/(?={_UUID})"),
    ("hooks.slack-gov.com", r"/services/"),
    ("hooks.slack-gov.com", r"/triggers/"),
    ("hooks.slack-gov.com", r"/workflows/"),
    ("hooks.slack.com", r"/services/"),
    ("hooks.slack.com", r"/triggers/"),
    ("hooks.slack.com", r"/workflows/"),
    ("hooks.zapier.com", r"/hooks/catch/"),
    ("hooks.zapier.com", r"/hooks/standard/"),
    ("maker.ifttt.com", r"/trigger/[^/]+/(?:json/)?with/key/"),
    ("maker.ifttt.com", r"/use/"),
    ("open.feishu.cn", r"/open-apis/bot/(?:v2/)?hook/"),
    ("open.larksuite.com", r"/open-apis/bot/(?:v2/)?hook/"),
    ("outlook.live.com", r"/owa/calendar/"),
    ("outlook.office.com", r"/webhook/"),
    ("outlook.office365.com", r"/owa/calendar/"),
    ("outlook.office365.com", r"/webhook/"),
    ("sentry.io", r"/api/hooks/(?:[\w-]{1,32}/){1,4}(?=[0-9a-z]{16,}(?:/|$))"),
    ("uptime.betterstack.com", r"/api/v1/heartbeat/"),
    ("webhook.office.com", r"/webhookb2/"),
)

# Services whose secret follows the host.
# Sorted; add a line.
SECRET_AT_HOST = (
    ("hc-ping.com", _UUID),
    ("integromat.com", "[a-z0-9]{26,}"),
    ("make.com", "[a-z0-9]{26,}"),
    ("nosnch.in", "[0-9a-f]{8,}"),
)

# Paths up to a secret on any host, because everybody can run the service.
# Sorted; add a line.
SECRET_PATHS_OF_ANY_HOST = (
    r"/api/hooks/(?:[\w-]{1,32}/){1,4}(?=[0-9a-f]{32,}(?:/|$))",  # Sentry
    r"/bot(?=\d+(?::|%3a)[\w-]{30,})",  # Telegram
    r"/hooks/(?=[13-9a-km-uw-z]{26}(?![\w.-]))",  # Mattermost, whose ids lack 0, 2, l and v
    r"/hooks/(?=[a-z0-9]{17,24}/[a-z0-9]{32,}(?:/|$))",  # Rocket.Chat
)

# Path segments before a token that was sent to one reader, or that admits its bearer.
# Sorted; add a line.
WORDS_BEFORE_TOKENS = (
    "activate",
    "confirm-email",
    "invitation",
    "invitations",
    "invite",
    "invites",
    "magic-link",
    "opt-out",
    "optout",
    "password-reset",
    "password_reset",
    "reset-password",
    "reset_password",
    "set-password",
    "unsub",
    "unsubscribe",
    "verify-email",
    "webhook-test",
)

# Such path segments that are also names of categories, repositories and accounts. A permalink has
# a hash, a UUID or a slug below them, so these count only behind one of `WORDS_OF_SERVICES`.
# Sorted; add a line.
COMMON_WORDS_BEFORE_TOKENS = (
    "activation",
    "confirm",
    "confirmation",
    "hook",
    "hooks",
    "login",
    "magic",
    "reset",
    "verification",
    "verify",
    "webhook",
    "webhooks",
)

# Labels of a host and path segments that show that no category or account follows.
# Sorted; add a line.
WORDS_OF_SERVICES = (
    "account",
    "accounts",
    "api",
    "auth",
    "n8n",
    "newsletter",
    "password",
    "services",
    "signup",
    "sso",
    "subscribe",
    "subscription",
    "subscriptions",
)

# Hosts whose first path segment is a user name, which may be one of the words above.
# Sorted; add a line.
HOSTS_WITH_USER_NAMES = ("gist.github.com", "gist.githubusercontent.com")

# Path segments before the mail address of a reader. Elsewhere, such a name is often public: that of
# a mailing list, of a message in its archive, of an account in the fediverse.
# Sorted; add a line.
WORDS_BEFORE_MAIL = (
    "confirm",
    "confirmation",
    "invitation",
    "invite",
    "opt-out",
    "optout",
    "preferences",
    "recipient",
    "reset",
    "subscriber",
    "subscribers",
    "subscription",
    "subscriptions",
    "unsub",
    "unsubscribe",
    "verify",
)

TABLES = (
    SECRET_PATHS,
    SECRET_AT_HOST,
    SECRET_PATHS_OF_ANY_HOST,
    WORDS_BEFORE_TOKENS,
    COMMON_WORDS_BEFORE_TOKENS,
    WORDS_OF_SERVICES,
    HOSTS_WITH_USER_NAMES,
    WORDS_BEFORE_MAIL,
)
"""Everything that decides which parts of a path go."""


_PORT = r"\.?(?::\d{1,5})?"
_AT_HOST = "|".join(f"{re.escape(domain)}{_PORT}/(?={secret})" for domain, secret in SECRET_AT_HOST)
_AT_DOMAIN = "|".join(f"{re.escape(domain)}{_PORT}{path}" for domain, path in SECRET_PATHS)
_UP_TO_SECRET = re.compile(
    rf"(?:(?<![\w-])(?:{_AT_DOMAIN}|{_AT_HOST})|{'|'.join(SECRET_PATHS_OF_ANY_HOST)})(?=[^?#])",
    re.IGNORECASE,
)
_DOMAINS = sorted({re.escape(domain) for domain, _ in (*SECRET_PATHS, *SECRET_AT_HOST)})
_DOMAIN = re.compile(rf"(?<![\w-])(?:{'|'.join(_DOMAINS)}){_PORT}(?=/)", re.IGNORECASE)
# Spellings of a path that a server reads as another one: empty and dot segments, encoded letters.
_UNUSUAL = re.compile(r"//|/\.|%")
_SLASHES = re.compile(r"/{2,}")
_LETTER = re.compile(r"%(?:[46][1-9a-f]|[57][0-9a])", re.IGNORECASE)
_NOT_OF_USERS = "".join(rf"(?<!{re.escape(host)})" for host in HOSTS_WITH_USER_NAMES)
# A short segment between the word and the token numbers the reader: /reset/MQ/token.
_BEFORE_TOKEN = re.compile(
    rf"(?P<start>{_NOT_OF_USERS}"
    rf"/(?:{'|'.join(WORDS_BEFORE_TOKENS)}|(?P<common>{'|'.join(COMMON_WORDS_BEFORE_TOKENS)}))/)"
    r"(?P<reader>(?=[^/]*(?-i:[A-Z\d]))[\w=-]{1,12}/)?(?P<token>[^/?#;&]{16,})(?P<last>/?$)?",
    re.IGNORECASE,
)
_SERVICE = re.compile(rf"(?:^|[/.])(?:{'|'.join(WORDS_OF_SERVICES)})(?=[/.:])", re.IGNORECASE)
_UUID_ONLY = re.compile(_UUID, re.IGNORECASE)
_SLUG = re.compile(r"(?:^|-)[A-Z]?[a-z]{2,}(?=-|$)")  # a word: no part of a random token
_MIXED = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w.~=-]{20,}")
_OF_DJANGO = re.compile(r"[0-9a-z]{2,13}-[0-9a-f]{20,64}")  # behind the number of a reader

_LOCAL = r"(?:mailto:)?[\w.+-]{1,64}(?:@|%40)"
_MAIL = re.compile(
    rf"(/(?:{'|'.join(WORDS_BEFORE_MAIL)})/){_LOCAL}"
    r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?=[/;&]|$)"
    # A mail address of a person names a calendar of this person; shared ones have other hosts.
    rf"|((?<![\w-])calendar\.google\.com{_PORT}/calendar/ical/)"
    rf"{_LOCAL}(?:gmail|googlemail)\.com(?=/)",
    re.IGNORECASE,
)


def _beginning(path: str) -> str:
    """Return what a pattern of a path begins with, without its first slash."""
    match = re.match(r"/([\w/-]*)", path)
    return match[1] if match else ""


_BEGINNINGS = {
    *(_beginning(path) for _, path in SECRET_PATHS),
    *(_beginning(path) for path in SECRET_PATHS_OF_ANY_HOST),
    *(f"{word}/" for word in WORDS_BEFORE_TOKENS + COMMON_WORDS_BEFORE_TOKENS),
    *(rf"(?<={domain}/)" for domain in _DOMAINS),
}
# In lower case: a search that ignores case is several times slower.
_MAY_HAVE_SECRET = re.compile(f"/(?:{'|'.join(sorted(_BEGINNINGS))})")


def may_have_path_secret(text: str) -> bool:
    """Whether a URL or a text contains the beginning of a path with a secret."""
    return "/" in text and _MAY_HAVE_SECRET.search(text.lower()) is not None


def without_path_secrets(page: str) -> str:
    """Return `page`, a URL up to its query, without the secrets in its path.

    The path ends before a secret of a service and before the token of a reader. A mail address
    becomes `removed`.
    """
    if may_have_path_secret(page):
        page = _up_to_token(page)
    return _MAIL.sub(_without_mail, page) if "@" in page or "%40" in page else page


def _up_to_token(page: str) -> str:
    for form in (_with_usual_path(page), page):
        up_to_secret = _UP_TO_SECRET.search(form)
        if up_to_secret:
            is_template = _is_template(form[up_to_secret.end() :])
            page = page if is_template else up_to_secret.string[: up_to_secret.end()]
            break
    service = _SERVICE.search(page)
    start_of_service = service.start() if service else len(page)
    for match in _BEFORE_TOKEN.finditer(page):
        if _is_of_reader(match, start_of_service):
            return page[: match.end("start")]
    return page


def _with_usual_path(page: str) -> str:
    """Return `page` with the path of a known service as its server reads it."""
    domain = _DOMAIN.search(page)
    if not domain or not _UNUSUAL.search(page, domain.end()):
        return page
    parsed = parse_whatwg("https://" + page[domain.start() :])
    if parsed is None:
        return page
    path = _LETTER.sub(lambda letter: unquote(letter[0]), parsed.pathname)
    return page[: domain.end()] + _SLASHES.sub("/", path)


def _is_template(path: str) -> bool:
    """Whether the end of a path has a placeholder and nothing that looks like a secret."""
    segments = unquote(path).split("/")
    real = (segment for segment in segments if not is_placeholder(segment))
    return any(map(is_placeholder, segments)) and not any(map(looks_random, real))


def _is_of_reader(match: re.Match[str], start_of_service: int) -> bool:
    """Whether a random token is not a permalink, the id of a page in a category."""
    token = match["token"]
    if not looks_random(token) or is_placeholder(token):
        return False
    if _SLUG.search(token) and not _UUID_ONLY.fullmatch(token):
        return False
    if not match["common"] or start_of_service < match.start():
        return True
    if match["last"] is None:
        return False
    is_of_django = match["reader"] and _OF_DJANGO.fullmatch(token)
    return bool(is_of_django or _MIXED.fullmatch(token))


def _without_mail(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]}removed"
