"""`hashtrail explain URL`: everything stored about one article or post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.cli.completion_values import complete_topic
from crawler.cli.explain_tagging import echo_explanations
from crawler.errors import UsageError

if TYPE_CHECKING:
    from sqlite_utils import Database


@click.command()
@click.argument("url")
@click.option(
    "--topic",
    shell_complete=complete_topic,
    help="Show only why the article has this topic, or why not.",
)
@json_option
@click.pass_context
def explain(context: click.Context, url: str, topic: str | None, as_json: bool) -> None:
    """Show the stored data about URL: key, article, other URLs, posts, fetches, topics.

    For a post: whether its network still has it, and why it is withheld.
    """
    from crawler.crawl.crawl_context import open_ledger
    from crawler.store.database import open_existing
    from crawler.store.item_annotations import article_item

    db = open_existing(workspace(context).database)
    article_id = open_ledger(db).find(url)
    if article_id is None:
        _explain_post(db, url, topic, as_json)
    elif topic:
        echo_explanations(context, article_item(db, article_id), as_json, topic)
    else:
        _explain_article(db, article_id, url, as_json)


def _explain_article(db: Database, article_id: int, url: str, as_json: bool) -> None:
    from crawler.cli.explain_article import article_facts, article_lines
    from crawler.links.article_key import normalize_url

    key = normalize_url(url)
    facts = article_facts(db, article_id) | {
        "asked": url,
        "key": key.key,
        "rules": list(key.rules),
    }
    if as_json:
        write_json_line(facts)
    else:
        click.echo("\n".join(article_lines(facts)))


def _explain_post(db: Database, url: str, topic: str | None, as_json: bool) -> None:
    from crawler.cli.explain_post import find_post, post_status, post_with_link
    from crawler.links.article_key import normalize_url

    post = find_post(db, url)
    if post is None:
        raise _unknown(url, normalize_url(url).key, post_with_link(db, url))
    if topic:
        raise UsageError(
            f"{url} is a post, and --topic explains the topics of articles.",
            "Pass the text of the post to: hashtrail topics try",
        )
    if as_json:
        write_json_line(post)
    else:
        click.echo(post_status(post))


def _unknown(url: str, key: str, linking_post: str) -> UsageError:
    if linking_post:
        return UsageError(
            f"{url} is a link of the post {linking_post} and has no article yet.",
            "Make the articles of new links with: hashtrail retag",
        )
    if not key:
        return UsageError(
            f"{url!r} is not a URL and not the URI of a stored post.",
            "Give the URL of an article or post.",
        )
    return UsageError(
        f"No article or post with the URL {url} is stored.",
        f"Its key is {key}. Import a post that links to it.",
    )
