"""`hashtrail query`: run a named query of the explorer over the snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from crawler.cli.common import echo_table, workspace, write_json_line
from crawler.cli.completion_values import complete_query, complete_topic
from crawler.cli.query_values import checked_values, unknown_value
from crawler.cli.result_table import table_lines
from crawler.errors import HashtrailError, StoreError, UsageError
from crawler.named_queries.publication import Publication, snapshot_time
from crawler.named_queries.query_files import GROUPS, NamedQuery, all_queries, offered_queries
from crawler.named_queries.query_parameters import query_parameters
from crawler.named_queries.query_results import QueryResult, run_query
from crawler.named_queries.result_formats import RESULT_FORMATS, formats_of
from crawler.terminal_streams import data_stream
from crawler.workspace import Workspace

_SECONDS = 10.0
_INSTRUCTIONS = 10_000  # of SQLite between two checks of the time


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each format and for each parameter of a named query."""
    for extension, result_format in reversed([*RESULT_FORMATS.items()]):
        help_line = f"Write {result_format.label} instead of a table."
        option = click.option(f"--{extension}", "extension", flag_value=extension, help=help_line)
        command = option(command)
    for name, parameter in reversed([*query_parameters().items()]):
        help_line = f"{parameter.label}, for example {parameter.example}."
        option = click.option(
            f"--{name.replace('_', '-')}",
            name,
            metavar="TEXT",
            help=help_line,
            shell_complete=complete_topic if name == "topic" else None,
        )
        command = option(command)
    return command


@click.command()
@click.argument("name", required=False, shell_complete=complete_query)
@_options
@click.pass_context
def query(
    context: click.Context, /, name: str | None, extension: str | None, **values: str | None
) -> None:
    """Run the named query NAME over the snapshot; without NAME, list the queries by group.

    A parameter that is not set has its default. Values of a list may also be given by their label.
    """
    if name is None:
        _list_queries(extension)
        return
    named = _query(name)
    entered = _entered(named, values)
    if extension and extension not in formats_of(named):
        raise UsageError(f"The query {name} has no feed.", "Use --csv, --json or --md.")

    here = workspace(context)
    with _limited_snapshot(here.public_database) as conn:
        result = _result(conn, named, entered)
        publication = _publication(here, snapshot_time(conn), entered)
    if extension:
        data_stream().write(RESULT_FORMATS[extension].write(result, publication))
    else:
        _show(result)


def _list_queries(extension: str | None) -> None:
    if extension not in (None, "json"):
        raise UsageError("The list of queries has no such format.", "Use --json, or name a query.")
    queries = offered_queries(semantic_model=False)
    if extension:
        write_json_line(
            [
                {
                    "name": named.name,
                    "title": named.title,
                    "description": named.description,
                    "group": named.group,
                    "parameters": named.parameters,
                }
                for named in queries
            ]
        )
        return
    for group in GROUPS:
        click.echo(f"{group.capitalize()}:")
        echo_table(
            (f"  {named.name}", named.title, " ".join(map(_option, named.parameters)))
            for named in queries
            if named.group == group
        )


def _query(name: str) -> NamedQuery:
    queries = {named.name: named for named in offered_queries(semantic_model=False)}
    former = {old: named for named in queries.values() for old in named.formerly}
    wanted = name.replace("-", "_")
    if wanted in queries or wanted in former:
        return queries.get(wanted) or former[wanted]
    if wanted in {named.name for named in all_queries()}:
        raise UsageError(
            f"The query {name!r} needs the semantic model.", "Run it in: hashtrail explore"
        )
    near = ", ".join(get_close_matches(wanted, queries, n=3))
    hint = f"Did you mean: {near}?" if near else "They are listed by: hashtrail query"
    raise UsageError(f"There is no query {name!r}.", hint)


def _entered(named: NamedQuery, values: Mapping[str, str | None]) -> dict[str, str]:
    """The values of the command line, all of which belong to the query."""
    entered = {name: value for name, value in values.items() if value is not None}
    for name in entered:
        if name not in named.parameters:
            options = ", ".join(map(_option, named.parameters)) or "none"
            raise UsageError(
                f"The query {named.name} has no option {_option(name)}.", f"Options: {options}."
            )
    return entered


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


@contextmanager
def _limited_snapshot(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to the snapshot with the limits of the explorer and more time."""
    import time

    from crawler.explorer.sql_limits import DATA, limit_connection

    if not path.is_file():
        raise StoreError(f"There is no snapshot: {path} is missing.", "Make it: hashtrail build")
    ended = time.monotonic() + _SECONDS
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as conn:
        limit_connection(conn, lambda: DATA)
        conn.set_progress_handler(lambda: time.monotonic() > ended, _INSTRUCTIONS)
        yield conn


def _result(conn: sqlite3.Connection, named: NamedQuery, entered: dict[str, str]) -> QueryResult:
    try:
        checked = checked_values(conn, entered)
        result = run_query(conn, named, checked)
        if result.is_empty and (error := unknown_value(conn, checked)):
            raise error
    except sqlite3.OperationalError as error:
        if error.args == ("interrupted",):
            raise HashtrailError(
                f"The query {named.name} timed out after {_SECONDS:.0f} s.",
                "Choose a narrower value.",
            ) from error
        raise StoreError(
            f"The snapshot does not fit the query {named.name}: {error}.",
            "Another version wrote it. Renew it with: hashtrail build",
        ) from error
    return result


def _publication(here: Workspace, snapshot: str, entered: Mapping[str, str]) -> Publication:
    site = here.settings.site
    explorer = f"{site.explorer_url.rstrip('/')}/" if site.explorer_url else ""
    return Publication(site, explorer, snapshot, entered)


def _show(result: QueryResult) -> None:
    """Print the summary and the first columns as a table; messages go to standard error."""
    if result.summary and not result.is_empty:
        click.echo(f"{result.summary}\n")
    if result.is_empty:
        click.echo("No results. Try other values.", err=True)
        return
    for line in table_lines(result):
        click.echo(line)
    if result.is_truncated:
        click.echo(f"The snapshot has more rows than these {len(result.rows):,}.", err=True)
