"""The weekly digest: the stories of one finished ISO week, by topic, with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crawler import site_urls
from crawler.counted_nouns import counted_noun
from crawler.sentence_splitter import split_sentences
from crawler.sitegen import display_formats
from crawler.sitegen.folded_stories import StoryRow, fold_stories
from crawler.sitegen.site_model import SiteModel, most_frequent_topics, sort_by_rank
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.text_cleaning import shorten

_TOP = 10
_MAX_TOPICS = 8
_MAX_OF_TOPIC = 3
_MAX_OTHERS = 3
_MAX_PICKS = 8
_SENTENCE_WORDS = 30
_SENTENCE = "digest sentence"
_PICKS = """
SELECT r.topic, r.title, r.url, r.why, r.article_id FROM reading_list r
JOIN article_list l ON l.id = r.article_id
WHERE l.first_seen >= ? AND l.first_seen < ? ORDER BY r.topic, r.position
"""


@dataclass(frozen=True, slots=True)
class DigestStory:
    """A story as one item: its lead article, one sentence, and its other articles.

    `omitted` is the number of other articles left out.
    """

    article: ListedArticle
    sentence: str
    others: tuple[ListedArticle, ...]
    omitted: int


@dataclass(frozen=True, slots=True)
class DigestTopic:
    """The stories of one topic that are not among the top stories, and its number of articles."""

    slug: str
    label: str
    articles: int
    stories: tuple[DigestStory, ...]


@dataclass(frozen=True, slots=True)
class DigestPick:
    """A work that entered the reading list of a topic, with the reason to read it."""

    label: str
    title: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class WeeklyDigest:
    """The content of the digest of one week, for all its formats.

    `ended` is the first moment after the week. `articles`, `posts` and `sites` are numbers of the
    whole week; `before` is the number of articles of the week before.
    """

    week: str
    ended: str
    articles: int
    posts: int
    sites: int
    before: int
    top: tuple[DigestStory, ...]
    topics: tuple[DigestTopic, ...]
    picks: tuple[DigestPick, ...]
    omitted_picks: int

    @property
    def title(self) -> str:
        """Return the title, such as `Week 47, 2026`."""
        return f"Week {self.week[6:]}, {self.week[:4]}"

    @property
    def page(self) -> str:
        """Return the path of the week's page."""
        return site_urls.week_path(self.week)

    @property
    def numbers(self) -> str:
        """Return the numbers of the week as a sentence."""
        count = counted_noun
        compared = f"; {count(self.before, 'article')} the week before" if self.before else ""
        return (
            f"{count(self.articles, 'article')} in {count(self.posts, 'post')} "
            f"from {count(self.sites, 'site')}{compared}."
        )


def finished_weeks(model: SiteModel) -> list[str]:
    """Return the weeks of `model` with articles that ended before its last run, oldest first."""
    last = model.crawl_status.last
    current = display_formats.week_of(last.started) if last else ""
    return sorted(week for week in model.by_week if week < max(current, model.this_week))


def weekly_digest(model: SiteModel, week: str) -> WeeklyDigest:
    """Return the digest of a `week` of the snapshot in `model`."""
    articles = sort_by_rank(model.by_week[week])
    stories = fold_stories(articles, model.story_leads)
    monday = display_formats.monday_of(week)
    picks = picks_of_week(model, week)
    return WeeklyDigest(
        week=week,
        ended=_midnight(monday + timedelta(weeks=1)),
        articles=len(articles),
        posts=sum(article.shares for article in articles),
        sites=len({article.host for article in articles}),
        before=len(model.by_week.get(_week_before(monday), ())),
        top=tuple(map(_story, stories[:_TOP])),
        topics=tuple(_topics(model, articles, stories[_TOP:])),
        picks=picks[:_MAX_PICKS],
        omitted_picks=max(0, len(picks) - _MAX_PICKS),
    )


def picks_of_week(model: SiteModel, week: str) -> tuple[DigestPick, ...]:
    """Return the works of the reading lists of `model` that were first stored in a `week`."""
    monday = display_formats.monday_of(week)
    days = (_midnight(monday), _midnight(monday + timedelta(weeks=1)))
    return tuple(
        DigestPick(model.label(row["topic"]), row["title"], row["url"], row["why"])
        for row in model.db.execute(_PICKS, days)
        if row["article_id"] in model.articles
    )


def _midnight(day: date) -> str:
    return f"{day}T00:00:00Z"


def _week_before(monday: date) -> str:
    return display_formats.week_of((monday - timedelta(weeks=1)).isoformat())


def _story(row: StoryRow) -> DigestStory:
    shown = row.others[:_MAX_OTHERS]
    return DigestStory(row.lead, _sentence(row.lead), shown, len(row.others) - len(shown))


def _sentence(article: ListedArticle) -> str:
    """Return the first sentence about the article that does not repeat its title."""
    sentence = article.texts.get(_SENTENCE)
    if sentence is None:
        sentence = article.texts[_SENTENCE] = _read_sentence(article)
    return sentence


def _read_sentence(article: ListedArticle) -> str:
    for sentence in split_sentences(article.opening):
        text = shorten(sentence.text, _SENTENCE_WORDS)
        if text.rstrip(" .…") not in article.title:
            return text
    return ""


def _topics(
    model: SiteModel, articles: list[ListedArticle], stories: list[StoryRow]
) -> Iterator[DigestTopic]:
    """Yield the busiest topics of the week, each story under the first of them."""
    counts = most_frequent_topics(articles)
    remaining = list(stories)
    for topic, count in counts[:_MAX_TOPICS]:
        of_topic = [story for story in remaining if topic in story.lead.topics][:_MAX_OF_TOPIC]
        shown = {story.lead.id for story in of_topic}
        remaining = [story for story in remaining if story.lead.id not in shown]
        if of_topic:
            yield DigestTopic(topic, model.label(topic), count, tuple(map(_story, of_topic)))
