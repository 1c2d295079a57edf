"""Values that the shell completes: topics, sources, queries and settings.

A completion never prints an error. If a workspace or a file cannot be read, nothing is completed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from crawler.workspace import SETTINGS_FILE

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]
Listed = Iterable[tuple[str, str]]  # value, help
_MOST = 500


def _completed(list_values: Callable[[Path], Listed]) -> Complete:
    """Return the `shell_complete` callback that offers the values of a workspace."""

    def complete(
        context: click.Context, _: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        try:
            listed = sorted(list_values(_root(context)))
        except Exception:  # an error message would appear in the middle of a command line
            return []
        start = incomplete.casefold()
        matching = [pair for pair in listed if pair[0].casefold().startswith(start)]
        return [
            CompletionItem(value, help=text) for value, text in matching if value.isprintable()
        ][:_MOST]

    return complete


def _root(context: click.Context) -> Path:
    return Path(context.find_root().params.get("root") or "")


def _topics(root: Path) -> Iterator[tuple[str, str]]:
    for path in (root / SETTINGS_FILE.parent / "topics").glob("[!_.]*.toml"):
        yield path.stem, ""


def _sources(root: Path) -> Iterator[tuple[str, str]]:
    text = (root / SETTINGS_FILE.parent / "sources.toml").read_text(encoding="utf-8-sig")
    tables: list[dict[str, Any]] = tomllib.loads(text)["source"]
    for table in tables:
        yield table["name"], table["kind"]


def _queries(root: Path) -> Iterator[tuple[str, str]]:
    from crawler.named_queries.query_files import all_queries

    for named in all_queries():
        yield named.name, named.title


def _settings(root: Path) -> Iterator[tuple[str, str]]:
    from crawler.settings.setting_keys import setting_keys, setting_sections

    for section in setting_sections():
        yield section.name, section.purpose
    for name, key in setting_keys().items():
        yield name, key.plain_meaning


complete_query = _completed(_queries)
complete_setting = _completed(_settings)
complete_source = _completed(_sources)
complete_topic = _completed(_topics)
