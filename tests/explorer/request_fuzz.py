"""Random requests of a visitor: `python -m tests.explorer.request_fuzz 5000` counts statuses."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from crawler.explorer.datasette_app import create_explorer
from crawler.settings.all_settings import Settings
from crawler.workspace import Workspace
from tests.browser.sample import sample

TABLES = [
    "articles",
    "article_list",
    "posts",
    "shares",
    "taggings",
    "evidence",
    "authors",
    "topics",
    "sources",
    "runs",
    "topic_activity",
    "articles_fts",
    "articles_fts_data",
    "nowhere",
]
PATHS = [
    "/",
    "/.json",
    "/public",
    "/public.json",
    "/public.csv",
    "/public.jsono",
    "/public.blob",
    "/public/this_week",
    "/public/why_this_topic.json",
    "/public/this_week.atom",
    "/public/search_articles.md",
    "/public/notes.csv",
    "/public/search_articles",
    "/public/articles/1",
    "/public/articles/x",
    "/public/articles/1.json",
    "/public/runs/1.blob",
    "/public/articles/1,2",
    "/_internal",
    "/_memory",
    "/-/versions",
    "/robots.txt",
    "//e.example/",
]
NAMES = [
    "_where",
    "_sort",
    "_sort_desc",
    "_sort_by_desc",
    "_through",
    "_timelimit",
    "_size",
    "_next",
    "_search",
    "_search_title",
    "_search_x",
    "_searchmode",
    "_fts_table",
    "_fts_pk",
    "_shape",
    "_nl",
    "_json",
    "_json_infinity",
    "_labels",
    "_label",
    "_facet",
    "_facet_array",
    "_facet_date",
    "_facet_size",
    "_facet_m2m",
    "_col",
    "_nocol",
    "_nocount",
    "_nofacet",
    "_nosuggest",
    "_trace",
    "_ttl",
    "_dl",
    "_stream",
    "_header",
    "_blob_column",
    "_blob_hash",
    "_show_hidden",
    "_filter_op",
    "_filter_column",
    "_filter_value",
    "_filter_column_1",
    "_filter_op_1",
    "_filter_value_1",
    "sql",
    "id__in",
    "id__notin",
    "id__gt",
    "id__like",
    "id__glob",
    "id__date",
    "id__x",
    "x__in",
    "topics__arraycontains",
    "title__contains",
    "id",
    "title",
    "x",
    "",
    "__",
    "_extra",
    "topic",
    "words",
    "article_id",
    "_context",
    "hash",
    "_method",
    "_json_x",
    "_actor_id",
    "_now_epoch",
]
VALUES = [
    "",
    " ",
    "1",
    "-1",
    "0",
    "9" * 30,
    "1e9",
    "nan",
    "x",
    "id",
    "title",
    "kind",
    "topics",
    "max",
    "[",
    "]",
    "[1",
    "[{}]",
    "[null]",
    "[1,2]",
    "{}",
    "[]",
    "null",
    '{"table":"links"}',
    "a,b",
    ",",
    '{"table":"links","column":"post_id","value":1}',
    '{"table":1,"column":2,"value":[]}',
    "1=1;drop table posts",
    "1=1) or (1=1",
    "select",
    "select 1",
    "select :a",
    "select :_now_x",
    "select 1; select 2",
    "'",
    '"',
    "`",
    "\\",
    "*",
    "AND",
    "NEAR(",
    "a^b",
    "^",
    "-",
    "(",
    ")",
    "%",
    "%00",
    "\0",
    "\ufeff",
    "\ud7ff",
    "ü",
    "分布式",
    "😀",
    "a" * 3000,
    "objects",
    "arrayfirst",
    "object",
    "array",
    "on",
    "off",
    "true",
    "escaped",
    "raw",
    "$null",
    "$null,1",
    "1,2,3",
    "~",
    "~00",
    "articles_fts",
    "articles_fts_data",
    "sqlite_master",
    "rowid",
    "exact",
    "isnull__1",
    "in",
]


def requests(count: int, seed: int = 10) -> Iterator[tuple[str, str]]:
    """`count` pairs of method and URL, the same ones for the same seed."""
    mixed = random.Random(seed)
    endings = ("", ".json", ".csv", ".atom", ".md")
    paths = [*PATHS, *(f"/public/{table}{end}" for table in TABLES for end in endings)]
    for _ in range(count):
        pairs = [
            (mixed.choice(NAMES), mixed.choice(VALUES))
            for _ in range(mixed.choice((0, 1, 1, 1, 2, 3)))
        ]
        path = mixed.choice(paths)
        if mixed.random() < 0.1:
            path += quote(mixed.choice(VALUES)) + mixed.choice(("", "/", ".json", ".x"))
        method = "GET" if mixed.random() < 0.95 else mixed.choice(("POST", "TRACE", "PUT", "HEAD"))
        yield method, f"{path}?{urlencode(pairs)}" if pairs else path


async def statuses(workspace: Workspace, count: int) -> tuple[Counter[int], list[str]]:
    """How often each status was returned, and requests answered with 5xx or sent elsewhere."""
    explorer = create_explorer(workspace)
    await explorer.invoke_startup()
    seen: Counter[int] = Counter()
    failed = []
    for method, url in requests(count):
        answer = await explorer.client.request(method, url)
        seen[answer.status_code] += 1
        to = answer.headers.get("location", "/")
        if answer.status_code >= 500 or not to.startswith("/") or to.startswith("//"):
            failed.append(f"{method} {url}")
    return seen, failed


def sample_workspace(root: Path) -> Workspace:
    """A workspace whose snapshot is the sample site."""
    here = Workspace(root, Settings())
    here.public_database.parent.mkdir(parents=True)
    sample().save(here.public_database)
    return here


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        here = sample_workspace(Path(folder))
        print(*asyncio.run(statuses(here, int(sys.argv[1]))), sep="\n")
