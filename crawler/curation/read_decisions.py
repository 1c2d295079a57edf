"""Reading the decisions of the curator from `data/curation/*.toml`.

The files contain the decisions in force. Removing an entry withdraws the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from crawler.curation.stored_decisions import DecisionKey, decision_key
from crawler.errors import ConfigurationError
from crawler.models.curator_decisions import CuratorAction, Decision
from crawler.settings.toml_files import read_toml
from crawler.text_cleaning import clean_line, fold
from crawler.url_parser import host_of


class _EntryForm(NamedTuple):
    """The action of an entry, the key of its subject, and the key of its object, if it has one."""

    action: CuratorAction
    subject_key: str
    object_key: str = ""


# table in the file -> the forms of its entries
_TABLES: dict[str, tuple[_EntryForm, ...]] = {
    "ban": (
        _EntryForm("ban-author", "author"),
        _EntryForm("ban-host", "host"),
        _EntryForm("ban-host", "url"),
    ),
    "hide": (_EntryForm("hide", "url"),),
    "join": (_EntryForm("merge", "url", "into"),),
    "merge": (_EntryForm("merge", "url", "into"),),
    "note": (_EntryForm("note", "url", "text"),),
    "pin": (_EntryForm("pin", "url", "topic"),),
    "split": (_EntryForm("split", "url"),),
    "tag": (_EntryForm("tag", "url", "topic"),),
    "trust": (_EntryForm("trust", "source"),),
    "untag": (_EntryForm("untag", "url", "topic"),),
}
# Entries that may name a post instead of an article, under the key `post`.
_OF_POSTS = frozenset({"hide", "note", "tag", "untag"})
_REASON, _WHO, _POST = "reason", "by", "post"
_LONGEST_VALUE = 2000
_LONGEST_REASON = 1000
# Actions that exclude each other for one subject.
_CONTRADICTIONS: tuple[tuple[CuratorAction, CuratorAction], ...] = (
    ("tag", "untag"),
    ("pin", "untag"),
    ("merge", "split"),
)


def read_decisions(folder: Path) -> tuple[Decision, ...]:
    """Return every decision of `folder/*.toml`, in the order of action and subject.

    Raises ConfigurationError that names the file and the entry if a table or key is unknown, a
    required key is missing, or two entries contradict.
    """
    decisions: dict[DecisionKey, Decision] = {}
    for path in sorted(folder.glob("*.toml")):
        for decision in _read_file(path):
            duplicate = decisions.get(decision_key(decision))
            if duplicate:
                message = f"{decision.where}: the same as {duplicate.where}."
                raise ConfigurationError(message, "Keep one of the two.")
            decisions[decision_key(decision)] = decision
    for first, second in _CONTRADICTIONS:
        _refuse_contradiction(decisions, first, second)
    return tuple(decisions[key] for key in sorted(decisions))


def _refuse_contradiction(
    decisions: Mapping[DecisionKey, Decision], first: CuratorAction, second: CuratorAction
) -> None:
    """Raise ConfigurationError if one subject has both actions."""
    for (action, subject, target), decision in decisions.items():
        opposite = decisions.get((second, subject, "" if second == "split" else target))
        if action == first and opposite:
            raise ConfigurationError(
                f"{decision.where}: contradicts {opposite.where}.",
                f"A URL cannot have both {first} and {second}.",
            )


def _read_file(path: Path) -> Iterator[Decision]:
    for table, entries in read_toml(path).items():
        _require_list_of_tables(path, table, entries)
        for number, entry in enumerate(entries, 1):
            where = f"{'/'.join(path.parts[-3:])}: {table} number {number}"
            yield _parse_entry(table, entry, where)


def _require_list_of_tables(path: Path, table: str, entries: Any) -> None:
    """Raise ConfigurationError for an unknown table, and for another value than `[[table]]`."""
    if table not in _TABLES:
        message = f"{path}: [[{table}]] is not a kind of decision."
        raise ConfigurationError(message, f"Known: {', '.join(_TABLES)}.")
    is_list = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    if not is_list:
        message = f"{path}: write [[{table}]] with two brackets."
        raise ConfigurationError(message, "Each entry is a separate table.")


def _parse_entry(table: str, entry: dict[str, Any], where: str) -> Decision:
    form = _form_of(table, entry)
    _check_keys(entry, form, where)
    subject = clean_line(entry[form.subject_key], _LONGEST_VALUE)
    normalize = _NORMALIZERS.get(form.action, str)
    return Decision(
        form.action,
        normalize(subject),
        clean_line(entry[form.object_key], _LONGEST_VALUE) if form.object_key else "",
        clean_line(entry[_REASON], _LONGEST_REASON),
        clean_line(_text(entry, _WHO, where)) or "curator",
        post=form.subject_key == _POST,
        where=where,
    )


def _form_of(table: str, entry: dict[str, Any]) -> _EntryForm:
    """Return the form of an entry: the first whose subject the entry names."""
    forms = _TABLES[table]
    if table in _OF_POSTS and _POST in entry:
        return forms[0]._replace(subject_key=_POST)
    return next((form for form in forms if form.subject_key in entry), forms[0])


def _check_keys(entry: dict[str, Any], form: _EntryForm, where: str) -> None:
    """Raise ConfigurationError if a required key is empty or missing, or a key is unknown."""
    required = [key for key in (form.subject_key, form.object_key, _REASON) if key]
    names = ", ".join(required)
    for key in required:
        if not clean_line(_text(entry, key, where)):
            hint = f"It needs {names}; {_WHO} is optional."
            raise ConfigurationError(f"{where}: {key} is missing.", hint)
    _refuse_unknown_keys(entry, required, where)


def _refuse_unknown_keys(entry: dict[str, Any], required: list[str], where: str) -> None:
    unknown = ", ".join(sorted(set(entry) - {*required, _WHO}))
    if unknown:
        hint = f"Allowed keys: {', '.join(required)} and {_WHO}."
        raise ConfigurationError(f"{where}: unknown {unknown}.", hint)


def _normalize_host(value: str) -> str:
    """Return the host of a URL or a host name: folded, without port, `www.` and dots at its ends.

    A ban includes all hosts below the named one, so `*.a.example` is the same as `a.example`.
    """
    name = value.removeprefix("*.").lstrip(".")
    host = host_of(name) or host_of(f"https://{name}") or fold(name)
    return host.rstrip(".").removeprefix("www.")


def _text(entry: dict[str, Any], key: str, where: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        message = f"{where}: {key} must be text in quotes."
        raise ConfigurationError(message, 'For example: reason = "off topic"')
    return value


_NORMALIZERS: dict[CuratorAction, Callable[[str], str]] = {
    "ban-author": fold,
    "ban-host": _normalize_host,
}
