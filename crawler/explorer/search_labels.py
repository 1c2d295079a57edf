"""Words of the search page: labels of facets and their values, counts, the sentence of results."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.counted_nouns import counted_noun
from crawler.explorer.search_request import SearchRequest
from crawler.explorer.search_results import SearchResults
from crawler.knowledge.article_kinds import PICK_KINDS
from crawler.models.network_names import network_label

FACET_LABELS = {
    "type": "Type",
    "topic": "Topic",
    "kind": "Kind",
    "site": "Site",
    "network": "Network",
    "language": "Language",
    "year": "Year",
}
"""The labels of the facets."""

_TYPES = {
    "article": ("article", "articles"),
    "organization": ("organization", "organizations"),
    "person": ("person", "people"),
    "post": ("post", "posts"),
    "product": ("product", "products"),
    "system": ("system", "systems"),
    "technique": ("technique", "techniques"),
    "topic": ("topic", "topics"),
}
_LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def type_label(name: str) -> str:
    """Return the type of a document in words from its `name`."""
    return _TYPES.get(name, (name, name))[0].capitalize()


def kind_label(name: str) -> str:
    """Return the kind of an article in words from its `name`; `article` if it has none."""
    return PICK_KINDS.get(name, name).lower() or "article"


def value_label(facet: str, value: str, topics: Mapping[str, str]) -> str:
    """Return a `value` of a `facet` in words. `topics` has the labels of topics by slug."""
    if facet == "type":
        return _TYPES.get(value, (value, value))[1].capitalize()
    if facet == "topic":
        return topics.get(value, value)
    if facet == "kind":
        return kind_label(value).capitalize()
    if facet == "network":
        return network_label(value)
    return _LANGUAGES.get(value, value) if facet == "language" else value


def count_sentence(request: SearchRequest, results: SearchResults) -> str:
    """Return how many documents match a `request`, as a sentence about its `results`."""
    subject = f" for “{request.text}”" if request.text else ""
    if not results.count:
        return f"No results{subject}."
    if not results.is_limited:
        return f"{counted_noun(results.count, 'result')}{subject}."
    return (
        f"More than {results.count:,} results{subject}. "
        f"The counts are those of the {results.count:,} most important."
    )
