"""Article keys: two URLs are the same article by rule if their keys are equal.

    URL -> unwrap redirectors and archives -> normalize the spelling -> drop tracking parameters
        -> rewrite variants of one page, until nothing changes

No network. A key is for matching only; it is not a URL to fetch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import unquote

from crawler.links.rewrite_template import fill_rewrite
from crawler.links.rules import PARAMETERS, REDIRECTORS, REWRITES
from crawler.links.rules.rewrite_rule import Rule, RuleIndex
from crawler.links.url_normalization import matching_key, normalize_spelling
from crawler.public_suffixes import has_public_suffix
from crawler.secret_paths import without_path_secrets
from crawler.token_formats import replace_tokens
from crawler.url_parser import InvalidUrl, Url, parse_url
from crawler.url_secrets import is_secret

_MAX_STEPS = 12
_MAX_LENGTH = 4096
_REDIRECTORS = RuleIndex(REDIRECTORS)
_PARAMETERS = RuleIndex(PARAMETERS)
_REWRITES = RuleIndex(REWRITES)


@dataclass(frozen=True, slots=True)
class NormalizedUrl:
    """A URL as written, its article key, and the names of the rules that applied, in order.

    The key of an invalid URL is empty. `stages` has the keys before each rewrite, which earlier
    rules may have given to the URL.
    """

    url: str
    key: str
    rules: tuple[str, ...]
    stages: tuple[str, ...] = ()


def normalize_url(url: str) -> NormalizedUrl:
    """Return the article key of a URL and the rules that applied.

    It never raises: an invalid URL has an empty key and one rule with the reason.
    """
    without_tokens = replace_tokens(url)
    parsed = _parse(without_tokens)
    if isinstance(parsed, InvalidUrl):
        return NormalizedUrl(url, "", (parsed.reason,))
    rules = [] if without_tokens == url else ["secret"]
    plain, spelling_rules = _normalize_spelling(parsed)
    keys = [matching_key(plain)]
    for _ in range(_MAX_STEPS):
        inner = _apply_first_rule(_REDIRECTORS, parsed)
        rewritten = inner or _apply_first_rule(_REWRITES, plain)
        rules += [] if inner else spelling_rules
        if rewritten is None:
            break
        parsed, rule = rewritten
        rules.append(rule)
        plain, spelling_rules = _normalize_spelling(parsed)
        keys.append(matching_key(plain))
    return NormalizedUrl(url, keys[-1], _distinct(rules), _distinct(keys[:-1]))


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _normalize_spelling(url: Url) -> tuple[Url, list[str]]:
    """Return a URL in its plain spelling, without tracking parameters and secrets."""
    plain, rules = normalize_spelling(url)
    path = without_path_secrets(plain.host + plain.path)[len(plain.host) :]
    if path != plain.path:
        plain, rules = replace(plain, path=path), [*rules, "secret"]
    if not plain.query:
        return plain, rules
    parameter_rules = _PARAMETERS.rules(plain.host)
    pairs = []
    for pair in plain.query.split("&"):
        rule = _dropping_rule(parameter_rules, pair)
        if rule:
            rules.append(rule)
        else:
            pairs.append(pair)
    return replace(plain, query="&".join(pairs)), rules


def _dropping_rule(rules: tuple[Rule, ...], pair: str) -> str:
    """Return the name of the rule that drops a parameter, or an empty string."""
    for rule in rules:
        if _matches_parameter(rule, pair):
            return rule.name
    name, _, value = pair.partition("=")
    return "secret" if is_secret(name, value) else ""


def _matches_parameter(rule: Rule, pair: str) -> bool:
    """Whether a rule drops a parameter. The group `domain` must have a public suffix."""
    match = rule.regex.fullmatch(pair)
    if match is None:
        return "=" not in pair and rule.regex.fullmatch(pair + "=") is not None
    domain = match.groupdict().get("domain")
    return domain is None or has_public_suffix(unquote(domain).lower())


def _apply_first_rule(index: RuleIndex, url: Url) -> tuple[Url, str] | None:
    """Return the result of the first rule that changes the key of a URL, and the rule's name."""
    tail = url.tail
    host = url.host.removeprefix("www.")
    for rule in index.rules(host):
        match = rule.regex.fullmatch(tail) if rule.literal in tail else None
        text = fill_rewrite(rule.rewrite, match, url.authority) if match else None
        rewritten = _parse_inner_url(text, url) if text else None
        if rewritten and _plain_key(rewritten) != _plain_key(url):
            return rewritten, rule.name
    return None


def _plain_key(url: Url) -> str:
    return matching_key(normalize_spelling(url)[0])


def _parse_inner_url(text: str, outer: Url) -> Url | None:
    """Return the URL in another one: absolute, without a scheme, or relative to the outer one."""
    if text.startswith("/"):
        inner = _parse(text, f"{outer.scheme}://{outer.authority}{outer.path}")
    elif text.startswith(("http:/", "https:/")):
        inner = _parse(text)
    else:
        inner = _parse(f"https://{text}")
    return None if isinstance(inner, InvalidUrl) or "." not in inner.host else inner


def _parse(url: str, base: str = "") -> Url | InvalidUrl:
    return InvalidUrl("too-long") if len(url) > _MAX_LENGTH else parse_url(url, base)
