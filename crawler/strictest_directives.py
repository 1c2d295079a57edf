"""Combine the robots directives of two responses to the strictest of both. No I/O."""

from __future__ import annotations

from crawler.models.articles import Directives


def strictest_directives(one: Directives, other: Directives) -> Directives:
    """Return the directives that allow only what `one` and `other` both allow.

    A directive that a page withdrew stays withdrawn.
    """
    limits = [each.max_snippet for each in (one, other) if each.max_snippet is not None]
    return Directives(
        noindex=one.noindex or other.noindex,
        noarchive=one.noarchive or other.noarchive,
        nosnippet=one.nosnippet or other.nosnippet,
        max_snippet=min(limits, default=None),
        no_ai=one.no_ai or other.no_ai,
    )
