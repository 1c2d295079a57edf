"""The version of what joins articles: ranks, stories, related articles, nearness in meaning."""

from __future__ import annotations

from crawler.knowledge.terms import STOP_WORDS
from crawler.versions import version_of

VERSION = 1
"""Raise it when `rank`, `stories`, `related` or `semantic` gives other results."""


def version(model: str = "") -> str:
    """The version; `model` is the name of the semantic model, empty for none."""
    return version_of(VERSION, STOP_WORDS, model)
