"""The version of ranks, stories and related articles."""

from __future__ import annotations

from crawler.derivation_versions import version_of
from crawler.knowledge.key_terms import STOP_WORDS

VERSION = 4
"""Raise it if the code of ranks, stories or relations gives other results or reasons."""


def version(model: str = "") -> str:
    """Return the version; `model` is the name of the embedding model, or empty without one."""
    return version_of(VERSION, STOP_WORDS, model)
