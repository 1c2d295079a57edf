"""The posts with a topic, for sources that also publish on other subjects."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crawler.models.posts import Post
from crawler.models.topics import Item
from crawler.topics.tagger import Tagger


class TopicFilter:
    """Finds the posts with a topic. The taxonomy is read at the first use: few sources need it."""

    def __init__(self) -> None:
        self._tagger: Tagger | None = None

    def with_topic(self, folder: Path, posts: Iterable[Post]) -> tuple[Post, ...]:
        """Return the `posts` whose title, summary, hashtags or URL give at least one topic.

        `folder` has the topic files. Raises ConfigurationError if one of them cannot be used.
        """
        self._tagger = self._tagger or Tagger.load(folder)
        tagger = self._tagger
        return tuple(post for post in posts if tagger.tag(_item(post)))


def _item(post: Post) -> Item:
    url = post.links[0].url if post.links else ""
    title = post.cards[0].title if post.cards else ""
    return Item(title=title, text=post.text, hashtags=post.hashtags, url=url)
