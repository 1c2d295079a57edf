"""Secrets in the paths of URLs: webhooks, links of one reader, mail addresses. No I/O."""

from __future__ import annotations

import re

from crawler.random_tokens import looks_random

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
    ("make.com", "[a-z0-9]{26,}"),
    ("nosnch.in", "[0-9a-f]{8,}"),
)

# Paths up to a secret on any host, because everybody can run the service.
# Sorted; add a line.
SECRET_PATHS_OF_ANY_HOST = (
    r"/api/hooks/(?:[\w-]{1,32}/){1,4}(?=[0-9a-f]{32,}(?:/|$))",  # Sentry
    r"/bot(?=\d+(?::|%3a)[\w-]{30,})",  # Telegram
    r"/hooks/(?=[a-z0-9]{26}(?![\w.-]))",  # Mattermost
    r"/hooks/(?=\w{17,24}/\w{32,})",  # Rocket.Chat
)

# Path segments before a token that was sent to one reader, or that admits its bearer.
# Sorted; add a line.
WORDS_BEFORE_TOKENS = (
    "activate",
    "activation",
    "confirm",
    "confirm-email",
    "confirmation",
    "hook",
    "hooks",
    "invitation",
    "invitations",
    "invite",
    "invites",
    "login",
    "magic",
    "magic-link",
    "opt-out",
    "optout",
    "password-reset",
    "password_reset",
    "reset",
    "reset-password",
    "reset_password",
    "set-password",
    "unsub",
    "unsubscribe",
    "verification",
    "verify",
    "verify-email",
    "webhook",
    "webhook-test",
    "webhooks",
)

# Path segments before the mail address of a reader. Elsewhere, such a name is often public: that of
# a mailing list, of a message in its archive, of an account in the fediverse.
# Sorted; add a line.
WORDS_BEFORE_MAIL = (
    "account",
    "confirm",
    "contact",
    "contacts",
    "customer",
    "customers",
    "email",
    "emails",
    "invite",
    "login",
    "mail",
    "member",
    "members",
    "optout",
    "preferences",
    "recipient",
    "reset",
    "subscriber",
    "subscribers",
    "unsubscribe",
    "user",
    "users",
    "verify",
)

# Providers of mail boxes: a name there is that of a person.
# Sorted; add a line.
MAIL_PROVIDERS = (
    "126.com",
    "163.com",
    "aol.com",
    "fastmail.com",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "outlook.com",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yandex.ru",
)

TABLES = (
    SECRET_PATHS,
    SECRET_AT_HOST,
    SECRET_PATHS_OF_ANY_HOST,
    WORDS_BEFORE_TOKENS,
    WORDS_BEFORE_MAIL,
    MAIL_PROVIDERS,
)
"""Everything that decides which parts of a path go."""


_PORT = r"\.?(?::\d{1,5})?"
_AT_HOST = "|".join(f"{re.escape(domain)}{_PORT}/(?={secret})" for domain, secret in SECRET_AT_HOST)
_AT_DOMAIN = "|".join(f"{re.escape(domain)}{_PORT}{path}" for domain, path in SECRET_PATHS)
_UP_TO_SECRET = re.compile(
    rf"(?:(?<![\w-])(?:{_AT_DOMAIN}|{_AT_HOST})|{'|'.join(SECRET_PATHS_OF_ANY_HOST)})(?=[^?#])",
    re.IGNORECASE,
)
# A short segment between the word and the token numbers the reader: /reset/MQ/token.
_BEFORE_TOKEN = re.compile(
    rf"(/(?:{'|'.join(WORDS_BEFORE_TOKENS)})/)"
    r"(?:(?=[^/]*(?-i:[A-Z\d]))[\w=-]{1,12}/)?([^/?#;&]{16,})",
    re.IGNORECASE,
)
_LOCAL = r"(?:mailto:)?(?!\d{8,}\.)[\w.+-]{1,64}(?:@|%40)"  # digits begin the id of a message
_MAIL = re.compile(
    rf"(/(?:{'|'.join(WORDS_BEFORE_MAIL)})/){_LOCAL}[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}(?=[/;&]|$)"
    rf"|(/u/){_LOCAL}[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}(?=/[^/])"
    rf"|(/){_LOCAL}(?:{'|'.join(map(re.escape, MAIL_PROVIDERS))})(?=[/;&]|$)",
    re.IGNORECASE,
)


def _beginning(path: str) -> str:
    """Return what a pattern of a path begins with, without its first slash."""
    match = re.match(r"/([\w/-]*)", path)
    return match[1] if match else ""


_BEGINNINGS = {
    *(_beginning(path) for _, path in SECRET_PATHS),
    *(_beginning(path) for path in SECRET_PATHS_OF_ANY_HOST),
    *(f"{word}/" for word in WORDS_BEFORE_TOKENS),
    *(rf"(?<={re.escape(domain)}/)" for domain, _ in SECRET_AT_HOST),
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
    up_to_secret = _UP_TO_SECRET.search(page)
    if up_to_secret:
        page = page[: up_to_secret.end()]
    for match in _BEFORE_TOKEN.finditer(page):
        if looks_random(match[2]):
            return page[: match.end(1)]
    return page


def _without_mail(match: re.Match[str]) -> str:
    return f"{match[match.lastindex or 0]}removed"
