"""Rewrite rules for URLs, and an index of rules by host."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

_CACHED_HOSTS = 4096
NOT_IN_UUID = r"(?<![0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)"
"""A condition of a pattern: the next character does not begin the last group of a UUID."""


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One row of a rule table.

    `hosts` are words: `example.org` is only that host, `*.example.org` also its subdomains,
    `nitter.*` any top-level domain, `*` any host, and `-github.com` excludes a host.

    `pattern` must match the whole of `/path?query#fragment`, or of `name=value` for a parameter.
    `rewrite` is a template for `crawler.links.rewrite_template`: the new URL, with the groups of
    the pattern, `{host}`, `{label}` (its first label) and `{site}` (its last two). It is empty for
    parameters, which are dropped. `example` and `gives` must have the same key. `source` names the
    origin of the rule. `literal` is a text that every match contains, to skip the rule fast; a rule
    for all hosts has one.
    """

    name: str
    hosts: str
    pattern: str
    rewrite: str
    example: str
    gives: str
    source: str
    literal: str = ""

    @property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern. It is compiled when it is needed: all of them take 0.3 s."""
        return _compiled(self.pattern)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class RuleIndex:
    """Rules by host: those of the host first, then of its parents, its first label, and `*`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_host: dict[str, list[Rule]] = {}
        for rule in rules:
            for word in rule.hosts.split():
                self._by_host.setdefault(word, []).append(rule)
        self.rules = lru_cache(_CACHED_HOSTS)(self._rules)

    def _rules(self, host: str) -> tuple[Rule, ...]:
        """Return the rules for one host, the most specific first."""
        words = _host_words(host)
        exclusions = (self._by_host.get(f"-{word}", ()) for word in words)
        excluded = {rule.name for rules in exclusions for rule in rules}
        matching = (rule for word in words for rule in self._by_host.get(word, ()))
        return tuple(rule for rule in matching if rule.name not in excluded)


def _host_words(host: str) -> tuple[str, ...]:
    """Return the words of a rule's `hosts` that include a host, the most specific first."""
    labels = host.split(".")
    parents = ("*." + ".".join(labels[start:]) for start in range(len(labels)))
    return (host, *parents, labels[0] + ".*", "*")
