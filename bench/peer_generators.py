"""Inputs and commands of the site generators that build the same articles as Hashtrail.

Their templates and settings are in bench/peer_sites/. Front matter is JSON where a generator reads
it, and no Markdown feature is used.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.claims import versions_of
from devtools.peers import node_program, node_version, python_program

_SITES = Path(__file__).with_name("peer_sites")
_ARTICLES = """
SELECT articles.id, articles.title, articles.url, articles.host, articles.summary,
       articles.first_seen AS date,
       (SELECT json_group_array(topic) FROM taggings
         WHERE subject_kind = 'article' AND subject_id = articles.id) AS topics,
       (SELECT json_group_array(json_object('url', posts.uri, 'date', date(posts.published),
                                            'text', posts.text))
          FROM links JOIN posts ON posts.id = links.post_id
         WHERE links.article_id = articles.id) AS mentions
  FROM articles WHERE articles.id > ? ORDER BY articles.id
"""

Article = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Generator:
    """A site generator: how it is run, where it writes, and its input for one article.

    `command` is None if the generator is not installed.
    """

    name: str
    command: list[str] | None
    version: str
    output: str
    source: Callable[[Article], str]


def generators() -> list[Generator]:
    """Return Hugo, Pelican and Eleventy."""
    hugo, pelican = _hugo(), python_program("pelican")
    return [
        Generator("Hugo", hugo and [*hugo, "--quiet"], _version_of("hugo"), "public", _json_file),
        Generator(
            "Pelican",
            pelican and [str(pelican), "-q", "-s", "pelicanconf.py", "content"],
            _version_of("pelican"),
            "output",
            _pelican_file,
        ),
        Generator(
            "Eleventy",
            node_program("@11ty/eleventy", "cmd.cjs"),
            node_version("@11ty/eleventy"),
            "_site",
            _eleventy_file,
        ),
    ]


def new_site(generator: Generator, folder: Path) -> None:
    """Write the settings and templates of a `generator` into a new `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_SITES / generator.name.lower(), folder)
    (folder / "content/a").mkdir(parents=True, exist_ok=True)


def add_articles(generator: Generator, folder: Path, articles: Sequence[Article]) -> None:
    """Write the input file of each of the `articles`."""
    for article in articles:
        file = folder / f"content/a/a{article['id']:07}.md"
        file.write_text(generator.source(article), encoding="utf-8")


def read_articles(database: Path, after: int = 0) -> list[Article]:
    """Return the articles with ids above `after` in a `database`, with topics and posts."""
    with closing(sqlite3.connect(database)) as conn:
        conn.row_factory = sqlite3.Row
        return list(_articles(conn.execute(_ARTICLES, (after,))))


def _articles(rows: Iterator[sqlite3.Row]) -> Iterator[Article]:
    for row in rows:
        lists = {name: json.loads(row[name]) for name in ("topics", "mentions")}
        yield {**dict(row), **lists}


def _hugo() -> list[str] | None:
    """Return the command of the program itself, without the Python script that starts it."""
    script = python_program("hugo")
    if not script:
        return None
    programs = script.parents[1].glob("lib/python*/site-packages/hugo/binaries/hugo*")
    return next(([str(path)] for path in programs), None)


def _version_of(package: str) -> str:
    return versions_of(package).get(package, "")


def _json_file(article: Article) -> str:
    matter = {**article, "link": article["url"], "t": article["topics"]}
    del matter["url"], matter["topics"], matter["id"]
    return json.dumps(matter) + "\n"


def _eleventy_file(article: Article) -> str:
    matter = {**article, "link": article["url"]}
    del matter["url"], matter["id"]
    return f"---json\n{json.dumps(matter)}\n---\n"


def _pelican_file(article: Article) -> str:
    return (
        f"Title: {article['title']}\nDate: {article['date'][:16].replace('T', ' ')}\n"
        f"Tags: {', '.join(article['topics'])}\nSlug: a{article['id']:07}\n"
        f"Link: {article['url']}\nHost: {article['host']}\n"
        f"Mentions: {json.dumps(article['mentions'])}\n\n{article['summary']}\n"
    )
