"""Click-tracking links of newsletters: the page behind a link, unless it identifies its reader.

A link of a mail is personal when it leads through a click counter, carries a credential or a mail
address, or consists of a random token. The page is read from the link itself; nothing is fetched.
The tables are sorted; one more sender is one more line.
"""

from __future__ import annotations

import binascii
import re
import zlib
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from crawler.html_text_and_links import absolute_web_url
from crawler.links.proofpoint import decode_proofpoint_v2, decode_proofpoint_v3
from crawler.random_tokens import looks_random
from crawler.url_parser import has_userinfo, host_of, path_of, query_of
from crawler.url_secrets import is_secret, without_secrets

_MAX_UNWRAPPED = 5
_MAX_PAYLOAD = 16_384  # bytes of a decompressed payload
_MAX_PARAMETERS = 100


def _names(table: str) -> frozenset[str]:
    return frozenset(table.split())


# Parameters in which a click counter carries the target.
_TARGETS = _names("""
    dest destination goto href l link location out page q redirect redirect_to redirect_url
    rurl target to u uri url
""")
# Hosts of click counters, with their subdomains.
_COUNTER_HOSTS = frozenset({
    "acemlna.com", "acemlnb.com", "acemlnc.com", "awstrack.me", "click.beehiiv.com",
    "click.pstmrk.it", "clicks.mlsend.com", "cmail19.com", "cmail20.com", "convertkit-mail.com",
    "convertkit-mail2.com", "convertkit-mail4.com", "convertkit-mail6.com", "createsend1.com",
    "ct.sendgrid.net", "customeriomail.com", "dripemail2.com", "email.mg.substack.com",
    "email.mg1.substack.com", "email.mg2.substack.com", "emltrk.com", "eocampaign1.com",
    "exct.net", "hubspotemail.net", "hubspotfree.net", "hubspotlinks.com", "kajabimail.net",
    "kit-mail2.com", "kit-mail3.com", "klclick.com", "klclick1.com", "klclick2.com",
    "klclick3.com", "link.mail.beehiiv.com", "links.iterable.com", "links.tldrnewsletter.com",
    "list-manage.com", "list-manage1.com", "list-manage2.com", "mailtrack.io",
    "mandrillapp.com", "mjt.lu", "mlsend.com", "mlsend2.com", "ml.mailersend.com", "pardot.com",
    "pstmrk.it", "rs6.net", "sendgrid.net", "sendibm1.com", "sendibm2.com", "sendibm3.com",
    "sendibt2.com", "sendibt3.com", "sparkpostmail.com", "sparkpostmail2.com", "spgo.io",
    "tracking.tldrnewsletter.com", "trk.klclick.com", "urldefense.com", "urldefense.proofpoint.com",
})  # fmt: skip
# Paths of click counters on hosts of their customers.
_COUNTER_PATHS = re.compile(
    r"/(?:CL0|L0)/"  # Amazon SES, TLDR
    r"|/(?:uni/)?ls/click|/ss/c/|/wf/click"  # SendGrid
    r"|/(?:c|f|o)/(?:eJ|ey)"  # Mailgun
    r"|/e3t/|/Ctc/"  # HubSpot
    r"|/track/(?:click|open)|/lt\.php|/proc\.php"  # Mailchimp, ActiveCampaign
    r"|^/redirect/(?:\d/|[0-9a-f-]{8,})|^/app-link/"  # Substack
    r"|^/c/[0-9a-f]{8,}"  # Buttondown, Revue
    r"|^/r/[0-9a-f]{6,}"  # Ghost
    r"|^/e/c/|^/clicks?/|^/wp-admin/"
    r"|/[\w-]{6,}~{1,2}/|^/f/a/"  # SparkPost
    r"|^/t/[a-z]{1,2}-[a-z]{1,2}-[a-z]{5,}-[a-z]{2,}-[a-z]{1,2}/?$"  # Campaign Monitor
    r"|^/e/\d{5,}/[^/]+/(?:[0-9a-z]+/\d{5,}|[a-z]*\d[0-9a-z]*)/?$|^/webmail/\d+/\d"  # Pardot
    r"|^/ct/[^/]*:|^/ctt$|^/ck1/|^/e/er$|^/pub/cc$"  # WhatCounts, Acoustic, Zoho, Eloqua, Responsys
    r"|/cr?\.aspx$|^/u/(?:gm|nrd)\.php$"  # Dotdigital, Emarsys
    r"|^/l(?=.*\d)(?=.*(?-i:[A-Z]))(?:/[0-9a-z]{6,24}){3}$",  # Sendy
    re.IGNORECASE,
)
# Requests of counters on pages that also have other requests.
_COUNTER_QUERIES = re.compile(
    r"[?&](?:action=tnp|ctrl=fronturl|endpoint=track|mailpoet_router|nltr=)|/click\.html\?x=",
    re.IGNORECASE,
)
# Parameters of mail tools that identify the reader. url_secrets.py has those that are secret.
_IDENTITY = _names("""
    __s _bhlid _bta_c _bta_tid _ei_ _eid _hsenc _hsmi _ke _kx _ri_ bbeml bsft_clkid bsft_eid
    bsft_uid contact_id contactid dm_i e elq elqtrackid em emci emdi et_rid lctg mc_eid mid
    midsig ml_subscriber ml_subscriber_hash nek nk oly_anon_id oly_enc_id rb_clickid recipient
    recipient_id recipientid sfmc_id sfmc_sub sid ss_email_id sub_id subid subscriber
    subscriber_id trk_contact trkemail uid user user_id userid vero_conv vero_id vgo_ee
    wickedid
""")
# Names of parameters that name a person whatever comes before: `utm_userid`, `spUserID`.
_PERSON = re.compile(
    r"(?:client|contact|customer|lead|member|person|reader|recipient|subscriber|user|visitor)"
    r"[-_]?(?:code|guid|hash|id|key|no|num|number|ref|uuid)$"
    r"|(?:^|[-_])hash$"
)
# Parameters of one host that identify the reader.
_IDENTITY_AT = (
    ("substack.com", frozenset({"isfreemail", "post_id", "publication_id", "r", "triedredirect"})),
)
# Hosts whose pages have a random id as their only name.
_RANDOM_PAGES = frozenset({
    "bsky.app", "docs.google.com", "drive.google.com", "figma.com", "github.com", "gitlab.com",
    "groups.google.com", "huggingface.co", "linkedin.com", "lists.apache.org", "miro.com",
    "notion.so", "notion.site", "openreview.net", "open.spotify.com", "semanticscholar.org",
    "vimeo.com", "web.archive.org", "youtu.be", "youtube.com",
})  # fmt: skip
# First labels of hosts that only count clicks.
_COUNTER_LABELS = _names("""
    click clicks ct e em email go l link links lnk mail mailer r redirect t track tracking
    trk url
""")
# Words of paths that lead to an action, not to a page to read.
_ACTIONS = _names("""
    action app c click clicks confirm e email forward go l link links login ls magic mail
    open out r redirect s share signin ss subscribe t track tracking u unsubscribe url v
    verify view
""")
_NOT_PAGES = re.compile(
    r"unsubscribe|opt-?out|manage[-_ ]?(?:your )?(?:subscription|preference)"
    r"|(?:e?mail|update|subscription)[-_ ]?preference|update[-_ ]?(?:your )?profile"
    r"|forward[-_ ]?to[-_ ]?a?[-_ ]?friend|open[-_ ]?in[-_ ]?(?:the )?app"
    r"|view[-_ ]?(?:this )?(?:e?mail )?(?:in[-_ ]?(?:your )?browser|online)"
    r"|abbestellen|abmelden|afmelden|avregistrera|cancelar[-_ ]?(?:a )?(?:inscri|subscri|suscripci)"
    r"|dar(?:se|me) de baja|d[ée]sabonner|d[ée]sinscri|desuscri|disiscri|odhl[áa]sit|uitschrijven"
    r"|wypisz|отписаться|取消订阅|退订|配信停止|수신거부",
    re.IGNORECASE,
)
# Paths of pages that change a subscription. As words of a title they mean nothing.
_SETTINGS = re.compile(
    r"/(?:confirm|confirmation|e?mail[-_]?settings|manage|notification[-_]?settings|opt-?in"
    r"|preferences|settings|verify)(?:[/.]|$)",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s\"'<>\\^`{|}\x00-\x20]+", re.IGNORECASE)
_MAIL = re.compile(r"(?<![@\w.+-])[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}\.[\w.-]{2,}")
_ENCODED_MAIL = re.compile(r"/[\w.+-]{1,64}=[\w-]{1,63}\.[a-z]{2,20}(?:/|$)")  # me=home.example
_LETTER_RUN = re.compile(r"[^\W\d_]{2,}")
_RECORD = re.compile(r"\d+;\d+;")  # fields of the WordPress plugin Newsletter
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,4000}={0,2}")
_PROOFPOINT = re.compile(r"/v3/__(https?:.+?__;.*)", re.IGNORECASE)
_SHORT_CODE = re.compile(r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9]{5,12}")
_FILE = re.compile(r"[^\W\d_]{4,}.*\.(?:html?|md|pdf|txt)$", re.IGNORECASE)


def mail_link_target(url: str, shown: str = "") -> str:
    """Return the page that the link `url` of a mail leads to; '' if it is personal or an action.

    `shown` is the text of the link. A link with a random token counts as personal.
    """
    page = _unwrapped(url)
    if _NOT_PAGES.search(shown) or _NOT_PAGES.search(unquote(page)):
        return ""
    if _SETTINGS.search(path_of(page)):
        return ""
    if _is_counter(page) or _looks_like_counter(page):
        return ""
    return _without_tokens(_without_identity(page))


def bookmark_target(url: str) -> str:
    """Return the page that the bookmarked link `url` leads to, without secrets.

    Returns an empty string if a click counter hides the page.
    """
    page = _unwrapped(url) if _is_counter(url) else url
    return "" if _is_counter(page) else without_secrets(page)


def _unwrapped(url: str) -> str:
    for _ in range(_MAX_UNWRAPPED):
        target = _target(url)
        if not target:
            break
        url = target
    return url


def _target(url: str) -> str:
    """Return the target that a link contains: in parameters, its path or an encoded payload."""
    path, pairs = path_of(url), _pairs(url)
    parameters = [unquote(value) for name, value in pairs if name in _TARGETS]
    segments = [unquote(part) for part in path.split("/")]
    candidates = [*parameters, *segments, _proofpoint(url, path), *_after_counter(url, path)]
    payloads = [*segments, *(unquote(value) for _, value in pairs)]
    return _first_web_url(candidates) or _first_target_of_payload(payloads)


def _first_web_url(candidates: Iterable[str]) -> str:
    for candidate in candidates:
        if candidate.lower().startswith(("http://", "https://")):
            page = absolute_web_url(candidate)
            if page:
                return page
    return ""


def _first_target_of_payload(payloads: Iterable[str]) -> str:
    return next(filter(None, map(_target_of_payload, payloads)), "")


def _after_counter(url: str, path: str) -> Iterator[str]:
    """The rest of a counter's path that is a URL as written: `/CL0/https://a.example/x`."""
    at = max(path.find("/https:/"), path.find("/http:/"))
    if at >= 0 and _is_counter(url):
        yield re.sub(r"^(https?:)/+", r"\1//", path[at + 1 :])


def _proofpoint(url: str, path: str) -> str:
    """The URL in a link that Proofpoint rewrote (version 2 or 3)."""
    if host_of(url) == "urldefense.proofpoint.com":
        encoded = next((value for name, value in _pairs(url) if name == "u"), "")
        return decode_proofpoint_v2(encoded)
    match = _PROOFPOINT.search(unquote(path))
    return decode_proofpoint_v3(match[1]) if match else ""


def _target_of_payload(value: str) -> str:
    text = _payload(value).replace("\\/", "/")
    fields = text.split(";") if _RECORD.match(text) else [text]
    match = next(filter(None, map(_URL.search, fields)), None)
    return absolute_web_url(match[0]) if match else ""


def _payload(value: str) -> str:
    """The readable text in a base64 value, of which some senders compress the content."""
    texts = []
    for part in value.split("."):
        if _BASE64.fullmatch(part):
            data = _decoded(part)
            texts.append((_inflated(data) or data).decode("utf-8", "replace"))
    return " ".join(texts)


def _decoded(value: str) -> bytes:
    padded = value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4)
    try:
        return b64decode(padded) if "+" in value or "/" in value else urlsafe_b64decode(padded)
    except (ValueError, binascii.Error):
        return b""


def _inflated(data: bytes) -> bytes:
    """zlib or gzip data, of which at most 16 KB are read; empty for anything else."""
    try:
        return zlib.decompressobj(wbits=47).decompress(data, _MAX_PAYLOAD)
    except zlib.error:
        return b""


def _is_counter(url: str) -> bool:
    """Whether the tables list the host, the path or the query as a click counter."""
    path = path_of(url)
    is_listed = _COUNTER_PATHS.search(path) or _COUNTER_QUERIES.search(f"{path}?{query_of(url)}")
    return _is_at(host_of(url), _COUNTER_HOSTS) or is_listed is not None


def _looks_like_counter(url: str) -> bool:
    """Whether only a token follows a host or a path that leads to an action: `/c/AbC12345x`."""
    host, path = host_of(url), path_of(url)
    if _is_at(host, _RANDOM_PAGES):
        return False
    segments = path.split("/")
    is_labelled = host.partition(".")[0] in _COUNTER_LABELS
    if is_labelled and host.count(".") > 1 and _is_code(segments, query_of(url)):
        return True
    if _has_words(path):
        return False
    is_action = is_labelled or not _ACTIONS.isdisjoint(segments)
    return is_action and any(looks_random(segment, 8) for segment in segments)


def _is_code(parts: list[str], query: str) -> bool:
    """Whether only a code follows the host: `/4fQ2mXz`, `/click?r=12345678`, `/r/?id=h1a2,7890`."""
    written = [part for part in parts if part]
    if len(written) == 1 and _SHORT_CODE.fullmatch(written[0]):
        return True
    return bool(query) and all(part.lower() in _ACTIONS for part in written)


def _is_at(host: str, hosts: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[at:]) in hosts for at in range(len(labels)))


def _without_identity(url: str) -> str:
    """Return the URL without parameters that identify the reader; "" if no page is left of it."""
    path = unquote(path_of(url))
    if has_userinfo(url) or _MAIL.search(path) or _ENCODED_MAIL.search(path):
        return ""
    page, _, fragment = url.partition("#")
    url = page if _names_reader(fragment) else url
    pairs = _pairs(url)
    own = _own_identity(host_of(url))
    remaining = [pair for pair in pairs if not _is_personal(pair, own)]
    if len(remaining) == len(pairs):
        return url
    is_signed = any(is_secret(name, value) for name, value in pairs)
    if is_signed and not _is_page_without_credential(url, remaining):
        return ""
    return _with_parameters(url, remaining)


def _is_page_without_credential(url: str, remaining: list[tuple[str, str]]) -> bool:
    """Whether a signed URL leads to the same page without its signature: its path names one."""
    path = path_of(url)
    is_named = _has_words(path) or _is_page_path(path)
    return is_named and all(name.startswith("utm_") for name, _ in remaining)


def _is_page_path(path: str) -> bool:
    """Whether a path names a page with at least two segments, the last of them a word."""
    parts = [part for part in path.split("/") if part]
    last = parts[-1].lower() if parts else ""
    return len(parts) > 1 and len(last) > 3 and last.isalpha() and last not in _ACTIONS


def _own_identity(host: str) -> frozenset[str]:
    matching = (names for at, names in _IDENTITY_AT if _is_at(host, frozenset({at})))
    return next(matching, frozenset())


def _is_personal(pair: tuple[str, str], own: frozenset[str]) -> bool:
    name, value = pair[0], unquote(pair[1])
    if name in _IDENTITY or name in own or is_secret(name, value) or _PERSON.search(name):
        return True
    if name == "source" and value.startswith("email-"):  # Medium: `email-<reader>-<time>-…`
        return True
    return "@" in value or _names_reader(value)


def _names_reader(text: str) -> bool:
    """Whether a part of a URL has a mail address, as written or in base64."""
    text = unquote(text)
    return any(map(_MAIL.search, (text, _payload(text))))


def _without_tokens(url: str) -> str:
    """Return the URL without random parameters; "" if only a random token names the page."""
    if not url or _is_at(host_of(url), _RANDOM_PAGES):
        return url
    path, pairs = path_of(url), _pairs(url)
    remaining = [(name, value) for name, value in pairs if not looks_random(unquote(value))]
    has_token = len(remaining) < len(pairs) or _has_random_segment(path)
    if has_token and not (_has_words(path) or _is_page_path(path)):
        return ""
    url = _without_random_fragment(url)
    return url if len(remaining) == len(pairs) else _with_parameters(url, remaining)


def _has_random_segment(path: str) -> bool:
    return any(looks_random(unquote(part)) for part in path.split("/"))


def _without_random_fragment(url: str) -> str:
    page, _, fragment = url.partition("#")
    return page if looks_random(fragment) or "=" in fragment else url


def _has_words(path: str) -> bool:
    """Whether a segment of the path is readable: two words, or a word with a file suffix."""
    for part in unquote(path).split("/"):
        words = [word.lower() for word in _LETTER_RUN.findall(part)]
        if len([word for word in words if word not in _ACTIONS]) > 1 and not looks_random(part, 8):
            return True
        if _FILE.fullmatch(part):
            return True
    return False


def _pairs(url: str) -> list[tuple[str, str]]:
    """The parameters of a URL as (name in lower case, value as written)."""
    parts = query_of(url).split("&", _MAX_PARAMETERS)[:_MAX_PARAMETERS]
    return [_pair(part) for part in parts if part]


def _pair(part: str) -> tuple[str, str]:
    """The name and value of a parameter. One without `=` is a value without a name."""
    name, mark, value = part.partition("=")
    return (unquote(name).lower(), value) if mark else ("", part)


def _with_parameters(url: str, parameters: list[tuple[str, str]]) -> str:
    """Return the URL with only these parameters, as written in it, and without a fragment."""
    unused = [*parameters]
    written = []
    for part in query_of(url).split("&"):
        pair = _pair(part)
        if pair in unused:
            unused.remove(pair)
            written.append(part)
    base = url.partition("#")[0].partition("?")[0]
    return f"{base}?{'&'.join(written)}" if written else base
