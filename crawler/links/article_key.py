"""The key of a URL: two URLs are one article by rule when their keys are equal.

No network; the key is for matching, never for fetching.

address -> unwrap redirectors and archives -> plain spelling -> drop parameters that say nothing ->
one form per page, until nothing changes
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.links.rewrite_template import fill_rewrite
from crawler.links.rules import PARAMETERS, REDIRECTORS, REWRITES
from crawler.links.rules.rewrite_rule import Rule, RuleIndex
from crawler.links.url_normalization import matching_key, normalize_spelling
from crawler.url_parser import InvalidUrl, Url, parse_url
from crawler.url_secrets import is_secret

_MOST_STEPS = 12
_LONGEST = 4096
_REDIRECTORS = RuleIndex(REDIRECTORS)
_PARAMETERS = RuleIndex(PARAMETERS)
_REWRITES = RuleIndex(REWRITES)


@dataclass(frozen=True, slots=True)
class NormalizedUrl:
    """A URL as written, its matching key (empty when it is no web address) and the names of the
    rules that made it, in order.
    """

    url: str
    key: str
    rules: tuple[str, ...]


def normalize_url(url: str) -> NormalizedUrl:
    """The key of `url` and the rules that fired.

    Never raises: what is no web address gets an empty key and one rule that says why.
    """
    found = _parse(url)
    if isinstance(found, InvalidUrl):
        return NormalizedUrl(url, "", (found.reason,))
    address, fired = found, []
    for _ in range(_MOST_STEPS):
        after, names = _rewrite_once(address)
        fired += names
        if after is None:
            break
        address = after
    return NormalizedUrl(
        url, matching_key(_normalize_spelling(address)[0]), tuple(dict.fromkeys(fired))
    )


def _rewrite_once(address: Url) -> tuple[Url | None, list[str]]:
    """One redirector unwrapped, or the spelling and the parameters made plain and one form
    rewritten; None when nothing was left to rewrite.
    """
    inner = _apply_first_rule(_REDIRECTORS, address)
    if inner:
        return inner[0], [inner[1]]
    plain, fired = _normalize_spelling(address)
    form = _apply_first_rule(_REWRITES, plain)
    return (form[0], [*fired, form[1]]) if form else (None, fired)


def _normalize_spelling(address: Url) -> tuple[Url, list[str]]:
    plain, fired = normalize_spelling(address)
    if not plain.query:
        return plain, fired
    rules = _PARAMETERS.rules(plain.host)
    kept = []
    for pair in plain.query.split("&"):
        dropped = next((rule.name for rule in rules if _matches_parameter(rule, pair)), None)
        name, _, value = pair.partition("=")
        if not dropped and is_secret(name, value):
            dropped = "secret"
        if dropped:
            fired.append(dropped)
        else:
            kept.append(pair)
    return replace(plain, query="&".join(kept)), fired


def _matches_parameter(rule: Rule, pair: str) -> bool:
    return bool(
        rule.regex.fullmatch(pair) or ("=" not in pair and rule.regex.fullmatch(pair + "="))
    )


def _apply_first_rule(index: RuleIndex, address: Url) -> tuple[Url, str] | None:
    """What the first rule that changes the address makes of it, and the rule's name."""
    tail = address.tail
    host = address.host.removeprefix("www.")
    for rule in index.rules(host):
        match = rule.regex.fullmatch(tail)
        text = fill_rewrite(rule.rewrite, match, address.authority) if match else None
        after = _parse_inner_url(text, address) if text else None
        if after and matching_key(normalize_spelling(after)[0]) != matching_key(
            normalize_spelling(address)[0]
        ):
            return after, rule.name
    return None


def _parse_inner_url(text: str, outer: Url) -> Url | None:
    """The address inside another: absolute, without a scheme, or relative to the outer one."""
    base = f"{outer.scheme}://{outer.authority}{outer.path}"
    found = (
        _parse(text, base)
        if text.startswith("/")
        else _parse(text if text.startswith(("http:/", "https:/")) else f"https://{text}")
    )
    return None if isinstance(found, InvalidUrl) or "." not in found.host else found


def _parse(url: str, base: str = "") -> Url | InvalidUrl:
    return InvalidUrl("too-long") if len(url) > _LONGEST else parse_url(url, base)
