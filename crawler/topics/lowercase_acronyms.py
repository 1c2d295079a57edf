"""Acronyms in lower case: people write `slo` for SLO in a short post."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from crawler.models.topics import Topic

_ACRONYM = re.compile(r"(?=.*[A-Z])[A-Z0-9+]{3,}")


def with_lowercase_acronyms(topics: Iterable[Topic]) -> list[Topic]:
    """Return the `topics` with the lower case of each strong acronym among the contextual phrases.

    In lower case an acronym may be an ordinary word or a name, so that it needs a context.
    """
    return [_with_own(topic) for topic in topics]


def _with_own(topic: Topic) -> Topic:
    declared = {*topic.strong, *topic.contextual, *topic.weak, *topic.not_this}
    acronyms = (phrase.lower() for phrase in topic.strong if _ACRONYM.fullmatch(phrase))
    added = tuple(word for word in acronyms if word not in declared)
    return replace(topic, contextual=topic.contextual + added) if added else topic
