"""The terms of the documents: for each term the numbers of the documents that have it, by field."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from crawler.public_suffixes import site_of
from crawler.search_words import compound_term, fold_letters, split_terms
from crawler.sitegen.entity_mentions import KINDS_WITH_PAGES, aliases_of
from crawler.sitegen.search_documents import NamedPage
from crawler.sitegen.search_items import SearchItem
from crawler.sitegen.search_segments import ARTICLES, Segment
from crawler.sitegen.site_model import SiteModel

_Postings = defaultdict[str, "array[int]"]  # four bytes for each number
_ENTITIES = """
SELECT e.name, m.article_id FROM article_entities m JOIN entities e ON e.id = m.entity_id
WHERE m.article_id >= ? AND m.article_id < ? AND e.kind IN (SELECT value FROM json_each(?))
ORDER BY m.article_id, e.name
"""


def _postings() -> _Postings:
    return defaultdict(partial(array, "I"))


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """The documents of each term by field, ascending and distinct except in `facts` and `filters`.

    `names`: the whole title or name, joined by underscores. `titles`: words of titles and names.
    `facts`: words of topics, aliases, systems, site and authors. `excerpts`: words of excerpts.
    `filters`: values of `topic:`, `kind:` and others. `days`: by month, with the days.
    """

    names: _Postings = field(default_factory=_postings)
    titles: _Postings = field(default_factory=_postings)
    facts: _Postings = field(default_factory=_postings)
    excerpts: _Postings = field(default_factory=_postings)
    filters: _Postings = field(default_factory=_postings)
    days: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


def terms_of_named_pages(pages: Iterable[NamedPage]) -> SearchTerms:
    """Return the terms of named `pages`, whose numbers are their positions."""
    terms = SearchTerms()
    for number, page in enumerate(pages):
        _add_named_page(terms, number, page)
    return terms


def terms_of_items(model: SiteModel, segment: Segment, items: Iterable[SearchItem]) -> SearchTerms:
    """Return the terms of the `items` of `segment`, whose ids rise, without article texts."""
    terms = SearchTerms()
    by_topic: defaultdict[str, list[int]] = defaultdict(list)
    sites: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    numbers = set()
    for item in items:
        number = item.id - segment.start
        numbers.add(number)
        _add_item(terms, number, item)
        if not item.is_note:
            sites[item.host, item.site_name].append(number)
        for topic in item.topics:
            by_topic[topic].append(number)
    _add_topics(terms, model, by_topic)
    _add_sites(terms, sites)
    if segment.series == ARTICLES:
        _add_entities(terms, model, segment, numbers)
    return terms


def _add_item(terms: SearchTerms, number: int, item: SearchItem) -> None:
    _add_words(terms, number, "" if item.is_note else item.title, item.words)
    terms.filters[f"kind:{filter_value(item.kind)}"].append(number)
    if item.authors:
        _add_names(terms, item.authors, number)
    if language := fold_letters(item.language).partition("-")[0]:
        terms.filters[f"lang:{filter_value(language)}"].append(number)
    if len(item.day) == len("2026-01-01"):
        terms.filters[f"date:{item.day[:4]}"].append(number)
        terms.days[f"date:{item.day[:7]}"][number] = int(item.day[8:])


def _add_named_page(terms: SearchTerms, number: int, page: NamedPage) -> None:
    names = [split_terms(name) for name in (page.label, *page.names)]
    aliases = [split_terms(alias) for alias in page.other_names]
    _extend(terms.titles, chain.from_iterable(names), [number])
    _extend(terms.facts, chain.from_iterable(aliases), [number])
    _extend(terms.excerpts, split_terms(page.description), [number])
    short_names = map(compound_term, (*names, *(words for words in aliases if len(words) > 1)))
    _extend(terms.names, filter(None, short_names), [number])


def _add_words(terms: SearchTerms, number: int, title: str, excerpt: str) -> None:
    words = split_terms(title)
    in_title = set(words)
    for word in in_title:
        terms.titles[word].append(number)
    if name := compound_term(words):
        terms.names[name].append(number)
    excerpts = terms.excerpts
    for word in set(split_terms(excerpt)) - in_title:
        excerpts[word].append(number)


def _add_topics(terms: SearchTerms, model: SiteModel, by_topic: Mapping[str, list[int]]) -> None:
    """Add to each topic's documents the words of its label and its values of `topic:`.

    A topic has also the documents of the topics below it.
    """
    for slug, numbers in by_topic.items():
        facts = model.topics.get(slug)
        names = (facts.label, *facts.hashtags) if facts else (slug,)
        _extend(terms.facts, (word for name in names for word in split_terms(name)), numbers)
        for ancestor in _with_ancestors(model, slug):
            _extend(terms.filters, _topic_values(model, ancestor), numbers)


def _with_ancestors(model: SiteModel, slug: str) -> Iterator[str]:
    visited: set[str] = set()
    while slug and slug not in visited:
        visited.add(slug)
        yield slug
        slug = model.topics[slug].broader if slug in model.topics else ""


def _topic_values(model: SiteModel, slug: str) -> set[str]:
    topic = model.topics.get(slug)
    names = (slug, topic.label, *topic.hashtags, *topic.formerly) if topic else (slug,)
    return {f"topic:{filter_value(name)}" for name in names}


def filter_value(text: str) -> str:
    """Return the form in which filters compare a `text`: its terms, joined by hyphens."""
    return "-".join(split_terms(text))[:80]


def _add_sites(terms: SearchTerms, sites: Mapping[tuple[str, str], list[int]]) -> None:
    """Add the words of each site and its values of `site:`."""
    for (host, name), numbers in sites.items():
        _extend(terms.filters, _site_values(host), numbers)
        _extend(terms.facts, split_terms(f"{host.removeprefix('www.')} {name}"), numbers)


def _site_values(host: str) -> list[str]:
    """Return `site:` with the host, the domains above it and their first labels."""
    host = fold_letters(host).removeprefix("www.")
    domain = site_of(host)
    labels = host.split(".")
    extra = len(labels) - len(domain.split("."))
    domains = [".".join(labels[start:]) for start in range(extra + 1)]
    return [f"site:{value[:80]}" for value in map(_one_word, (*domains, *labels[: extra + 1]))]


def _one_word(text: str) -> str:
    return "".join(text.split())


def read_entities(model: SiteModel, segment: Segment) -> list[tuple[str, int]]:
    """Return each system and organization that an article of `segment` names, with its id."""
    kinds = json.dumps(KINDS_WITH_PAGES)
    rows = model.articles.query(_ENTITIES, (segment.start, segment.end, kinds))
    return [(name, article_id) for name, article_id in rows]


def _add_entities(
    terms: SearchTerms, model: SiteModel, segment: Segment, numbers: Collection[int]
) -> None:
    """Add the names of the systems and organizations that the articles `numbers` name."""
    articles: defaultdict[str, list[int]] = defaultdict(list)
    for name, article_id in read_entities(model, segment):
        if article_id - segment.start in numbers:
            articles[name].append(article_id - segment.start)
    for name, named in articles.items():
        spellings = (name, *aliases_of(name))
        _extend(terms.facts, (word for text in spellings for word in split_terms(text)), named)


def _add_names(terms: SearchTerms, names: str, number: int) -> None:
    """Add the authors of an article or a note, also as values of `by:`."""
    words = set(split_terms(names))
    _extend(terms.facts, words, [number])
    _extend(terms.filters, (f"by:{word}" for word in words), [number])


def _extend(postings: _Postings, words: Iterable[str], numbers: list[int]) -> None:
    for word in set(words):
        postings[word].extend(numbers)
