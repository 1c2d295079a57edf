"""`hashtrail tag`: a filter from texts to their topics, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from crawler import text_cleaning, urls_and_hashtags
from crawler.cli.common import (
    json_option,
    read_json_lines,
    standard_input,
    workspace,
    write_json_line,
)
from crawler.models.topics import Item, TopicScore
from crawler.workspace import SETTINGS_FILE, bundled_path


@click.command()
@json_option
@click.pass_context
def tag(context: click.Context, as_json: bool) -> None:
    """Filter: {"id","title","text","hashtags","headings","url"} lines in (any may be missing),
    topics with evidence out.
    """
    from crawler.topics.tagger import Tagger

    tagger = Tagger.load(topics_folder(context))
    for row in read_json_lines(standard_input()):
        scores = tagger.tag(read_item(row))
        if as_json:
            write_json_line({"id": row.get("id"), "topics": scores})
        else:
            click.echo(f"{row.get('id', '')}  {_in_words(scores)}")


def topics_folder(context: click.Context) -> Path:
    """Return the topics folder of the workspace, or outside of one the shipped folder.

    `context` has the path of the workspace.
    """
    if _is_in_workspace(context):
        return workspace(context).topics
    return bundled_path("data", "topics")


def reading_lists_folder(context: click.Context) -> Path:
    """Return the folder of reading lists of the workspace, or outside of one the shipped folder.

    `context` has the path of the workspace.
    """
    if _is_in_workspace(context):
        return workspace(context).reading_lists
    return bundled_path("data", "reading_lists")


def _is_in_workspace(context: click.Context) -> bool:
    root = context.find_object(Path) or Path()
    return (root / SETTINGS_FILE).is_file()


def read_item(row: Mapping[str, Any]) -> Item:
    """Return the item of the JSON object `row`, cleaned.

    Without a list of hashtags, those written in the text count.
    """
    body = text_cleaning.clean(_text(row, "text"))
    listed = row.get("hashtags")
    hashtags = (
        tuple(str(tag).lstrip("#") for tag in listed)
        if isinstance(listed, list)
        else urls_and_hashtags.find_hashtags(body)
    )
    headings = row.get("headings")
    return Item(
        title=text_cleaning.clean(_text(row, "title")),
        text=body,
        hashtags=hashtags,
        url=_text(row, "url"),
        headings=tuple(text_cleaning.clean(str(heading)) for heading in headings)
        if isinstance(headings, list)
        else (),
    )


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _in_words(scores: tuple[TopicScore, ...]) -> str:
    return (
        "; ".join(
            f"{s.topic} ({s.confidence}: {', '.join(repr(e.quote) for e in s.evidence)})"
            for s in scores
        )
        or "no topic"
    )
