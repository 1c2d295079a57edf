"""`data/sources.toml` to sources: each `[[source]]` table with its kind's own options."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import msgspec

import crawler.sources
from crawler.errors import ConfigurationError
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from crawler.models.posts import Post
from crawler.sources.protocol import Batch, Kind, Question, Rechecking, Standing
from crawler.workspace import read_toml

_COMMON = ("name", "kind", "enabled", "note")
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """One configured source.

    It can be pickled: its module is looked up by kind where it is used.
    """

    name: str
    kind: str
    options: Any
    enabled: bool = True
    note: str = ""

    @property
    def max_requests(self) -> int:
        return kind_module(self.kind).MAX_REQUESTS

    def first(self, cursor: str | None) -> FetchRequest:
        """What to ask first, given the cursor kept from the last night."""
        return kind_module(self.kind).first(self.options, cursor)

    def read(self, answer: Response | Failure, cursor: str | None) -> Batch:
        """The posts of an answer and what to ask next; `cursor` is the one kept from the last
        night.
        """
        return kind_module(self.kind).read(self.options, answer, cursor)

    @property
    def rechecks(self) -> bool:
        """Whether its network can be asked if posts still stand."""
        return hasattr(kind_module(self.kind), "again")

    def again(self, posts: tuple[Post, ...]) -> tuple[Question, ...]:
        """What to ask to learn whether these posts still stand; only of a source that `rechecks`."""
        return cast(Rechecking, kind_module(self.kind)).again(self.options, posts)

    def gone(self, question: Question, answer: Response | Failure) -> Standing:
        """What an answer to such a question says."""
        return cast(Rechecking, kind_module(self.kind)).gone(self.options, question, answer)


def read_sources(path: Path, defaults: Mapping[str, Any] | None = None) -> tuple[Source, ...]:
    """All sources of a file, enabled or not.

    Raises ConfigurationError naming the file and the line of the table.

    `defaults` are given to the kinds that know these options (`consent`), unless a table says
    otherwise.
    """
    tables = read_toml(path)
    listed = tables.pop("source", [])
    if (
        tables
        or not isinstance(listed, list)
        or not all(isinstance(table, dict) for table in listed)
    ):
        raise ConfigurationError(
            f"{path}: only [[source]] tables are known here.",
            'Begin each source with [[source]], then name = "…" and kind = "…".',
        )
    lines = [
        path.read_text(encoding="utf-8").count("\n", 0, found.start()) + 1
        for found in _HEADER.finditer(path.read_text(encoding="utf-8"))
    ]
    places = (
        [f"{path}, line {line}" for line in lines]
        if len(lines) == len(listed)
        else [str(path)] * len(listed)
    )
    sources = tuple(
        make_source(table, place, defaults) for table, place in zip(listed, places, strict=True)
    )
    _check_names(sources, places)
    return sources


def make_source(
    table: dict[str, Any], place: str, defaults: Mapping[str, Any] | None = None
) -> Source:
    """One source from its table. Raises ConfigurationError that begins with `place`."""
    name, kind = table.get("name"), table.get("kind")
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError(f"{place}: a source without a name.", 'Add a line: name = "…"')
    where = f"{place}: source {name!r}"
    if not isinstance(kind, str) or not is_kind(kind):
        raise ConfigurationError(
            f"{where}: unknown kind {kind!r}.",
            f"Known: {', '.join(kinds())}; or the dotted name of a module of your own.",
        )
    enabled, note = table.get("enabled", True), table.get("note", "")
    if not isinstance(enabled, bool) or not isinstance(note, str):
        raise ConfigurationError(
            f"{where}: enabled is true or false, note is text.", "Correct that line."
        )
    return Source(name, kind, _options(table, kind, where, defaults or {}), enabled, note)


@cache
def kind_module(kind: str) -> Kind:
    """The module of a kind: one of ours, or anybody's by its dotted name."""
    return cast(Kind, import_module(module_name(kind)))


def module_name(kind: str) -> str:
    """Return the full name of the module of a kind: one of ours, or anybody's by its dotted name."""
    return kind if "." in kind else f"crawler.sources.{kind}"


def is_kind(kind: str) -> bool:
    """Whether a module of that name keeps the contract of a source."""
    try:
        found = find_spec(module_name(kind))
        module = kind_module(kind) if found else None
        return all(
            hasattr(module, name) for name in ("Options", "first", "read", "MAX_REQUESTS")
        ) and hasattr(module, "again") == hasattr(module, "gone")
    except (ImportError, ValueError):
        return False


def kinds() -> tuple[str, ...]:
    """The kinds that come with Hashtrail."""
    return tuple(
        module.name
        for module in pkgutil.iter_modules(crawler.sources.__path__)
        if is_kind(module.name)
    )


def _options(table: dict[str, Any], kind: str, where: str, defaults: Mapping[str, Any]) -> Any:
    options = kind_module(kind).Options
    known = {field.name: field.default is MISSING for field in fields(options)}
    given = {key: value for key, value in defaults.items() if key in known} | {
        key: value for key, value in table.items() if key not in _COMMON
    }
    unknown, missing = (
        set(given) - set(known),
        {key for key, required in known.items() if required} - set(given),
    )
    if unknown or missing:
        problem = (
            f"{min(unknown)!r} is no option of kind {kind!r}"
            if unknown
            else f"{min(missing)!r} is missing"
        )
        raise ConfigurationError(
            f"{where}: {problem}.", f"Options of {kind}: {', '.join(known) or 'none'}."
        )
    try:
        return msgspec.convert(given, options)
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigurationError(
            f"{where}: {error}.", f"Options of {kind}: {', '.join(known)}."
        ) from None


def _check_names(sources: tuple[Source, ...], places: list[str]) -> None:
    seen: set[str] = set()
    for source, place in zip(sources, places, strict=True):
        if source.name in seen:
            raise ConfigurationError(
                f"{place}: a second source named {source.name!r}.",
                "Give each source a name of its own.",
            )
        seen.add(source.name)
