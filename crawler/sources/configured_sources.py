"""The sources of `data/sources.toml`: each `[[source]]` table with the options of its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import msgspec

import crawler.sources
from crawler.errors import ConfigurationError
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from crawler.models.posts import Post
from crawler.module_discovery import contract_problems, defines_any, implementing_modules
from crawler.settings.toml_files import read_toml
from crawler.sources.feed_kinds import FEED_KINDS
from crawler.sources.protocol import (
    Batch,
    RecheckableSource,
    RecheckBatch,
    RecheckRequest,
    SourceModule,
)
from crawler.text_cleaning import clean_line
from crawler.validation_messages import validation_message

_TEXT_KEYS = ("evidence", "group", "home", "note", "text", "title")
_FLAGS = ("enabled", "only_topics")
_COMMON_KEYS = frozenset({"name", "kind", *_TEXT_KEYS, *_FLAGS})
_TABLE_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """One configured source. It can be pickled: its module is looked up by kind on each use.

    `group` is its folder in lists and in OPML, with `/` between levels. `note` is the reason for
    reading it or for disabling it, `evidence` where its URL was seen to work. `home` is the page
    that it belongs to. `text` and `title` are those of the OPML file that it was imported from, if
    they differ from `name`. With `only_topics`, posts without a topic are not stored.
    """

    name: str
    kind: str
    options: Any
    enabled: bool = True
    note: str = ""
    group: str = ""
    evidence: str = ""
    home: str = ""
    text: str = ""
    title: str = ""
    only_topics: bool = False

    @property
    def max_requests(self) -> int:
        """Return the largest number of requests in one night."""
        return source_module(self.kind).MAX_REQUESTS

    @property
    def can_recheck(self) -> bool:
        """Return whether the network of the source reports if stored posts still exist."""
        return hasattr(source_module(self.kind), "recheck_requests")

    def first_request(self, cursor: str | None) -> FetchRequest:
        """Return the first request of a night; `cursor` is the one stored by an earlier night."""
        return source_module(self.kind).first_request(self.options, cursor)

    def parse_response(self, response: Response | Failure, cursor: str | None) -> Batch:
        """Return the posts of `response` and the next requests.

        `cursor` is the one stored by an earlier night.
        """
        return source_module(self.kind).parse_response(self.options, response, cursor)

    def recheck_requests(self, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
        """Return the requests that show whether `posts` exist, if the source `can_recheck`."""
        return _recheckable(self.kind).recheck_requests(self.options, posts)

    def parse_recheck(self, recheck: RecheckRequest, response: Response | Failure) -> RecheckBatch:
        """Return the state of the posts of `recheck` according to `response`."""
        return _recheckable(self.kind).parse_recheck(self.options, recheck, response)


def load_sources(path: Path, defaults: Mapping[str, Any] | None = None) -> tuple[Source, ...]:
    """Return all sources of the file at `path`, enabled or not.

    `defaults` are options for the kinds that have them (`consent`), unless a table sets them.
    Raises ConfigurationError that names the file and the line of the table.
    """
    document = read_toml(path)
    tables = document.pop("source", [])
    if document or not _is_list_of_tables(tables):
        raise ConfigurationError(
            f"{path}: only [[source]] tables are known here.",
            'Begin each source with [[source]], then name = "…" and kind = "…".',
        )
    places = _places(path, len(tables))
    sources = tuple(
        make_source(table, place, defaults) for table, place in zip(tables, places, strict=True)
    )
    _check_names(sources, places)
    return sources


def make_source(
    table: dict[str, Any], place: str, defaults: Mapping[str, Any] | None = None
) -> Source:
    """Return the source of one `[[source]]` table.

    `place` names the file and line in messages, `defaults` are options as for `load_sources`.
    Raises ConfigurationError.
    """
    name = _source_name(table, place)
    place = f"{place}: source {name!r}"
    kind = _source_kind(table, place)
    common = _common_values(table, place)
    return Source(name, kind, _options(table, kind, place, defaults or {}), **common)


def _common_values(table: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the values that every kind of source may have, if the table has them."""
    common = {key: table[key] for key in (*_TEXT_KEYS, *_FLAGS) if key in table}
    for key, value in common.items():
        if not isinstance(value, bool if key in _FLAGS else str):
            form = "true or false" if key in _FLAGS else "text"
            raise ConfigurationError(f"{place}: {key} is {form}.", "Correct that line.")
    return common


def _source_kind(table: dict[str, Any], place: str) -> str:
    kind = table.get("kind")
    if not isinstance(kind, str) or not is_source_kind(kind):
        raise _unknown_kind(kind, place)
    return kind


def _source_name(table: dict[str, Any], place: str) -> str:
    name = table.get("name")
    cleaned = clean_line(name) if isinstance(name, str) else ""
    if not cleaned:
        raise ConfigurationError(f"{place}: a source without a name.", 'Add a line: name = "…"')
    return cleaned


@cache
def source_module(kind: str) -> SourceModule:
    """Return the module of a `kind`. Raises ImportError if it does not exist."""
    return cast(SourceModule, import_module(module_name(kind)))


def module_name(kind: str) -> str:
    """Return the full name of the module of a `kind`: ours, or any module by its dotted name."""
    if "." in kind:
        return kind
    return f"crawler.sources.{'feed' if kind in FEED_KINDS else kind}"


def is_source_kind(kind: str) -> bool:
    """Return whether the module of this `kind` exists and implements the protocol."""
    module = _existing_module(kind)
    return module is not None and not _problems(module)


def source_kinds() -> tuple[str, ...]:
    """Return the kinds that come with Hashtrail, sorted.

    Raises ConfigurationError for a module that implements only a part of the protocol.
    """
    return tuple(sorted({*implementing_modules(crawler.sources, SourceModule), *FEED_KINDS}))


def option_names(kind: str) -> tuple[str, ...]:
    """Return the options of a `kind`, in order. The kind of a feed has one in place of `url`."""
    names = (field.name for field in fields(source_module(kind).Options))
    feed_kind = FEED_KINDS.get(kind)
    return tuple(feed_kind.option if feed_kind and name == "url" else name for name in names)


def _recheckable(kind: str) -> RecheckableSource:
    return cast(RecheckableSource, source_module(kind))


def _existing_module(kind: str) -> ModuleType | None:
    try:
        name = module_name(kind)
        return import_module(name) if find_spec(name) else None
    except (ImportError, ValueError):
        return None


def _problems(module: ModuleType) -> tuple[str, ...]:
    """Return what the module lacks. The two functions for rechecks are optional, but only both."""
    rechecks = any(name in vars(module) for name in ("recheck_requests", "parse_recheck"))
    return contract_problems(module, RecheckableSource if rechecks else SourceModule)


def _unknown_kind(kind: Any, place: str) -> ConfigurationError:
    """Return the error for a kind without a module, or with one that is incomplete."""
    module = _existing_module(kind) if isinstance(kind, str) else None
    if module is not None and defines_any(module, RecheckableSource):
        message = f"{place}: kind {kind!r} is incomplete: {'; '.join(_problems(module))}."
        return ConfigurationError(message, "See: crawler/sources/protocol.py")
    hint = f"Known: {', '.join(source_kinds())}; or the dotted name of your module."
    return ConfigurationError(f"{place}: unknown kind {kind!r}.", hint)


def _options(table: dict[str, Any], kind: str, place: str, defaults: Mapping[str, Any]) -> Any:
    names = option_names(kind)
    hint = f"Options of {kind}: {', '.join(names) or 'none'}."
    given = _given_options(table, names, defaults)
    problem = _name_problem(given, kind)
    if problem:
        raise ConfigurationError(f"{place}: {problem}.", hint)
    try:
        return msgspec.convert(_with_feed_url(given, kind), source_module(kind).Options)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{place}: {validation_message(error)}.", hint) from None
    except ValueError as error:
        raise ConfigurationError(f"{place}: {error}.", hint) from None


def _given_options(
    table: dict[str, Any], names: Sequence[str], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the options of a table, after the defaults that its kind has."""
    applicable = {key: value for key, value in defaults.items() if key in names}
    written = {key: value for key, value in table.items() if key not in _COMMON_KEYS}
    return applicable | written


def _with_feed_url(given: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the options with the URL of the feed for a kind of the table. Raises ValueError."""
    feed_kind = FEED_KINDS.get(kind)
    if feed_kind is None:
        return given
    remaining = {name: value for name, value in given.items() if name != feed_kind.option}
    return remaining | {"url": feed_kind.feed_url(given[feed_kind.option])}


def _name_problem(given: Mapping[str, Any], kind: str) -> str:
    """Return which option is unknown or missing, or an empty string."""
    names = option_names(kind)
    options = zip(names, fields(source_module(kind).Options), strict=True)
    required = {name for name, field in options if field.default is MISSING}
    unknown = set(given) - set(names)
    missing = required - set(given)
    if unknown:
        return f"{min(unknown)!r} is not an option of kind {kind!r}"
    return f"{min(missing)!r} is missing" if missing else ""


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(table, dict) for table in value)


def _places(path: Path, count: int) -> list[str]:
    """Return file and line of each table; only the file if the lines cannot be determined."""
    text = path.read_text(encoding="utf-8")
    headers = [match.start() for match in _TABLE_HEADER.finditer(text)]
    if len(headers) != count:
        return [str(path)] * count
    return [f"{path}, line {text.count(chr(10), 0, start) + 1}" for start in headers]


def _check_names(sources: Sequence[Source], places: Sequence[str]) -> None:
    names: set[str] = set()
    for source, place in zip(sources, places, strict=True):
        if source.name in names:
            message = f"{place}: a second source named {source.name!r}."
            raise ConfigurationError(message, "Give each source a different name.")
        names.add(source.name)
