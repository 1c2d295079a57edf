"""The curator's word: `data/curation/*.toml` in, frozen decisions out.

The files are what is in force; taking an entry out takes it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from crawler.errors import ConfigurationError
from crawler.models.curator_decisions import CuratorAction, Decision
from crawler.text_cleaning import clean_line, fold
from crawler.url_parser import host_of
from crawler.workspace import read_toml

# table in the file -> (action, key of the subject, key of the other thing it needs)
_TABLES: dict[str, tuple[tuple[CuratorAction, str, str], ...]] = {
    "ban": (("ban-author", "author", ""), ("ban-host", "host", ""), ("ban-host", "url", "")),
    "hide": (("hide", "url", ""),),
    "join": (("merge", "url", "into"),),
    "merge": (("merge", "url", "into"),),
    "note": (("note", "url", "text"),),
    "pin": (("pin", "url", "topic"),),
    "split": (("split", "url", ""),),
    "tag": (("tag", "url", "topic"),),
    "trust": (("trust", "source", ""),),
    "untag": (("untag", "url", "topic"),),
}
# Entries that may name a post instead of an article, under the key `post`.
_OF_POSTS = frozenset({"hide", "note", "tag", "untag"})
_REASON, _WHO, _POST = "reason", "by", "post"
# What cannot be said of one thing at the same time.
_CONTRADICTIONS: tuple[tuple[CuratorAction, CuratorAction], ...] = (
    ("tag", "untag"),
    ("pin", "untag"),
    ("merge", "split"),
)


def read_decisions(folder: Path) -> tuple[Decision, ...]:
    """Every decision of `folder/*.toml`, in order of action and subject.

    Raises ConfigurationError that names the file and the entry, when a table or key is unknown, one
    that is needed is missing, or two contradict.
    """
    found: dict[tuple[str, str, str], tuple[Decision, str]] = {}
    for path in sorted(folder.glob("*.toml")):
        for decision, where in _read(path):
            mark = (decision.action, decision.subject, decision.other)
            if mark in found:
                raise ConfigurationError(
                    f"{where}: the same as {found[mark][1]}.", "Keep one of the two."
                )
            found[mark] = (decision, where)
    for first, second in _CONTRADICTIONS:
        for (action, subject, other), (_, where) in found.items():
            opposite = found.get((second, subject, other if second != "split" else ""))
            if action == first and opposite:
                raise ConfigurationError(
                    f"{where}: contradicts {opposite[1]}.",
                    f"An address cannot have both {first} and {second}.",
                )
    return tuple(found[mark][0] for mark in sorted(found))


def _read(path: Path) -> Iterator[tuple[Decision, str]]:
    for table, entries in read_toml(path).items():
        if table not in _TABLES:
            message = f"{path}: [[{table}]] is not a kind of decision."
            raise ConfigurationError(message, f"Known: {', '.join(_TABLES)}.")
        is_list = isinstance(entries, list) and all(isinstance(each, dict) for each in entries)
        if not is_list:
            raise ConfigurationError(
                f"{path}: write [[{table}]] with two brackets.", "Each entry is a table of its own."
            )
        for number, entry in enumerate(entries, 1):
            where = f"{'/'.join(path.parts[-3:])}: {table} number {number}"
            yield _decision(table, entry, where), where


def _decision(table: str, entry: dict[str, Any], where: str) -> Decision:
    action, subject, other = _form(table, entry)
    needed = [key for key in (subject, other, _REASON) if key]
    for key in needed:
        if not clean_line(_text(entry, key, where)):
            raise ConfigurationError(
                f"{where}: {key} is missing.",
                f"It needs {', '.join(needed)}; {_WHO} is optional.",
            )
    if unknown := set(entry) - {*needed, _WHO}:
        raise ConfigurationError(
            f"{where}: unknown {', '.join(sorted(unknown))}.",
            f"It knows {', '.join(needed)} and {_WHO}.",
        )
    named = clean_line(entry[subject], 2000)
    return Decision(
        action,
        _SPELLED.get(action, str)(named),
        clean_line(entry[other], 2000) if other else "",
        clean_line(entry[_REASON], 1000),
        clean_line(_text(entry, _WHO, where)) or "curator",
        post=subject == _POST,
        where=where,
    )


def _form(table: str, entry: dict[str, Any]) -> tuple[CuratorAction, str, str]:
    """The action of an entry, the key of its subject, and the key of its other value."""
    forms = _TABLES[table]
    if table in _OF_POSTS and _POST in entry:
        return forms[0][0], _POST, forms[0][2]
    return next((form for form in forms if form[1] in entry), forms[0])


def _host(named: str) -> str:
    """The host of a URL or a host name: folded, without port, `www.` and dots at its ends.

    A ban includes all hosts below the named one, so `*.a.example` is the same as `a.example`.
    """
    named = named.removeprefix("*.").lstrip(".")
    host = host_of(named) or host_of(f"https://{named}") or fold(named)
    return host.rstrip(".").removeprefix("www.")


def _text(entry: dict[str, Any], key: str, where: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise ConfigurationError(
            f"{where}: {key} must be text in quotes.", 'For example: reason = "off topic"'
        )
    return value


_SPELLED: dict[CuratorAction, Callable[[str], str]] = {"ban-author": fold, "ban-host": _host}
