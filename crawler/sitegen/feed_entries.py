"""Entries of the site's feeds (RFC 4287)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from crawler import site_urls
from crawler.counted_nouns import counted_noun
from crawler.sitegen.curator_decision_log import LoggedDecision
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.weekly_digest import WeeklyDigest
from crawler.tag_uris import tag_uri
from crawler.text_cleaning import shorten

_TITLE_WORDS = 15
_SUBJECT_WORDS = 30
_MAX_TITLES = 3
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry as both formats of a feed contain it.

    `url` is the URL at the publisher, empty for an entry that only this site has. `page` is the
    path of its page here. `published` may be empty. Times are ISO 8601 in UTC. The entry of a week
    has its `digest` as content. `texts` are its finished forms.
    """

    id: str
    title: str
    url: str
    page: str
    authors: tuple[str, ...]
    published: str
    updated: str
    summary: str
    topics: tuple[str, ...] = ()
    language: str = ""
    digest: WeeklyDigest | None = None
    texts: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        """Return what tells entries apart."""
        return self.id


class ArticleEntry:
    """The entry of an `article` for the site in `model`, with the attributes of a FeedEntry.

    They are made only for an article without finished `texts` of its entry.
    """

    def __init__(self, model: SiteModel, article: ListedArticle) -> None:
        self._model = model
        self._article = article
        self.key = article.id
        self.updated = _updated(article)
        self.texts = article.texts

    def __getattr__(self, name: str) -> Any:
        """Return another attribute of the entry."""
        return getattr(self._entry, name)

    @cached_property
    def _entry(self) -> FeedEntry:
        return article_entry(self._model, self._article)


def article_entry(model: SiteModel, article: ListedArticle) -> FeedEntry:
    """Return the entry of an `article` for the site in `model`.

    It credits the authors of the article, or else its publisher (RFC 4287, section 4.2.1).
    """
    return FeedEntry(
        id=tag_uri(model.settings, "article", article.id),
        title=article.title,
        url=article.url if site_urls.is_web_url(article.url) else "",
        page=article.path,
        authors=_credits(article),
        published=article.published,
        updated=_updated(article),
        summary=article.opening or article.title,
        topics=article.topics,
        language=article.language if _LANGUAGE.fullmatch(article.language) else "",
    )


def week_entry(model: SiteModel, digest: WeeklyDigest) -> FeedEntry:
    """Return the entry of the week of `digest`, published at its end, for the site in `model`."""
    titles = (shorten(story.article.title, _TITLE_WORDS) for story in digest.top)
    return FeedEntry(
        id=tag_uri(model.settings, "week", digest.week),
        title=f"{digest.title}: {counted_noun(digest.articles, 'article')}",
        url="",
        page=digest.page,
        authors=(model.settings.title,),
        published=digest.ended,
        updated=digest.ended,
        summary="; ".join(islice(titles, _MAX_TITLES)),
        language="en",
        digest=digest,
    )


def decision_entry(model: SiteModel, decision: LoggedDecision) -> FeedEntry:
    """Return the entry of a `decision` of the curator, for the site in `model`."""
    article = decision.article
    subject = article.title if article else decision.subject
    return FeedEntry(
        id=tag_uri(model.settings, "decision", decision.id),
        title=f"{decision.words} {shorten(subject, _SUBJECT_WORDS)}",
        url="",
        page=article.path if article else site_urls.decisions_path(),
        authors=(decision.who or model.settings.title,),
        published=decision.at,
        updated=decision.at,
        summary=decision.reason or decision.words,
        topics=(decision.topic,) if decision.topic in model.topics else (),
    )


def _updated(article: ListedArticle) -> str:
    return article.entry_changed or article.first_shared


def _credits(article: ListedArticle) -> tuple[str, ...]:
    authors = tuple(name for name in article.authors if name.strip())
    return authors or (article.site_name.strip() or article.host or "unknown",)
