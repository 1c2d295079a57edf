"""The search of `verify --forgotten`: prove that an erasure is complete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import echo_table, write_json_line
from crawler.counted_nouns import counted_noun
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.erasure.match_traces import Traces
    from crawler.erasure.verify_erased import PlaceSearch


def search_forgotten(here: Workspace, db: Database, words: tuple[str, ...], as_json: bool) -> int:
    """Search every place for erased content and for `words`. Print the result.

    Closes `db`. Returns the exit code.
    """
    from crawler.erasure.erase_refetched_records import forgotten_traces
    from crawler.erasure.verify_erased import is_erased, search_workspace

    traces = forgotten_traces(db, words)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    places = search_workspace(here, traces)
    if as_json:
        documents = [_place_json(place) for place in places]
        write_json_line({"tombstones": len(traces.digests), "places": documents})
    else:
        _print_places(places, traces, len(words))
    return 0 if is_erased(places) else 1


def _place_json(place: PlaceSearch) -> dict[str, Any]:
    return {
        "place": place.place,
        "files": place.files,
        "bytes": place.bytes,
        "found": place.traces,
    }


def _print_places(places: Sequence[PlaceSearch], traces: Traces, words: int) -> None:
    echo_table(
        (
            place.place,
            counted_noun(place.files, "file"),
            counted_noun(place.bytes, "byte"),
            f"{len(place.traces)} found",
        )
        for place in places
    )
    for place in places:
        for path, trace in place.traces:
            click.echo(f"{path}: {trace}", err=True)
    compared = f"{counted_noun(len(traces.digests), 'tombstone')} and {counted_noun(words, 'word')}"
    click.echo(f"Compared with {compared}.", err=True)
