"""Every decision of the curator works with every URL of an article, whichever way the article
arrived.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.web import Request, Response, json_response

from crawler.crawl.crawl_context import open_ledger
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_store
from crawler.store.database_files import remove_database
from crawler.workspace import open_workspace
from tests.internet import networks
from tests.promises.workspace import START, Nights, feed_source, nights_with, rss

ACTIONS = ("pin", "hide", "note", "tag", "untag", "split", "join", "ban")
ARRIVALS = ("feed", "mastodon", "hackernews", "import", "paste")
NAMES = [f"{arrival}-{action}" for arrival in ARRIVALS for action in ACTIONS]
SOURCES = (
    feed_source("Feed", "feed.example")
    + networks.MASTODON
    + """
[[source]]
name = "Hacker News"
kind = "hackernews"
query = "distributed systems"
"""
)

# Every article is posted under a short URL that redirects to a page with a canonical URL.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as posted": lambda name: posted(name),
    "posted, other tracking": lambda name: (
        f"https://s-{name}.example/p/{name}?utm_medium=y&fbclid=1"
    ),
    "redirect": lambda name: f"https://www.p-{name}.example/a/{name}/",
    "redirect, other case": lambda name: f"HTTP://P-{name}.EXAMPLE:80/a/{name}#top",
    "canonical": lambda name: canonical(name),
    "canonical, no scheme": lambda name: f"p-{name}.example/c/{name}?utm_campaign=z",
}
# The spelling under which the ledger knows each URL.
_PLAIN = {spelled: spelled.replace("posted,", "as posted,").split(",")[0] for spelled in SPELLINGS}
HIDDEN = [f"{arrival}-hide" for arrival in ARRIVALS]


def posted(name: str) -> str:
    return f"https://s-{name}.example/p/{name}?utm_source=x"


def canonical(name: str) -> str:
    return f"https://p-{name}.example/c/{name}"


def title(name: str) -> str:
    return f"Titled {name.replace('-', ' ')} zq{NAMES.index(name)}zq"


def _page(name: str) -> str:
    words = " ".join(
        f"{name.replace('-', ' ')} remark {number * 7919 % 1009}" for number in range(60)
    )
    return (
        f"<html><head><title>{title(name)}</title>"
        f'<link rel="canonical" href="{canonical(name)}"></head>'
        f"<body><article><h1>{title(name)}</h1><p>A cache stampede is a problem of caching. "
        f"Caching with a cache in front of it. {words}.</p></article></body></html>"
    )


async def _article(request: Request) -> Response:
    name = request.path.strip("/").split("/")[-1]
    if request.host.startswith("s-"):
        return Response(status=301, headers={"Location": SPELLINGS["redirect"](name)})
    return Response(text=_page(name), content_type="text/html")


async def _feed(request: Request) -> Response:
    items = [(title(name), posted(name)) for name in NAMES if name.startswith("feed")]
    return Response(text=rss(*items), content_type="application/rss+xml")


async def _mastodon(request: Request) -> Response:
    if "instance" in request.path:
        return json_response(networks.INSTANCE)
    if {"max_id", "min_id", "since_id"} & set(request.query):
        return json_response([])
    names = [name for name in NAMES if name.startswith("mastodon")]
    return json_response([_status(10 + number, name) for number, name in enumerate(names)])


def _status(number: int, name: str) -> dict[str, Any]:
    content = f'<p>{title(name)} <a href="{posted(name)}">link</a></p>'
    return {**networks.status(number), "content": content}


async def _hackernews(request: Request) -> Response:
    found = networks.hn_search()
    names = [name for name in NAMES if name.startswith("hackernews")]
    found["hits"] = [
        {
            **found["hits"][0],
            "objectID": str(500 + number),
            "story_id": 500 + number,
            "title": f"{title(name)}: distributed systems",
            "url": posted(name),
        }
        for number, name in enumerate(names)
    ]
    return json_response(found)


def _posts_to_import() -> str:
    rows = [
        {
            "type": "post",
            "network": "mastodon",
            "uri": f"https://else.example/{name}",
            "url": f"https://else.example/{name}",
            "text": f"{title(name)} {posted(name)}",
            "links": [posted(name)],
        }
        for name in NAMES
        if name.startswith("import")
    ]
    return "\n".join(map(json.dumps, rows))


def _paste() -> str:
    """Pasted posts, one of which shares an article that will be hidden and one that stays."""
    names = [name for name in NAMES if name.startswith("paste")]
    both = f"Two links: {posted('paste-hide')} and {posted('paste-pin')}\n\n#DistributedSystems"
    return (
        "\n\n".join(f"{title(name)}\n\n{posted(name)}\n\n#DistributedSystems" for name in names)
        + f"\n\n{both}\n"
    )


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """A workspace after one night with 40 articles; `pristine.db` is a copy of its database."""
    sites = {f"{kind}-{name}.example": _article for kind in ("s", "p", "www.p") for name in NAMES}
    hosts = {
        **sites,
        "feed.example": _feed,
        networks.SERVER: _mastodon,
        "hn.algolia.com": _hackernews,
    }
    with nights_with(tmp_path_factory.mktemp("curator") / "kb", SOURCES, hosts) as found:
        (found.folder / "data/inbox").mkdir()
        (found.folder / "data/inbox/paste.txt").write_text(_paste())
        (found.folder / "posts.jsonl").write_text(_posts_to_import())
        assert found.command("import", str(found.folder / "posts.jsonl")).exit_code == 0
        found.run()
        rows = found.query("SELECT count(*), SUM(text <> '') FROM articles")
        assert rows == [(len(NAMES), len(NAMES))]
        with closing(open_store(_database(found)).conn) as db:
            db.execute("VACUUM INTO ?", [str(found.folder / "pristine.db")])
        yield found


def _database(nights: Nights) -> Path:
    return nights.folder / "data/state/hashtrail.db"


def _entry(name: str, url: str) -> str:
    """The entry of a decision file for one article."""
    arrival, action = name.split("-")
    values = {"host" if action == "ban" else "url": url, "reason": "Because."}
    values |= {"topic": "caching"} if action in ("pin", "untag") else {}
    values |= {"topic": "consensus"} if action == "tag" else {}
    values |= {"text": f"Noted {name}."} if action == "note" else {}
    values |= {"into": canonical(f"{arrival}-note")} if action == "join" else {}
    return f"[[{action}]]\n" + "\n".join(
        f"{key} = {json.dumps(value)}" for key, value in values.items()
    )


def decide(nights: Nights, entries: list[str]) -> None:
    """Restore the database of the first night, and apply these entries of a decision file."""
    remove_database(_database(nights))
    shutil.copy(nights.folder / "pristine.db", _database(nights))
    folder = nights.folder / "data/curation"
    folder.mkdir(exist_ok=True)
    (folder / "decisions.toml").write_text("\n\n".join(entries))
    nights.run(START + timedelta(hours=1), "retag")


def _has(ledger: IdentityLedger, sql: str, *values: object) -> bool:
    return ledger.db.execute(sql, values).fetchone() is not None


def effect(ledger: IdentityLedger, name: str, spelled: str) -> bool:
    """Whether the decision about this article is in effect."""
    arrival, action = name.split("-")
    article = ledger.find(canonical(name))
    curated = "SELECT 1 FROM curation_decisions WHERE action = ? AND article_id = ?"
    tagging = (
        "SELECT 1 FROM taggings WHERE subject_kind = 'article' AND subject_id = ? AND topic = ?"
    )
    match action:
        case "pin" | "note":
            return _has(ledger, curated, action, article)
        case "hide" | "ban":
            posts = (
                "SELECT 1 FROM links l JOIN posts p ON p.id = l.post_id "
                "WHERE l.article_id = ? AND p.hidden = 0 AND p.text NOT LIKE 'Two links%'"
            )
            hidden = _has(ledger, "SELECT 1 FROM articles WHERE id = ? AND hidden", article)
            return hidden and not _has(ledger, posts, article)
        case "tag":
            return _has(ledger, f"{tagging} AND tagger = 'curator'", article, "consensus")
        case "untag":
            return not _has(ledger, tagging, article, "caching")
        case "split":
            other = posted(name) if "canonical" in spelled else canonical(name)
            return ledger.find(SPELLINGS[_PLAIN[spelled]](name)) != ledger.find(other)
        case _:
            return article == ledger.find(canonical(f"{arrival}-note"))


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_every_action_on_every_arrival_works_with_this_spelling(
    nights: Nights, spelled: str
) -> None:
    decide(nights, [_entry(name, SPELLINGS[spelled](name)) for name in NAMES])
    db = open_store(_database(nights))
    ledger = open_ledger(db)
    assert [name for name in NAMES if not effect(ledger, name, spelled)] == []
    assert nights.reports[-1].unresolved == ()
    db.close()


def test_removed_topic_is_assigned_without_the_decision(nights: Nights) -> None:
    decide(nights, [])
    db = open_store(_database(nights))
    ledger = open_ledger(db)
    assert [name for name in NAMES if effect(ledger, name, "canonical")] == []
    db.close()


def _traces(nights: Nights, name: str) -> list[str]:
    """The published files and outputs that still contain a title, a URL or a path of an article."""
    needles = [title(name), f"p-{name}.example", f"s-{name}.example", f"/p/{name}", f"/c/{name}"]
    needle = re.compile("|".join(map(re.escape, needles)).encode())
    site = (nights.folder / "site/public").resolve()
    files = [path for path in site.rglob("*") if path.is_file()]
    files.append(open_workspace(nights.folder).public_database)
    found = [path.name for path in files if needle.search(path.read_bytes())]
    for form in ("jsonl", "csv", "markdown"):
        if needle.search(nights.command("export", "--format", form).output.encode()):
            found.append(f"export {form}")
    return found


def _post_of(nights: Nights, start: str) -> str:
    """The text of a post in the snapshot."""
    query = "SELECT text FROM posts WHERE text LIKE ? || '%'"
    with closing(sqlite3.connect(open_workspace(nights.folder).public_database)) as db:
        return str(db.execute(query, [start]).fetchone()[0])


def test_hidden_article_is_not_published_and_changes_no_other_article(nights: Nights) -> None:
    rest = """SELECT url, first_shared, week, rank, shares FROM article_list
        WHERE url NOT LIKE '%-hide.example%' ORDER BY id"""
    decide(nights, [])
    nights.run(START + timedelta(hours=1), "build", force=True)
    before = nights.query(rest)
    assert all(len(_traces(nights, name)) > 3 for name in HIDDEN)

    decide(nights, [_entry(name, posted(name)) for name in HIDDEN])
    nights.run(START + timedelta(hours=2), "build")
    assert nights.query(rest) == before
    assert _post_of(nights, "Two links").startswith("Two links: [hidden link] and http")
    assert {name: _traces(nights, name) for name in HIDDEN} == {name: [] for name in HIDDEN}


def test_decisions_without_exactly_one_subject_are_reported_with_their_entry(
    nights: Nights,
) -> None:
    (alias,) = nights.query("SELECT uri FROM posts WHERE network = 'hackernews' LIMIT 1")[0]
    entries = [
        '[[hide]]\nurl = "https://nothing.example/x"\nreason = "Gone."',
        '[[ban]]\nhost = "nothing.example"\nreason = "Gone."',
        '[[ban]]\nauthor = "mastodon:nobody@nothing.example"\nreason = "Gone."',
        '[[trust]]\nsource = "No such source"\nreason = "Gone."',
        f'[[pin]]\nurl = {json.dumps(alias)}\ntopic = "caching"\nreason = "A post."',
        f'[[merge]]\nurl = "{posted("feed-pin")}"\n'
        'into = "https://nothing.example/y"\nreason = "Gone."',
    ]
    decide(nights, entries)
    lines = nights.reports[-1].unresolved
    assert len(lines) == len(entries), lines
    for table in (
        "hide number 1",
        "ban number 1",
        "ban number 2",
        "trust number 1",
        "pin number 1",
        "merge number 1",
    ):
        assert any(f"decisions.toml: {table}: " in line for line in lines), table
    waiting = json.loads(nights.command("review", "--json").stdout)
    assert waiting["counts"]["decision-unmet"] == len(entries)
    assert "nothing.example/x" in nights.command("retag").output


def test_post_key_hides_the_post_and_not_the_article(nights: Nights) -> None:
    name = "feed-hide"
    decide(nights, [f'[[hide]]\npost = "{posted(name)}"\nreason = "Rude."'])
    hidden = """SELECT a.hidden, p.hidden FROM articles a JOIN links l ON l.article_id = a.id
        JOIN posts p ON p.id = l.post_id WHERE l.url = ?"""
    assert nights.query(hidden, posted(name)) == [(0, 1)]
