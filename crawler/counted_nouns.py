"""Numbers with their nouns: `1 post`, `4 posts`, `1,204 posts`."""

from __future__ import annotations


def counted_noun(count: int, singular: str, plural: str = "") -> str:
    """Return `count` with its noun. `plural` is `singular` with an `s` if empty."""
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"
