"""Combine the robots directives of two responses to the strictest of both. No I/O."""

from __future__ import annotations

from crawler.models.articles import Directives


def strictest_directives(first: Directives, second: Directives) -> Directives:
    """Return the directives that allow only what `first` and `second` both allow.

    A directive that a page withdrew stays withdrawn.
    """
    limits = [
        directives.max_snippet
        for directives in (first, second)
        if directives.max_snippet is not None
    ]
    return Directives(
        noindex=first.noindex or second.noindex,
        noarchive=first.noarchive or second.noarchive,
        nosnippet=first.nosnippet or second.nosnippet,
        max_snippet=min(limits, default=None),
        no_ai=first.no_ai or second.no_ai,
    )
