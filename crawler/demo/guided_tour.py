"""The guided tour: the pages of a finished demo that show what Hashtrail does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import NamedTuple

from crawler import site_urls
from crawler.workspace import Workspace


class _Stop(NamedTuple):
    """One line of the tour: the server, the path below it, the URL of an article, the sentence.

    In the path, `{article}` is the page of the article, `{id}` its number and `{day}` the date of
    the last night.
    """

    server: str
    path: str
    article: str
    sentence: str


_STOPS = (
    _Stop(
        "site", "index.html", "", "The front page folds three articles on one outage into a story."
    ),
    _Stop(
        "site",
        "{article}",
        "https://engineering.meridian.example/cells",
        "An article with its topics and the text behind each tag; a short link led here.",
    ),
    _Stop(
        "site",
        "{article}",
        "https://notes.halloran.example/queues",
        "Five people shared this article; a copy on another site counts as the same article.",
    ),
    _Stop(
        "site",
        "{article}",
        "https://carrow.example/service-mesh",
        "Its author added a section in the third night, and the article got another topic.",
    ),
    _Stop(
        "site",
        "{article}",
        "https://nowhere.example/lost",
        "The server has lost this page; the link leads to an archived copy.",
    ),
    _Stop(
        "site",
        "topic/message-queues.html",
        "",
        "A topic with an introduction, a reading list and a pinned article.",
    ),
    _Stop("site", "night/{day}.html", "", "The report of the last night, with the time per step."),
    _Stop(
        "site", "status.html", "", "The three nights, and the source that fails, with the cause."
    ),
    _Stop(
        "explorer",
        "public/why_this_topic?article_id={id}",
        "https://quorum.example/raft-membership",
        "The evidence for every topic of one article, as a table with SQL.",
    ),
    _Stop(
        "explorer",
        "public/merged_urls",
        "",
        "Short links, copies and moved pages, with the reason.",
    ),
)


def tour_lines(here: Workspace, last_night: datetime, site: str, explorer: str) -> Iterator[str]:
    """Yield the lines of the tour through the demo `here`: a URL, then its sentence.

    `last_night` is the time of the last nightly run; `site` and `explorer` are URLs that end in a
    slash.
    """
    servers = {"site": site, "explorer": explorer}
    with closing(sqlite3.connect(here.public_database)) as db:
        for number, stop in enumerate(_STOPS, 1):
            article_id, page = _article(db, stop.article)
            path = stop.path.format(article=page, id=article_id, day=f"{last_night:%Y-%m-%d}")
            yield f"{number:>2}. {servers[stop.server]}{path}"
            yield f"    {stop.sentence}"


def _article(db: sqlite3.Connection, url: str) -> tuple[int, str]:
    """Return the number and the path of the article at `url`; (0, "") without a URL."""
    row = db.execute("SELECT id, title FROM articles WHERE url = ?", [url]).fetchone()
    return (row[0], site_urls.article_path(*row)) if row else (0, "")
