"""A small library for tests of the search, with one document or more for each class of search."""

from __future__ import annotations

import json
from pathlib import Path

from crawler.settings.all_settings import Settings
from crawler.store.public_snapshot import write_snapshot
from crawler.workspace import Workspace
from tests.sitegen.factory import Factory

CODE_TEXT = "A lock-free ring in C++ beats the collector of .NET by a hair. Nepheline."
HOSTILE = "<b onclick=alert(1)>Sharding & “joins”</b>"


def search_library() -> Factory:
    """Return topics, systems, people, articles and posts that differ in one property each."""
    factory = Factory()
    factory.topic("leases", "Leases", "Locks that expire.", hashtags=json.dumps(["fencing"]))
    factory.topic("streams", "Event streaming", aliases=json.dumps(["commit log"]))
    ada = factory.author("Ada Lovelock", handle="@ada@social.example")
    basil = factory.author("Basil Brook", network="bluesky", handle="basil.example")
    _add_articles(factory)
    factory.entity("Zephyrdb", [1, 2], kind="system")
    factory.entity("Acme Freight", [3], slug="acme-freight", kind="organisation")
    factory.entity("gossip protocol", [4], slug="gossip-protocol", kind="technique")
    seen = {"language": "en", "author_id": ada}
    factory.post("Leases are not locks, says the talk.", 1, {"leases": "certain"}, **seen)
    factory.post("A note about quorums and nothing else.", author_id=basil, network="bluesky")
    factory.post("Read the secret sauce", 2, author_id=ada, consent="link-only")
    factory.post("分散トランザクションの解説", author_id=basil, network="bluesky", language="ja")
    return factory


def _add_articles(factory: Factory) -> None:
    named = {"topics": {"leases": "certain"}}
    factory.article("Leases", rank=0.1, kind="paper", language="de", **named)
    factory.article("Leases explained", rank=0.8, url="https://papers.example/leases", **named)
    factory.article("Fencing tokens", authors=json.dumps(["Zoë Müller"]), rank=0.5)
    factory.article("Gossip in clusters", summary="Members exchange their views of a cluster.")
    factory.article("Exactly-once delivery", summary="Every message has one effect.")
    factory.article("Deliver once more, exactly late", summary="A story of retries.")
    factory.article("Generics in C#", first_seen="2025-03-04T00:00:00Z")
    factory.article("Templates in C++", first_seen="2024-03-14T00:00:00Z")
    factory.article("C for the impatient")
    factory.article("Modules of .NET")
    factory.article("Streams of Node.js", topics={"streams": "likely"})
    factory.article("Asynchronous calls with io_uring")
    factory.article("分布式系统的一致性", language="zh")
    factory.article("キャッシュの設計", language="ja")
    factory.article("A ﬁle system on Ｚｅｐｈｙｒ")
    factory.article("Rings without locks", text=CODE_TEXT, summary="On queues.")
    factory.article("Kafka at scale", topics={"streams": "certain"}, rank=0.9)
    factory.article("Caching of sessions", summary="How caches expire.")
    factory.article(HOSTILE, summary=f"{HOSTILE} in the excerpt")
    factory.article("Hidden page about obsidian", hidden=1)
    quiet = json.dumps({"nosnippet": True})
    factory.article("Quiet page", text="Obsidian", summary="Obsidian", directives=quiet)


def search_workspace(folder: Path, factory: Factory) -> Workspace:
    """Return a workspace in a `folder` with the snapshot of a library."""
    here = Workspace(folder, Settings())
    here.public_database.parent.mkdir(parents=True)
    write_snapshot(factory.db, here.public_database)
    return here
