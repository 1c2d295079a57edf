"""The version of what joins articles: ranks, stories, related articles, nearness in meaning."""

from __future__ import annotations

from crawler.derivation_versions import version_of
from crawler.knowledge.key_terms import STOP_WORDS

VERSION = 1
"""Raise it when `rank`, `stories`, `related` or `semantic` gives other results."""


def version(model: str = "") -> str:
    """The version; `model` is the name of the semantic model, empty for none."""
    return version_of(VERSION, STOP_WORDS, model)
