"""Links of posts with an invalid URL: each becomes one Failure with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.error_isolation import item_failure
from crawler.models.outcomes import Failure, Outcome
from crawler.store.tombstones import load_tombstones
from crawler.store.url_aliases import Keyed

# The rule that gave an empty key -> what is wrong with the URL.
_REASONS = {
    "invalid": "invalid host or URL",
    "not-http": "not an http or https URL",
    "too-long": "more than 4,096 characters",
}


@dataclass(frozen=True, slots=True)
class UnattachedLink:
    """A link that has no article yet: its row, its URL as written and the URI of its post."""

    id: int
    url: str
    post: str


def unattached_links(db: Database, after: int, limit: int) -> list[UnattachedLink]:
    """Return at most `limit` links without an article whose id is above `after`, in their order."""
    rows = db.execute(
        "SELECT l.id, l.url, p.uri FROM links l JOIN posts p ON p.id = l.post_id "
        "WHERE l.article_id IS NULL AND l.id > ? ORDER BY l.id LIMIT ?",
        [after, limit],
    )
    return [UnattachedLink(*row) for row in rows.fetchall()]


def link_failure(link: UnattachedLink, error: Exception) -> Failure:
    """Return the Failure of a `link` whose processing raised `error`."""
    return item_failure("link", link.url, error, f"in post {link.post}")


def invalid_links(
    db: Database, links: Sequence[UnattachedLink], key: Callable[[str], Keyed]
) -> Iterator[Failure]:
    """Yield a Failure for each of `links` without a key that no recent run has reported yet.

    `key` normalizes a URL under the rules of identity.
    """
    forgotten = load_tombstones(db)
    reported = {
        url for (url,) in db.execute("SELECT subject FROM item_failures WHERE kind = 'link'")
    }
    for link in links:
        keyed = key(link.url)
        if not keyed.key and link.url not in reported and not forgotten.has_url(link.url, keyed):
            yield _invalid(link, keyed.rules)


def _invalid(link: UnattachedLink, rules: tuple[str, ...]) -> Failure:
    reason = _REASONS.get("".join(rules), "not a valid URL")
    message = f"Cannot process the link {link.url[:300]} in post {link.post}: {reason}."
    return Failure(link.url, "link", Outcome.REFUSED_URL, f"{message} The link was skipped.")
