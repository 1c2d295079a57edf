"""`hashtrail export`: the public data as JSON Lines, CSV, OPML or Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

import click

from crawler.cli.common import workspace
from crawler.cli.completion_values import complete_topic
from crawler.csv_formulas import csv_document
from crawler.errors import UsageError
from crawler.terminal_streams import data_stream
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database

_ARTICLE = ("url", "title", "site_name", "authors", "published", "language", "summary", "topics")
_POST = ("uri", "url", "network", "author", "published", "text", "hashtags", "links", "cards")
_CELLS = (
    "url",
    "title",
    "site_name",
    "authors",
    "published",
    "language",
    "kind",
    "topics",
    "state",
    "shares",
    "sharers",
    "first_shared",
    "summary",
)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~#])")


@click.command()
@click.option(
    "--format",
    "name",
    type=click.Choice(["jsonl", "csv", "opml", "markdown"]),
    default="jsonl",
    show_default=True,
    help="Format of the output.",
)
@click.option(
    "--topic",
    metavar="SLUG",
    shell_complete=complete_topic,
    help="Only the articles about this topic.",
)
@click.pass_context
def export(context: click.Context, name: str, topic: str | None) -> None:
    """Write all public data to stdout, always in the same order.

    jsonl: articles with their excerpts, and posts, to be imported again;
    csv: a table of the articles; opml: the feeds; markdown: the articles as lists by topic.
    """
    from crawler.store import export_rows
    from crawler.store.database import open_existing

    here = workspace(context)
    if name == "opml":
        data_stream().write(_opml(here, topic))
        return
    db = open_existing(here.database)
    if topic is not None and topic not in export_rows.topic_labels(db):
        raise UsageError(
            f"There is no topic {topic!r}.", "They are listed by: hashtrail topics list"
        )
    WRITERS[name](db, topic, data_stream())


def _write_jsonl(db: Database, topic: str | None, out: TextIO) -> None:
    """Write one object per line, of type article or post; only articles if there is a topic.

    A post without link cards has no key `cards`.
    """
    from crawler.store import export_rows

    for article in export_rows.article_rows(db, topic, _key):
        out.write(_line("article", article, _ARTICLE))
    for post in export_rows.post_rows(db, _key) if topic is None else ():
        out.write(_line("post", post, _POST))


def _line(kind: str, row: dict[str, Any], keys: tuple[str, ...]) -> str:
    values = {key: row[key] for key in keys if key != "cards" or row["cards"]}
    return json.dumps({"type": kind, **values}, ensure_ascii=False) + "\n"


def _write_csv(db: Database, topic: str | None, out: TextIO) -> None:
    """Write RFC 4180 without cells that a spreadsheet would run as formulas (CSV injection)."""
    from crawler.store import export_rows

    out.write(csv_document([_CELLS]))
    for article in export_rows.article_rows(db, topic, _key):
        out.write(csv_document([[_cell(article[key]) for key in _CELLS]]))


def _cell(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, list) else value


def _opml(here: Workspace, topic: str | None) -> str:
    """Return the feeds of data/sources.toml as OPML, with their folders and the disabled ones."""
    from crawler.sources.configured_sources import load_sources
    from crawler.sources.opml_document import opml_document

    if topic is not None:
        raise UsageError("A feed has no topic.", "Leave out --topic, or choose another --format.")
    return opml_document(f"Feeds of {here.settings.site.title}", load_sources(here.sources))


def _write_markdown(db: Database, topic: str | None, out: TextIO) -> None:
    """Write a list per topic, as in the awesome lists: title, site and date, summary."""
    from crawler.store import export_rows

    for slug, label in export_rows.topic_labels(db).items():
        entries = list(_entries(db, slug)) if topic in (None, slug) else []
        if entries:
            out.write(f"## {_escape_markdown(label)}\n\n" + "".join(entries) + "\n")


def _entries(db: Database, topic: str) -> Iterator[str]:
    from crawler.store import export_rows

    for article in export_rows.article_rows(db, topic, _key):
        yield _markdown_entry(article)


def _markdown_entry(article: dict[str, Any]) -> str:
    title = _escape_markdown(article["title"] or article["url"])
    url = article["url"].replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    origin = " ".join(filter(None, (article["site_name"], (article["published"] or "")[:10])))
    in_brackets = f" ({_escape_markdown(origin)})" if origin else ""
    summary = f": {_escape_markdown(article['summary'])}" if article["summary"] else ""
    return f"- [{title}]({url}){in_brackets}{summary}\n"


def _key(url: str) -> str:
    from crawler.links.article_key import normalize_url

    return normalize_url(url).key


def _escape_markdown(text: str) -> str:
    """Return the text on one line with all Markdown markup escaped."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


WRITERS: dict[str, Callable[[Database, str | None, TextIO], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "markdown": _write_markdown,
}
