"""`hashtrail explain URL`: the story of one article, from the posts that named it to the page that
shows it, in one screen; or what became of a post.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.cli.explain_topic import echo_explanations
from crawler.errors import UsageError

if TYPE_CHECKING:
    from sqlite_utils import Database

_SHOWN = 12
_SHOWN_OF = {
    "reference": "a link to the original, with network and date",
    "link-only": "nothing of the post; its links count",
    "nothing": "nothing",
}
# The facts of a post, with the signals of the author where the post has none of its own.
_POST_FACTS = """
SELECT p.uri, p.network, p.source, p.seen_at, p.last_checked, p.missing_since, p.deleted_at,
       p.consent, p.sensitive, p.visibility, COALESCE(s.level, 'nothing') AS level,
       COALESCE(w.reasons, a.reasons, '') AS reasons, COALESCE(w.at, a.at) AS withheld_at,
       COALESCE(w.source, a.source) AS withheld_by, u.post_id IS NOT NULL AS unconfirmed
FROM posts p LEFT JOIN publishable_posts s ON s.id = p.id
LEFT JOIN withheld_posts w ON w.post_id = p.id
LEFT JOIN withheld_authors a ON a.author_id = p.author_id
LEFT JOIN unconfirmed_posts u ON u.post_id = p.id
"""
_TOPICS = """
SELECT t.topic, t.confidence, t.score, e.field, e.quote, e.rule, e.weight, e.times, e.sentence
FROM taggings t JOIN evidence e ON e.tagging_id = t.id
WHERE t.subject_kind = 'article' AND t.subject_id = ? ORDER BY t.score DESC, t.topic, e.weight DESC
"""
_POSTS_OF = "(SELECT post_id FROM links WHERE article_id = :article)"


@click.command()
@click.argument("url")
@click.option("--topic", help="Show only why the article has this topic, or why not.")
@json_option
@click.pass_context
def explain(context: click.Context, url: str, topic: str | None, as_json: bool) -> None:
    """Show the stored data about URL: its key, article, other URLs with reasons, posts, fetches, and
    topics with evidence.

    For a post: whether its network still has it, and why it is withheld.
    """
    from crawler.crawl.crawl_context import open_ledger
    from crawler.links.article_key import normalize_url
    from crawler.store.database import open_existing
    from crawler.store.item_annotations import article_item

    here = workspace(context)
    key = normalize_url(url)
    db = open_existing(here.database)
    article = _article(db, open_ledger(db).find(url))
    if not article and (post := _post(db, url)):
        write_json_line(post) if as_json else click.echo(_standing(post))
        return
    if not article:
        raise _unknown(url, key.key)
    if topic:
        echo_explanations(context, article_item(db, article["id"]), as_json, topic)
        return
    story = _story(db, article) | {"asked": url, "key": key.key, "rules": list(key.rules)}
    if as_json:
        write_json_line(story)
    else:
        click.echo("\n".join(_lines(story)))


def _unknown(url: str, key: str) -> UsageError:
    if not key:
        return UsageError(
            f"{url!r} is not a URL and not the uri of a stored post.",
            "Give the URL of an article or post.",
        )
    return UsageError(
        f"No article or post with the URL {url} is stored.",
        f"Its key is {key}. Import a post that links to it.",
    )


def _article(db: Database, article_id: int | None) -> dict[str, Any] | None:
    return next(iter(_rows(db, "SELECT * FROM articles WHERE id = ?", [article_id])), None)


def _post(db: Database, url: str) -> dict[str, Any] | None:
    rows = _rows(
        db, f"{_POST_FACTS} WHERE p.uri = :url OR (p.url <> '' AND p.url = :url)", {"url": url}
    )
    return rows[0] if rows else None


def _standing(post: dict[str, Any]) -> str:
    """What became of a post: whether its network still has it, and why it is withheld."""
    lines = [
        f"{post['uri']} is a post on {post['network']}, from {post['source']}, first seen {post['seen_at']}."
    ]
    if post["deleted_at"]:
        return f"{lines[0]} Its network reported it deleted {post['deleted_at']}. Its text is deleted here."
    if post["missing_since"]:
        lines.append(
            f"Its network did not return it since {post['missing_since']}; another night must confirm that."
        )
    elif post["last_checked"]:
        lines.append(f"Its network last returned it {post['last_checked']}.")
    return " ".join([*lines, *_withheld(post)])


def _withheld(post: dict[str, Any]) -> list[str]:
    """The level of a post that is not shown in full, with the signals and when they were seen."""
    lines = []
    if post["level"] != "full":
        lines.append(f"Shown: {_SHOWN_OF[post['level']]}.")
    if post["reasons"]:
        lines.append(
            f"Withheld since {post['withheld_at']}: {post['reasons']} (reported by {post['withheld_by']})."
        )
    elif post["consent"] != "full":
        lines.append(f"Consent: {post['consent']}.")
    if post["sensitive"]:
        lines.append("It has a content warning.")
    if post["visibility"] != "public":
        lines.append(f"Visibility: {post['visibility']}.")
    if post["unconfirmed"]:
        lines.append(
            "A restore holds it back until its network confirms it: hashtrail restore --confirm."
        )
    return lines


def _story(db: Database, article: dict[str, Any]) -> dict[str, Any]:
    number = article["id"]
    return {
        "article": {
            name: article[name]
            for name in (
                "id",
                "url",
                "title",
                "site_name",
                "published",
                "kind",
                "kind_reason",
                "state",
                "state_since",
                "state_evidence",
                "first_seen",
                "last_checked",
                "last_outcome",
                "next_check",
                "word_count",
                "extractor",
                "summary",
            )
        },
        "fields": msgspec.json.decode(article["field_sources"]),
        "aliases": _rows(
            db,
            "SELECT url, reason, evidence, added_at FROM aliases WHERE article_id = ? ORDER BY id",
            [number],
        ),
        "posts": _rows(
            db,
            "SELECT p.uri, p.source, p.provenance, s.network, s.author_name, a.handle, s.shared, s.url_as_written FROM shares s"
            " JOIN posts p ON p.id = s.post_id LEFT JOIN authors a ON a.id = p.author_id WHERE s.article_id = ? ORDER BY s.shared",
            [number],
        ),
        "withheld_posts": [
            post
            for post in _rows(db, f"{_POST_FACTS} WHERE p.id IN {_POSTS_OF}", {"article": number})
            if post["level"] != "full" and not post["deleted_at"]
        ],
        "deleted_posts": _rows(
            db,
            "SELECT DISTINCT p.uri, p.network, p.source, p.deleted_at FROM links l JOIN posts p ON p.id = l.post_id"
            " WHERE l.article_id = ? AND p.deleted_at IS NOT NULL ORDER BY p.deleted_at, p.uri",
            [number],
        ),
        "fetches": _rows(
            db,
            "SELECT at, url, outcome, status, bytes, waited_ms, robots_rule, hops, archive_file, archive_offset, message FROM fetches"
            " WHERE url IN (SELECT url FROM aliases WHERE article_id = ?) ORDER BY at DESC, id DESC",
            [number],
        ),
        "topics": _rows(db, _TOPICS, [number]),
    }


def _lines(story: dict[str, Any]) -> list[str]:
    article = story["article"]
    lines = [
        f"{article['title'] or '(not read yet)'}",
        f"  article {article['id']}: {article['url']}",
        f"  asked    {story['asked']}",
        f"  key      {story['key']}"
        + (f"   by {', '.join(story['rules'])}" if story["rules"] else ""),
        f"  state    {article['state']}"
        + (f" since {article['state_since']}" if article["state_since"] else ""),
        f"  checked  {article['last_checked'] or 'never'}: {article['last_outcome'] or 'nothing yet'}; next {article['next_check'] or 'when due'}",
        f"  kind     {article['kind'] or 'not decided'}"
        + (f": {article['kind_reason']}" if article["kind_reason"] else ""),
        f"  read by  {article['extractor'] or 'nothing yet'}, {article['word_count']:,} words"
        + (
            f"; {', '.join(f'{name} from {where}' for name, where in story['fields'].items())}"
            if story["fields"]
            else ""
        ),
    ]
    lines += _section(
        "Addresses",
        [
            f"{a['reason']:<12} {a['url']}" + (f"   ({a['evidence']})" if a["evidence"] else "")
            for a in story["aliases"]
        ],
    )
    lines += _section("Shared by", [_share(post) for post in story["posts"]])
    if story["deleted_posts"]:
        lines += _section(
            "Shared before by posts since deleted",
            [f"{p['deleted_at']}  {p['uri']}, from {p['source']}" for p in story["deleted_posts"]],
        )
    if story["withheld_posts"]:
        withheld = [
            f"{p['uri']}, from {p['source']}. {' '.join(_withheld(p))}"
            for p in story["withheld_posts"]
        ]
        lines += _section("Withheld posts", withheld)
    lines += _section("Fetched", [_fetch(fetch) for fetch in story["fetches"]])
    return lines + _section("Topics", [*map(_evidence, story["topics"])])


def _evidence(row: dict[str, Any]) -> str:
    times = f" {row['times']:,} times" if row["times"] > 1 else ""
    sentence = f", first: {row['sentence']}" if row["sentence"] else ""
    matched = f"“{row['quote']}”{times} ({row['rule']}, {row['weight']:.2f}){sentence}"
    return f"{row['topic']:<28} {row['confidence']:<8} {row['field']}: {matched}"


def _author(post: dict[str, Any]) -> str:
    """The name with `network:handle`, as a ban names an author."""
    if not post["handle"]:
        return f"without an author on {post['network']}"
    return f"{post['author_name'] or post['handle']} ({post['network']}:{post['handle']})"


def _share(post: dict[str, Any]) -> str:
    return f"{post['shared']}  {_author(post)}, from {post['source']}: {post['url_as_written']}"


def _fetch(fetch: dict[str, Any]) -> str:
    parts = [
        f"{fetch['at']}  {fetch['outcome']}",
        f"{fetch['status']}" if fetch["status"] else "",
        f"{fetch['bytes']:,} bytes" if fetch["bytes"] else "",
    ]
    parts += [
        f"waited {fetch['waited_ms']} ms" if fetch["waited_ms"] else "",
        f"robots: {fetch['robots_rule']}" if fetch["robots_rule"] else "",
    ]
    parts += [
        f"in {fetch['archive_file']} at {fetch['archive_offset']}" if fetch["archive_file"] else "",
        fetch["message"],
    ]
    return ", ".join(part for part in parts if part)


def _section(name: str, rows: list[str]) -> list[str]:
    more = [f"    … and {len(rows) - _SHOWN} more (--json has all)"] if len(rows) > _SHOWN else []
    return [f"  {name}", *(f"    {row}" for row in rows[:_SHOWN] or ["none"]), *more]


def _rows(db: Database, sql: str, values: list[Any] | dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in db.query(sql, values)]
