"""Search of an item for phrases: which field is searched for which phrases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec.structs import replace

from crawler.models.topics import Item, Topic
from crawler.paused_collector import paused_collector
from crawler.sentence_splitter import split_sentences
from crawler.text_cleaning import fold
from crawler.topics.domain_gate import DomainGate
from crawler.topics.hashtag_matches import hashtag_matches, hashtag_table
from crawler.topics.learned_phrases import LearnedPhrases
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.lowercase_acronyms import with_lowercase_acronyms
from crawler.topics.multilingual_phrases import with_terms
from crawler.topics.phrase_matcher import phrase_key
from crawler.topics.taxonomy import Taxonomy
from crawler.topics.taxonomy_phrases import (
    CONTEXTUAL,
    HASHTAGS,
    POST,
    STRONG,
    WEAK,
    ItemMatches,
    PhraseIndex,
    PhraseMatch,
)
from crawler.topics.url_evidence import place_of_site, sites_of, slug_words
from crawler.urls_and_hashtags import (
    blank_urls,
    blank_urls_and_hashtags,
    blank_urls_except_slugs,
)

MOST_OF_POST = 3_000
"""Characters of the posts that are evidence for the article they share."""

SHORT_POST = 500
"""Characters of a post with one subject, the limit of Mastodon. Longer posts list subjects."""


MOST_CLASSIFIED_OF_POST = 800
"""Characters of the longest post whose words are classified."""


class ItemMatcher:
    """Finds the matches of every topic in an item."""

    def __init__(
        self, taxonomy: Taxonomy, learned: LearnedWeights, followed: Iterable[str] = ()
    ) -> None:
        named = with_terms(taxonomy.topics.values(), taxonomy.terms)
        topics = tuple(with_lowercase_acronyms(named))
        self._topics = topics
        self._domain = DomainGate(
            taxonomy.field_words,
            _as_written(topics, taxonomy.required_context),
            taxonomy.technical_hosts,
        )
        self._topic_hosts = taxonomy.topic_hosts
        self._hashtags = hashtag_table(topics)
        for tag in followed:
            self._hashtags.pop(fold(tag), None)
        self._learned = learned

    def find_matches(self, item: Item) -> ItemMatches:
        """Return every match of an `item`, also those in the posts that share it.

        Hashtags of such a post do not count, because authors add them freely. A repeated title of
        the article does not count either, because it adds no evidence.
        """
        marked = self._marked(item)
        text = blank_urls_except_slugs(item.text)
        counted = self._phrases.counted(text, "text", {match.topic for match in marked})
        if item.post:
            marked += self._phrases.matches(_own_words(item), POST)
        short = not item.title and len(counted) > 1 and len(text) <= SHORT_POST
        sentences = [s.start + len(s.text) for s in split_sentences(text)] if short else ()
        linked = _in_slugs(item.text, counted) if short and "://" in item.text else frozenset()
        matches = ItemMatches(marked, counted, len(text), tuple(sentences), linked)
        return self._domain.judge(matches, item, text)

    @cached_property
    def _phrases(self) -> PhraseIndex:
        """The index, made for the first text: a night without new texts needs none."""
        return _phrase_index(self._topics)

    @cached_property
    def _learned_of_titles(self) -> LearnedPhrases:
        return LearnedPhrases(phrase for phrase in self._learned.phrases if phrase.field == "title")

    @cached_property
    def _learned_of_urls(self) -> LearnedPhrases:
        return LearnedPhrases(phrase for phrase in self._learned.phrases if phrase.field == "url")

    @property
    def meanings(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Each phrase with its topics and the rule by which it belongs to each."""
        return self._phrases.meanings

    @property
    def hashtags(self) -> Mapping[str, Sequence[str]]:
        """Each folded hashtag that is evidence, with its topics."""
        return self._hashtags

    def excluded_from(self, text: str) -> list[PhraseMatch]:
        """Return the matches in the `text` of an item that lie inside a not-this phrase."""
        return self._phrases.excluded_matches(blank_urls_except_slugs(text), "text")

    def excluded(self, item: Item) -> list[PhraseMatch]:
        """Return the matches of an `item` that lie inside a not-this phrase, their `context`."""
        at, slug = slug_words(item.url)
        title, headings, text, post = searched_prose(item)
        fields = (("title", title), ("headings", headings), ("text", text), (POST, post))
        matches = [
            match
            for field, prose in fields
            for match in self._phrases.excluded_matches(prose, field)
        ]
        of_slug = self._phrases.excluded_matches(slug, "url")
        return [*matches, *(replace(match, start=match.start + at) for match in of_slug)]

    def required_context(self, match: PhraseMatch) -> frozenset[str]:
        """Return the words of which an ambiguous `match` needs one.

        They are empty if any field word is enough.
        """
        return self._domain.required_context(match) or frozenset()

    def is_technical(self, item: Item) -> bool:
        """Whether an item is an article with many words of software engineering."""
        return self._domain.is_technical(blank_urls(item.text))

    def is_about_software(self, item: Item, matches: Iterable[PhraseMatch]) -> bool:
        """Whether a field word or code in an `item`, or one of its `matches`, is about software.

        URLs do not count: almost every one has a field word.
        """
        return self._domain.is_about_software(blank_urls(item.text), matches)

    def is_tagged_only(self, item: Item, matches: Iterable[PhraseMatch]) -> bool:
        """Whether nothing but the hashtags of an `item` with these `matches` is about software.

        An item with a URL is about the linked page.
        """
        others = (match for match in matches if match.field != HASHTAGS)
        text = blank_urls_and_hashtags(item.text)
        return "://" not in item.text and not self._domain.is_about_software(text, others)

    def title_and_url_matches(self, item: Item) -> list[PhraseMatch]:
        """Return the matches in the title and the URL of an `item`, without learned phrases."""
        marked = self._phrases.matches(item.title, "title") + self._of_url(item, set())
        matches = ItemMatches(marked, {}, 0)
        without_text = Item(item.title, url=item.url, post=item.post)
        return self._domain.judge(matches, without_text, "").marked

    def _marked(self, item: Item) -> list[PhraseMatch]:
        matches = self._phrases.matches(item.title, "title")
        matches += hashtag_matches(item.hashtags, self._hashtags)
        if item.headings:
            matches += self._phrases.matches("\n".join(item.headings), "headings")
        matched = {(match.topic, match.phrase) for match in matches}
        if item.title:
            matches += self._learned_of_titles.matches(item.title, "title", 0)
        if item.url:
            matches += self._of_url(item, matched)
            at, slug = slug_words(item.url)
            matches += self._learned_of_urls.matches(slug, "url", at)
        return matches

    def _of_url(self, item: Item, matched: set[tuple[str, str]]) -> list[PhraseMatch]:
        """The matches of the slug and the host; an ambiguous phrase in a slug is a weak one."""
        at, slug = slug_words(item.url)
        of_slugs = [
            replace(
                match,
                start=match.start + at,
                rule=WEAK if match.rule == CONTEXTUAL else match.rule,
            )
            for match in self._phrases.matches(slug, "url")
            if (match.topic, match.phrase) not in matched
        ]
        return [*of_slugs, *self._of_host(item.url)]

    def _of_host(self, url: str) -> Iterator[PhraseMatch]:
        """The topic of the host of a URL, or of the domain above it."""
        for site in sites_of(url):
            if topic := self._topic_hosts.get(site):
                start, end = place_of_site(url, site)
                yield PhraseMatch(topic, "url", STRONG, site, url[start:end], start)
                return


@lru_cache(maxsize=2)
def _phrase_index(topics: tuple[Topic, ...]) -> PhraseIndex:
    """The phrases of equal topics, which the taggers of several folders and folds share."""
    with paused_collector():  # the index has many objects, and none of them is garbage
        return PhraseIndex(topics)


def searched_prose(item: Item) -> tuple[str, ...]:
    """Return the texts of an `item`, without its URL, in which phrases are searched for."""
    return (
        item.title,
        "\n".join(item.headings),
        blank_urls_except_slugs(item.text),
        _own_words(item) if item.post else "",
    )


def _in_slugs(text: str, counted: Mapping[str, Sequence[PhraseMatch]]) -> frozenset[str]:
    """The topics that the slug of a URL names: the title of the linked page."""
    plain = blank_urls(text)
    return frozenset(
        topic
        for topic, own in counted.items()
        if any(plain[match.start].isspace() for match in own)
    )


def _own_words(item: Item) -> str:
    """The prose of the posts that share an article, without the title of the article."""
    own = blank_urls_and_hashtags(item.post[:MOST_OF_POST])
    return own.replace(item.title, " " * len(item.title)) if item.title else own


def _as_written(
    topics: Iterable[Topic], required: Mapping[tuple[str, str], frozenset[str]]
) -> dict[tuple[str, str], frozenset[str]]:
    """The required context by topic and phrase, as the tables of the topic spell the phrase."""
    return {
        (topic.slug, phrase): words
        for topic in topics
        for phrase in (*topic.strong, *topic.contextual)
        if (words := required.get((topic.slug, phrase_key(phrase)))) is not None
    }
