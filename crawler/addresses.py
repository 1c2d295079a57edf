"""Where the site's pages stand, for those outside the site who link to them."""

from __future__ import annotations

from crawler.text import slug


def article(article_id: int, title: str) -> str:
    """`article/<id>-<slug>.html`."""
    name = slug(title)
    return f"article/{article_id}-{name}.html" if name else f"article/{article_id}.html"


def topic(name: str) -> str:
    """`topic/<slug>.html`."""
    return f"topic/{name}.html"
