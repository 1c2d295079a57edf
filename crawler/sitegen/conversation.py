"""The conversation about one article: posts of all networks in order of time."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler import site_urls
from crawler.sitegen.article_posts import PublicThreads, SharedPost, group_posts
from crawler.sitegen.row_details import DISCUSSION_NETWORKS
from crawler.sitegen.snapshot_reader import Row
from crawler.sitegen.words_of_posts import ArticleWords, PostText, split_text

_HEAD_LETTERS = 280
_TITLE_LETTERS = 120  # of a discussion; a longer text is a comment
_MAX_POSTS = 100
_MAX_THREAD_PARTS = 30


@dataclass(frozen=True, slots=True)
class Comment:
    """A post that adds words to the title. `similar` are near-identical posts.

    `parts` are the posts of its thread with their words, this one included; empty for one post.
    """

    post: SharedPost
    text: PostText
    parts: tuple[tuple[SharedPost, PostText], ...] = ()

    @property
    def similar(self) -> tuple[SharedPost, ...]:
        """Return the near-identical posts."""
        return self.post.similar


@dataclass(frozen=True, slots=True)
class Discussion:
    """A thread about the article on a discussion site, with its counts when last read.

    `title` is that of the thread, if it differs from the title of the article. A count is None if
    the network did not report it. `is_comment` tells whether the post is also in the comments.
    """

    post: SharedPost
    title: str
    points: int | None
    replies: int | None
    is_comment: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """The posts about one article, oldest first.

    `silent` are the posts that add no words to the title and the URL. `unnamed` counts the posts
    that are shares of the article and of which no part may be shown. `omitted` is the number of
    posts beyond the limit of one page. `posts` are all that are shown.
    """

    discussions: tuple[Discussion, ...]
    comments: tuple[Comment, ...]
    silent: tuple[SharedPost, ...]
    unnamed: int
    omitted: int
    posts: tuple[SharedPost, ...]

    def words_by_post(self) -> dict[int, str]:
        """Return the words of each comment and each part of a thread, by the id of the post."""
        texts = {comment.post.post_id: comment.text for comment in self.comments}
        parts = (part for comment in self.comments for part in comment.parts)
        texts.update((post.post_id, text) for post, text in parts)
        return {post_id: text.joined() for post_id, text in texts.items()}


def read_conversation(
    rows: Sequence[Row],
    threads: PublicThreads,
    title: str,
    urls: Iterable[str],
) -> Conversation:
    """Return the conversation of one article from its shares (`rows`), oldest first.

    `threads` has the posts of each thread. `title` and `urls` of the article are left out of the
    words of its posts.
    """
    rows_shown = [row for row in rows if _may_be_shown(row)]
    posts = group_posts(rows_shown[:_MAX_POSTS], threads)
    article_words = ArticleWords(title, [*urls, *(row["url_as_written"] for row in rows)])
    comments = [comment for post in posts for comment in _comments(post, article_words)]
    spoken = {post.post_id for comment in comments for post in _posts_of(comment)}
    discussions = tuple(_discussions(posts, rows_shown, spoken, article_words))
    spoken.update(discussion.post.post_id for discussion in discussions)
    singles = sorted(
        (single for post in posts for single in (post, *post.similar, *_other_parts(post))),
        key=lambda post: (post.shared, post.post_id),
    )
    return Conversation(
        discussions=discussions,
        comments=tuple(comments),
        silent=tuple(single for single in singles if single.post_id not in spoken),
        unnamed=len(rows) - len(rows_shown),
        omitted=max(0, len(rows_shown) - _MAX_POSTS),
        posts=tuple(singles),
    )


def _may_be_shown(row: Row) -> bool:
    return bool(row["text"] or row["author_name"] or row["author_handle"] or row["post_url"])


def _comments(post: SharedPost, article_words: ArticleWords) -> list[Comment]:
    """Return a post as a comment, or nothing if it adds no words."""
    if post.thread:
        parts = tuple(
            (part, _words(part, article_words)) for part in post.thread[:_MAX_THREAD_PARTS]
        )
        return (
            [Comment(post, _words(post, article_words), parts)]
            if any(map(_has_words, parts))
            else []
        )
    words = _words(post, article_words)
    if not words or (_is_discussion(post) and _is_title(words)):
        return []
    return [Comment(post, words)]


def _has_words(part: tuple[SharedPost, PostText]) -> bool:
    return bool(part[1])


def _words(post: SharedPost, article_words: ArticleWords) -> PostText:
    words = article_words.remove_from(post.text)
    return split_text(words, _HEAD_LETTERS, has_original=site_urls.is_web_url(post.url))


def _other_parts(post: SharedPost) -> Iterator[SharedPost]:
    return (part for part in post.thread[:_MAX_THREAD_PARTS] if part.post_id != post.post_id)


def _posts_of(comment: Comment) -> Iterable[SharedPost]:
    return (comment.post, *comment.similar, *comment.post.thread)


def _discussions(
    posts: Iterable[SharedPost],
    rows: Iterable[Row],
    comments: Container[int],
    article_words: ArticleWords,
) -> Iterator[Discussion]:
    counts = {row["post_id"]: row["counts"] for row in rows}
    for post in (single for group in posts for single in (group, *group.similar)):
        if _is_discussion(post):
            stored = json.loads(counts[post.post_id])
            points, replies = _count(stored, "points"), _count(stored, "replies")
            is_comment = post.post_id in comments
            title = "" if is_comment else article_words.remove_from(post.text)
            yield Discussion(post, title, points, replies, is_comment)


def _is_discussion(post: SharedPost) -> bool:
    return post.network in DISCUSSION_NETWORKS and site_urls.is_web_url(post.url)


def _is_title(text: PostText) -> bool:
    return len(text.joined()) <= _TITLE_LETTERS and "\n" not in text.head


def _count(counts: Mapping[str, object], name: str) -> int | None:
    value = counts.get(name)
    return value if isinstance(value, int) else None
