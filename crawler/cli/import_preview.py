"""The preview of an import: the posts of each file, its format, and what is left out and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from crawler.counted_nouns import counted_noun
from crawler.models.posts import Card, Post
from crawler.utc_times import iso

if TYPE_CHECKING:
    from crawler.crawl.import_files import ImportTotals


class TextPreview:
    """Prints the posts of files as text, numbered over all files."""

    def __init__(self) -> None:
        self._number = 0

    def show(self, posts: tuple[Post, ...]) -> None:
        """Print `posts`, each with its hashtags, links and cards."""
        for post in posts:
            self._number += 1
            click.echo(_heading(self._number, post))
            for line in _details(post):
                click.echo(f"    {line}")

    def end_file(self, name: str, totals: ImportTotals) -> None:
        """Print the summary of the file `name` from its `totals`."""
        click.echo(f"{name}: {summary(totals)}")

    def end(self) -> None:
        """Print the next step."""
        click.echo("Nothing was stored. To import: the same command without --preview.")


class JsonPreview:
    """Prints one JSON object: the posts of all files, then a summary of each file.

    The posts are printed as they come, so that a large file needs little memory.
    """

    def __init__(self) -> None:
        self._files: list[dict[str, Any]] = []
        self._separator = '{"posts": ['

    def show(self, posts: tuple[Post, ...]) -> None:
        """Print `posts`."""
        for post in posts:
            click.echo(self._separator + json.dumps(_public(post), ensure_ascii=False), nl=False)
            self._separator = ", "

    def end_file(self, name: str, totals: ImportTotals) -> None:
        """Add the summary of the file `name` from its `totals`."""
        counts = {"format": totals.format, "posts": totals.posts, "articles": totals.articles}
        self._files.append({"file": name, **counts, **left_out_and_failed(totals)})

    def end(self) -> None:
        """Print the summaries, and end the object."""
        opening = self._separator if self._separator != ", " else ""
        click.echo(f'{opening}], "files": {json.dumps(self._files, ensure_ascii=False)}}}')


def left_out_and_failed(totals: ImportTotals) -> dict[str, Any]:
    """Return the reasons for records that are left out, and the failed records, of `totals`."""
    reasons = [{"reason": reason, "count": count} for reason, count in totals.left_out.items()]
    return {"left_out": reasons, "failed": totals.failed}


def summary(totals: ImportTotals) -> str:
    """Return one line about the `totals` of a file: format, content, and what is left out."""
    counted = counted_noun(totals.posts, "post")
    if totals.articles:
        counted += f", {counted_noun(totals.articles, 'article')}"
    return f"format {totals.format}, {counted}.{failed_and_left_out(totals)}"


def failed_and_left_out(totals: ImportTotals) -> str:
    """Return sentences about the records of `totals` that failed or are left out, or nothing."""
    sentences = [f" {counted_noun(totals.failed, 'record')} failed."] if totals.failed else []
    sentences += [f" Left out ({count:,}): {reason}." for reason, count in totals.left_out.items()]
    return "".join(sentences)


def _public(post: Post) -> dict[str, Any]:
    return {
        "text": post.text,
        "author": post.author.name if post.author else None,
        "published": iso(post.published),
        "date_precision": post.provenance.date_precision,
        "visibility": post.visibility,
        "hashtags": list(post.hashtags),
        "links": [{"url": link.url} for link in post.links],
        "cards": [_public_card(card) for card in post.cards],
        "thread_position": post.thread_position,
        "lines": list(post.provenance.lines or ()),
    }


def _public_card(card: Card) -> dict[str, Any]:
    return {
        "title": card.title,
        "description": card.description,
        "site_name": card.site_name,
        "link": card.link,
    }


def _heading(number: int, post: Post) -> str:
    lines = post.provenance.lines
    place = f"lines {lines[0]}-{lines[1]}" if lines else post.uri
    is_post = bool(post.text or not post.cards)
    return f"{number}. {'post' if is_post else 'card without a post'}, {place}"


def _author_and_date(post: Post) -> str:
    """Return who wrote a post and when: `by Ann Author, 2026-03-16 (to the day)`."""
    name = post.author.name or post.author.handle if post.author else ""
    date = post.published.date().isoformat() if post.published else ""
    precision = post.provenance.date_precision
    dated = f"{date} (to the {precision})" if date and precision else date
    return ", ".join(part for part in (f"by {name}" if name else "", dated) if part)


def _in_brackets(name: str) -> str:
    return f" ({name})" if name else ""


def _details(post: Post) -> list[str]:
    text = post.text if len(post.text) <= 100 else f"{post.text[:60]} … {post.text[-30:]}"
    lines = []
    if text:
        lines.append(" ".join(text.split()))
    if about := _author_and_date(post):
        lines.append(about)
    if post.visibility not in ("public", "unlisted"):
        lines.append(f"not shown on the site: {post.visibility}")
    if post.thread_position:
        lines.append(f"position {post.thread_position} of a thread")
    if post.hashtags:
        lines.append(" ".join(f"#{tag}" for tag in post.hashtags))
    lines += [f"link: {link.url}" for link in post.links]
    lines += [f"card: {card.title}{_in_brackets(card.site_name)}" for card in post.cards]
    return lines
