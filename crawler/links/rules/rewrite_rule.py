"""One row of the tables: which hosts, which pattern, what it becomes, an example that is a test,
and where we know it from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

_HOSTS = 4096


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """`hosts` are words: `example.org` itself, `*.example.org` with every subdomain, `nitter.*`
    whatever follows, `*` any host,
    `-github.com` not this one.

    `pattern` must match the whole of `/path?query#fragment` (for a parameter: of `name=value`).
    `rewrite` is the address it becomes, with
    the pattern's groups and `{host}`, `{label}` (the first label) filled in by
    `crawler.links.rewrite_template`; empty for a parameter, which is dropped.
    `example` and `gives` have one key; `source` says who told us.
    """

    name: str
    hosts: str
    pattern: str
    rewrite: str
    example: str
    gives: str
    source: str
    regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", re.compile(self.pattern))


class RuleIndex:
    """Rules by host, so that an address meets only its own: exact host first, then its parents,
    then its first label, then everyone's.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_host: dict[str, list[Rule]] = {}
        for rule in rules:
            for word in rule.hosts.split():
                self._by_host.setdefault(word, []).append(rule)
        self._excepting = {word for word in self._by_host if word.startswith("-")}
        self.rules = lru_cache(_HOSTS)(self._rules)

    def _rules(self, host: str) -> tuple[Rule, ...]:
        """The rules for one host, the most particular first."""
        labels = host.split(".")
        parents = ("*." + ".".join(labels[start:]) for start in range(len(labels)))
        words = (host, *parents, labels[0] + ".*", "*")
        excepted = {
            rule.name
            for word in words
            if f"-{word}" in self._excepting
            for rule in self._by_host[f"-{word}"]
        }
        return tuple(
            rule
            for word in words
            for rule in self._by_host.get(word, ())
            if rule.name not in excepted
        )
