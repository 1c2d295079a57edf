"""The stored facts about one article, as data and as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from crawler.cli.explain_post import withheld_posts, withheld_reasons
from crawler.counted_nouns import counted_noun
from crawler.monitoring.unread_causes import outcome_label
from crawler.sitegen import display_formats
from crawler.sitegen.url_reasons import url_reason_label
from crawler.store.shown_titles import shown_titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database

_MAX_ROWS = 12  # of a section of the text; --json has all rows
_ARTICLE = """
SELECT id, url, title, site_name, published, kind, kind_reason, state, state_since,
       state_evidence, first_seen, last_checked, last_outcome, next_check, word_count, extractor,
       summary
FROM articles WHERE id = ?
"""
_QUERIES = {
    "aliases": """
        SELECT url, reason, evidence, added_at FROM aliases WHERE article_id = ? ORDER BY id
    """,
    "posts": """
        SELECT p.uri, p.source, p.provenance, s.network, s.author_name, a.handle, s.shared,
               s.url_as_written
        FROM shares s JOIN posts p ON p.id = s.post_id LEFT JOIN authors a ON a.id = p.author_id
        WHERE s.article_id = ? ORDER BY s.shared
    """,
    "deleted_posts": """
        SELECT DISTINCT p.uri, p.network, p.source, p.deleted_at
        FROM links l JOIN posts p ON p.id = l.post_id
        WHERE l.article_id = ? AND p.deleted_at IS NOT NULL ORDER BY p.deleted_at, p.uri
    """,
    "fetches": """
        SELECT at, url, outcome, status, bytes, waited_ms, robots_rule, hops, archive_file,
               archive_offset, message
        FROM fetches WHERE url IN (SELECT url FROM aliases WHERE article_id = ?)
        ORDER BY at DESC, id DESC
    """,
    "topics": """
        SELECT t.topic, t.confidence, t.score, e.field, e.quote, e.rule, e.weight, e.times,
               e.sentence, COALESCE(n.label, '') AS label
        FROM taggings t JOIN evidence e ON e.tagging_id = t.id
        LEFT JOIN topics n ON n.slug = t.topic
        WHERE t.subject_kind = 'article' AND t.subject_id = ?
        ORDER BY t.score DESC, t.topic, e.weight DESC
    """,
}
_STATES = {"ok": "Available"}
_OUTCOMES = {"not_modified": "not changed", "ok": "read"}
_ORIGINS = {
    "blocks": "the blocks of the page",
    "byline": "the byline",
    "card": "a link preview",
    "declared": "the declared language",
    "feed": "an entry of a feed",
    "json-ld": "JSON-LD",
    "link": "link elements",
    "meta": "meta elements",
    "opengraph": "Open Graph",
}
Row = dict[str, Any]


def article_facts(db: Database, article_id: int) -> Row:
    """Return the article `article_id` with its URLs, posts, fetches and topics, for JSON."""
    article = dict(next(iter(db.query(_ARTICLE, [article_id]))))
    sources = "SELECT field_sources FROM articles WHERE id = ?"
    rows = {name: list(db.query(query, [article_id])) for name, query in _QUERIES.items()}
    return {
        "article": article,
        "fields": msgspec.json.decode(db.execute(sources, [article_id]).fetchone()[0]),
        "shown_title": shown_titles(db.conn, [article_id]).get(article_id, ""),
        "withheld_posts": withheld_posts(db, article_id),
        **rows,
    }


def article_lines(facts: Row) -> Iterator[str]:
    """Yield the lines of text for the result of `article_facts`.

    `facts` also has `asked` (the URL on the command line), `key` and the `rules` of the key.
    """
    yield from _summary(facts)
    yield from _section("URLs", map(_alias, facts["aliases"]))
    yield from _section("Shared by", map(_share, facts["posts"]))
    if facts["deleted_posts"]:
        yield from _section("Shared by deleted posts", map(_deleted_post, facts["deleted_posts"]))
    if facts["withheld_posts"]:
        yield from _section("Withheld posts", map(_withheld_post, facts["withheld_posts"]))
    yield from _section("Fetched", map(_fetch, facts["fetches"]))
    yield from _section("Topics", map(_evidence, facts["topics"]))


def _summary(facts: Row) -> Iterator[str]:
    article = facts["article"]
    yield facts["shown_title"] or article["title"] or "(not shown, not read yet)"
    yield f"  article {article['id']}: {article['url']}"
    yield f"  asked    {facts['asked']}"
    yield f"  key      {facts['key']}" + _suffix("   by ", ", ".join(facts["rules"]))
    yield f"  state    {_state(article)}" + _suffix(" since ", article["state_since"])
    yield f"  checked  {_check(article)}"
    kind = display_formats.kind_label(article["kind"]) if article["kind"] else "not decided"
    yield f"  kind     {kind}" + _suffix(", because ", article["kind_reason"])
    yield f"  text     {_text(article)}"
    if facts["fields"]:
        yield f"  fields   {'; '.join(_origins(facts['fields']))}"


def _state(article: Row) -> str:
    return _STATES.get(article["state"]) or display_formats.state_label(article["state"], "")


def _check(article: Row) -> str:
    if not article["last_checked"]:
        return "never; next check when due"
    following = article["next_check"] or "when due"
    return f"{article['last_checked']}: {_outcome(article['last_outcome'])}; next check {following}"


def _outcome(code: str | None) -> str:
    """Return the outcome of a request in words, with the `code` of the log if it failed."""
    if not code:
        return "no outcome"
    return _OUTCOMES.get(code) or f"{outcome_label(code)} ({code})"


def _text(article: Row) -> str:
    if not article["extractor"]:
        return "not read yet"
    return f"{counted_noun(article['word_count'], 'word')}, read by {article['extractor']}"


def _origins(fields: dict[str, str]) -> Iterator[str]:
    """Yield the fields from each place, as in `site name, title from Open Graph`."""
    for origin in dict.fromkeys(fields.values()):
        names = [name.replace("_", " ") for name, place in fields.items() if place == origin]
        yield f"{', '.join(names)} from {_ORIGINS.get(origin, origin)}"


def _suffix(separator: str, text: str | None) -> str:
    return f"{separator}{text}" if text else ""


def _alias(alias: Row) -> str:
    evidence = f" ({alias['evidence']})" if alias["evidence"] else ""
    return f"{alias['url']}   {url_reason_label(alias['reason'])}{evidence}"


def _deleted_post(post: Row) -> str:
    return f"{post['deleted_at']}  {post['uri']}, from {post['source']}"


def _withheld_post(post: Row) -> str:
    return f"{post['uri']}, from {post['source']}. {' '.join(withheld_reasons(post))}"


def _evidence(row: Row) -> str:
    place = display_formats.field_label(row["field"])
    times = f", {row['times']:,} times" if row["times"] > 1 else ""
    rule = display_formats.match_label(row["rule"], row["quote"], row["label"])
    sentence = f": {row['sentence']}" if row["sentence"] else ""
    match = f"“{row['quote']}” {place}{times} ({rule}, weight {row['weight']:.2f}){sentence}"
    return f"{row['topic']:<28} {row['confidence']:<8} {match}"


def _author(post: Row) -> str:
    """Return the name with `network:handle`, as a ban names an author."""
    if not post["handle"]:
        return f"without an author on {post['network']}"
    return f"{post['author_name'] or post['handle']} ({post['network']}:{post['handle']})"


def _share(post: Row) -> str:
    return f"{post['shared']}  {_author(post)}, from {post['source']}: {post['url_as_written']}"


def _fetch(fetch: Row) -> str:
    archive = f"archived in {fetch['archive_file']} at {fetch['archive_offset']}"
    parts = (
        f"{fetch['at']}  {_outcome(fetch['outcome'])}",
        f"status {fetch['status']}" if fetch["status"] and not fetch["message"] else "",
        counted_noun(fetch["bytes"], "byte") if fetch["bytes"] else "",
        f"waited {fetch['waited_ms']} ms" if fetch["waited_ms"] else "",
        f"rule of robots.txt: {fetch['robots_rule']}" if fetch["robots_rule"] else "",
        archive if fetch["archive_file"] else "",
        fetch["message"],
    )
    return ", ".join(part for part in parts if part)


def _section(name: str, lines: Iterable[str]) -> Iterator[str]:
    rows = list(lines)
    yield f"  {name}"
    yield from (f"    {row}" for row in rows[:_MAX_ROWS] or ["none"])
    if len(rows) > _MAX_ROWS:
        yield f"    … and {len(rows) - _MAX_ROWS} more (--json has all)"
