"""Pages that stand in front of an article instead of it: bot challenges, consent and login walls, soft 404s, parked domains."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.model import Outcome
from crawler.text import words

# A page with this many words of main text is an article whatever it speaks of; one with fewer may be a wall.
ARTICLE_WORDS = 150

# (outcome, where to look, pattern): `markup` is what only such pages have in their source; `title` and `text` are what they say to people.
# Sorted by outcome, then place; a page is a wall when a pattern matches and its main text is short.
SIGNS: tuple[tuple[Outcome, str, str], ...] = (
    (Outcome.CHALLENGE, "markup", r"/cdn-cgi/challenge-platform/.{0,200}?orchestrate|_cf_chl_opt|cf-browser-verification|id=\"challenge-form\""),
    (Outcome.CHALLENGE, "markup", r"captcha-delivery\.com|datadome.{0,40}captcha|px-captcha|_Incapsula_Resource|sgcaptcha|awsWafCookieDomainList|anubis_challenge"),
    (Outcome.CHALLENGE, "title", r"^(?:just a moment|attention required!? \| cloudflare|access denied|are you a (?:robot|human)|robot check|security check|ddos-guard)"),
    (Outcome.CHALLENGE, "title", r"^(?:please wait|verifying you are human|bot verification|human verification|pardon our interruption|making sure you(?:'|’)re not a bot)"),
    (Outcome.CHALLENGE, "text", r"^.{0,200}(?:checking (?:if the site connection is secure|your browser before)|verify(?:ing)? (?:that )?you are (?:a )?human)"),
    (Outcome.CONSENT_WALL, "title", r"^(?:before you continue|your privacy choices|consent required|privacy (?:gate|wall)|cookie (?:consent|wall))"),
    (Outcome.CONSENT_WALL, "title", r"^(?:zustimmung|cookies? zustimm|datenschutzeinstellungen|yahoo (?:is part|gehört|fait partie))"),
    (Outcome.CONSENT_WALL, "text", r"^.{0,120}(?:before you continue to|we(?: and our \d* ?partners)? (?:use|value).{0,40}(?:cookies|your privacy).{0,600}(?:accept|reject) all)"),
    (Outcome.LOGIN_WALL, "title", r"^(?:log ?in|sign ?in|sign up|anmelden|se connecter|iniciar sesi[oó]n)(?:\s*(?:[|·–—-]|to|or|bei)\s.*)?$"),
    (Outcome.LOGIN_WALL, "title", r"^(?:subscribe to (?:read|continue)|members? only|this (?:post|page) is for (?:paid|paying) subscribers)"),
    (Outcome.LOGIN_WALL, "text", r"^.{0,200}(?:(?:log|sign) in|create an account|subscribe) to (?:continue|keep) reading.{0,200}$"),
    (Outcome.PARKED, "markup", r"sedoparking\.com|parkingcrew\.net|bodis\.com|parking-lander|dan\.com/buy-domain|afternic\.com/forsale|hugedomains\.com/domain_profile"),
    (Outcome.PARKED, "text", r"(?:this|the) (?:domain(?: name)?|web ?site)(?: [\w.-]{3,80})? (?:is|may be) (?:for sale|parked|available for purchase)|buy this domain"),
    (Outcome.PARKED, "title", r"(?:domain (?:name )?(?:is )?for sale|^parked domain|^domain (?:parking|expired))"),
    (Outcome.SOFT_NOT_FOUND, "title", r"^(?:error\s*)?404\b|^(?:page|seite|article|post|site|file) (?:can ?not be|could ?n[o']t be|was ?n[o']t|not) found|\b404 (?:error|not found)\b"),
    (Outcome.SOFT_NOT_FOUND, "title", r"^(?:not found|page introuvable|nicht gefunden|seite nicht gefunden|p[áa]gina no encontrada)(?:\s*[|·–—-].*)?$"),
    (Outcome.SOFT_NOT_FOUND, "text", r"^.{0,80}(?:the page you(?:'re| are|) (?:looking for|requested)|this page (?:could not be|isn(?:'|’)t)).{0,60}(?:found|exist|available|removed)"),
)
_SIGNS = tuple((outcome, place, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for outcome, place, pattern in SIGNS)
_HEADERS = (("cf-mitigated", "challenge"), ("x-datadome", "protected"), ("x-amzn-waf-action", "challenge"))
_SOURCE_READ = 60_000


def wall(body: bytes, title: str, text: str, headers: Iterable[tuple[str, str]]) -> tuple[Outcome, str] | None:
    """What kind of wall a page is, and the sign that says so; None for a page that is an article.

    The words "captcha" or "404" in an article prove nothing: only a page with little main text can be a wall.
    """
    if any((name, value.lower()) in _HEADERS for name, value in headers):
        return Outcome.CHALLENGE, "The server answered with a challenge for people."
    if words(text) >= ARTICLE_WORDS:
        return None
    places = {"markup": body[:_SOURCE_READ].decode("utf-8", "replace"), "title": title, "text": " ".join(text.split())}
    for outcome, place, pattern in _SIGNS:
        match = pattern.search(places[place])
        if match:
            return outcome, f"The {place} of the page says so: {' '.join(match[0].split())[:80]!r}."
    return None
