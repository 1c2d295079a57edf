"""All URLs of each article, with reasons: every merge can be explained and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.error_isolation import process_isolated
from crawler.models.articles import AliasReason
from crawler.models.card_matching import ArticleMatch
from crawler.models.http_exchange import Hop
from crawler.models.outcomes import Failure
from crawler.store.article_link_targets import update_link_targets
from crawler.store.changed_items import EVERYTHING, changed_ids, forget_changes
from crawler.store.database import savepoint, transaction
from crawler.store.invalid_links import (
    UnattachedLink,
    invalid_links,
    link_failure,
    unattached_links,
)
from crawler.store.match_candidates import (
    MatchCards,
    cards_to_match,
    follow_links,
    titled_articles,
)
from crawler.store.merge_split_articles import (
    allow_merge,
    is_split,
    merge_rows,
    record_split,
    split_rows,
)
from crawler.store.original_of_copies import original_of_copies
from crawler.store.posted_urls import attach_posted_urls
from crawler.store.rebuild_keys import RekeyResult, rebuild_keys
from crawler.store.stored_versions import load_versions, save_versions
from crawler.store.tombstones import load_tombstones
from crawler.store.url_aliases import (
    Keyed,
    add_alias,
    article_url,
    find_article,
    has_alias,
    set_article_url,
)
from crawler.store.urls_to_split import (
    curator_merged_url,
    groups_without_curator,
    is_split_url,
    urls_of_article,
    urls_to_split,
)
from crawler.url_secrets import without_secrets

_RULES = "identity-rules"
_LINKS = 10_000  # attached at once
_FIRMER = (AliasReason.CANONICAL, AliasReason.CURATOR)


@dataclass(frozen=True, slots=True)
class AttachedLinks:
    """The number of links that got an article, and a Failure (stage `link`) per invalid link."""

    count: int
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityLedger:
    """The URLs of all articles in one database.

    `key` normalizes a URL under the rules with the given `version`. Each method is one
    transaction; a repeated call changes nothing.
    """

    db: Database
    key: Callable[[str], Keyed]
    version: str

    def find(self, url: str) -> int | None:
        """Return the id of the article with this URL; None if it is unknown."""
        key = self.key(without_secrets(url)).key
        return find_article(self.db, url, key) if key else None

    def attach_links(self, now: datetime) -> AttachedLinks:
        """Give every link its article: the stored one with the same key, or a new one.

        Returns how many links got an article. An invalid URL becomes a Failure, once. Links to
        invalid or erased URLs have no article.
        """

        def attach(part: Sequence[UnattachedLink]) -> int:
            with transaction(self.db), savepoint(self.db):
                pairs = zip(self.attach([link.url for link in part], now), part, strict=True)
                attached = [(article, link.id) for article, link in pairs if article is not None]
                self.db.conn.executemany("UPDATE links SET article_id = ? WHERE id = ?", attached)
            return len(attached)

        count, after = 0, 0
        failures: list[Failure] = []
        while links := unattached_links(self.db, after, _LINKS):
            counts, errors = process_isolated(links, attach, link_failure)
            failed = {failure.url for failure in errors}
            left = unattached_links(self.db, after, len(links))
            others = [link for link in left if link.url not in failed and link.id <= links[-1].id]
            failures += [*errors, *invalid_links(self.db, others, self.key)]
            count, after = count + sum(counts), links[-1].id
        return AttachedLinks(count, tuple(failures))

    def attach(self, urls: Iterable[str], now: datetime) -> list[int | None]:
        """Return the article id of each of `urls`; an unknown URL gets a new article.

        The id is None for an invalid or erased URL.
        """
        with transaction(self.db):
            forgotten = load_tombstones(self.db)
            plain = [without_secrets(url) for url in urls]
            keyed = {url: self.key(url) for url in plain}
            posted = {
                url: key
                for url, key in keyed.items()
                if key.key and not forgotten.has_url(url, key)
            }
            article_ids = attach_posted_urls(self.db, list(posted.items()), self.key, now)
        attached = dict(zip(posted, article_ids, strict=True))
        return [attached.get(url) for url in plain]

    def attach_cards(self, match: MatchCards) -> int:
        """Give every card the article of its link, or the article that `match` finds.

        Only what changed articles and cards concern is read. A card without a match is tried again
        when it changes, or when a changed article matches it. Returns how many cards changed.
        """
        with transaction(self.db):
            changed = changed_ids(self.db, "article")
            is_everything = EVERYTHING in changed
            followed = follow_links(self.db, None if is_everything else changed)
            waiting = cards_to_match(self.db, match, changed)
            matches = match(waiting, titled_articles(self.db)) if waiting else ()
            updates = [(pair.article_id, pair.score, pair.subject_id) for pair in matches]
            self.db.conn.executemany(
                "UPDATE cards SET article_id = ?, score = ? WHERE id = ?", updates
            )
            forget_changes(self.db, "card", changed_ids(self.db, "card"))
        return followed + len(updates)

    def record_redirect(
        self, article_id: int, hops: Sequence[Hop], final_url: str, now: datetime
    ) -> int:
        """Store the redirects of an article (`hops`) and make `final_url` its URL.

        Returns the id of the remaining article: a redirect can merge two articles.
        Check the target with `is_plausible_target` first: a redirect to a front page or a login is
        not evidence of identity.
        """
        hops = [Hop(without_secrets(hop.url), hop.status) for hop in hops]
        final_url = without_secrets(final_url)
        targets = [*(hop.url for hop in hops[1:]), final_url]
        with transaction(self.db):
            for hop, target in zip(hops, targets, strict=False):
                article_id = self._add_url(
                    article_id,
                    target,
                    AliasReason.REDIRECT,
                    hop.url,
                    hop.evidence,
                    now,
                )
            if hops and not has_alias(
                self.db, article_id, article_url(self.db, article_id), _FIRMER
            ):
                self._set_lead_url(article_id, final_url)
        return article_id

    def record_canonical(
        self, article_id: int, canonical: str, evidence: str, now: datetime
    ) -> int:
        """Store the `canonical` URL that the page or its network declares, and use it.

        `evidence` is stored as the reason. Returns the id of the remaining article.
        Check it with `trusted_canonical` first. If two pages declare each other, the first
        declaration counts.
        """
        with transaction(self.db):
            origin = article_url(self.db, article_id)
            canonical = without_secrets(canonical)
            if origin == canonical or has_alias(
                self.db, article_id, origin, _FIRMER[:1], joined_to=canonical
            ):
                return article_id
            article_id = self._add_url(
                article_id, canonical, AliasReason.CANONICAL, origin, evidence, now
            )
            if not has_alias(self.db, article_id, article_url(self.db, article_id), _FIRMER[1:]):
                self._set_lead_url(article_id, canonical)
        return article_id

    def merge(self, winner: int, loser: int, reason: str, evidence: str, now: datetime) -> int:
        """Merge the article `loser` into `winner`; returns the id of the remaining article.

        `reason` is an AliasReason and `evidence` its explanation. Only the reason `curator`
        merges articles that the curator split before.
        """
        with transaction(self.db):
            return self._merge(winner, loser, reason, evidence, now)

    def split(self, url: str, now: datetime) -> int:
        """Make `url` a separate article, permanently, because the curator decided so.

        Returns the id of that article. Raises KeyError for an unknown URL.
        """
        with transaction(self.db):
            key = self.key(url).key
            old = find_article(self.db, url, key)
            if old is None:
                raise KeyError(url)
            own = urls_to_split(self.db, old, url, key)
            if is_split_url(self.db, old, url) or own == urls_of_article(self.db, old):
                return old
            made = split_rows(self.db, old, sorted(own), url, key, now)
            record_split(self.db, url, key, made, article_url(self.db, old), now)
            return made

    def unmerge(self, url: str, now: datetime) -> int:
        """Undo a merge by the curator for `url` and the URLs with other evidence of it.

        Returns the id of the article with these URLs. Raises KeyError for an unknown URL.
        """
        with transaction(self.db):
            old = find_article(self.db, url, self.key(url).key)
            if old is None:
                raise KeyError(url)
            groups = groups_without_curator(self.db, old)
            own = next((group for group in groups if url in group), [])
            if len(groups) < 2 or not own:
                return old
            gone = curator_merged_url(self.db, old, own) or url
            made = split_rows(self.db, old, own, gone, self.key(gone).key, now)
            self.db.conn.execute(
                "DELETE FROM aliases WHERE article_id IN (?, ?) AND url = ? AND reason = ?",
                [old, made, gone, AliasReason.CURATOR],
            )
            return made

    def can_split(self, url: str) -> bool:
        """Whether `url` is split from its article, or can be: the article has other URLs."""
        key = self.key(url).key
        article_id = find_article(self.db, url, key)
        if article_id is None:
            return False
        if is_split_url(self.db, article_id, url):
            return True
        return urls_to_split(self.db, article_id, url, key) != urls_of_article(self.db, article_id)

    def unsplit(self, url: str, now: datetime) -> int:
        """Undo a split by the curator: `url` belongs to its former article again.

        Returns the id of that article. Raises KeyError for an unknown URL.
        """
        with transaction(self.db):
            article_id = find_article(self.db, url, self.key(url).key)
            if article_id is None:
                raise KeyError(url)
            for (other_url,) in self.db.execute(
                "SELECT other_url FROM not_merged WHERE url = ?", [url]
            ).fetchall():
                other_id = find_article(self.db, other_url, self.key(other_url).key)
                if other_id is not None and other_id != article_id:
                    allow_merge(self.db, article_id, other_id)
                    article_id = self._merge(
                        min(article_id, other_id),
                        max(article_id, other_id),
                        AliasReason.AS_POSTED,
                        "a split was taken back",
                        now,
                    )
            return article_id

    def join_copies(self, matches: Iterable[ArticleMatch], now: datetime) -> int:
        """Merge the articles with the same text that `matches` names; returns how many.

        The lower id stays. The URL of the original is used (`original_of_copies`).
        """
        joined = 0
        with transaction(self.db):
            survivors: dict[int, int] = {}
            for match in matches:
                first_id, second_id = (
                    _survivor(survivors, article_id)
                    for article_id in (match.article_id, match.subject_id)
                )
                if first_id != second_id and not is_split(self.db, first_id, second_id):
                    survivors[max(first_id, second_id)] = self._merge_copies(
                        first_id, second_id, f"the texts agree to {match.score:.0%}", now
                    )
                    joined += 1
        return joined

    def link_articles(self) -> int:
        """Give every link in the text of an article its target; returns how many changed."""
        with transaction(self.db):
            return update_link_targets(self.db, self.key)

    def rekey(self, now: datetime) -> RekeyResult:
        """Rebuild all keys if the rules have a new version; articles are merged and split.

        Returns how many were merged and split.
        """
        with transaction(self.db):
            stored = load_versions(self.db).get(_RULES, self.version)
            changed = RekeyResult()
            if stored != self.version:
                changed = rebuild_keys(self.db, self.key, now)
            save_versions(self.db, {_RULES: self.version})
        return changed

    def _add_url(
        self, article_id: int, url: str, reason: str, origin: str, evidence: str, now: datetime
    ) -> int:
        """Add a URL to an article and merge its other article, unless the curator split them."""
        key = self.key(url).key
        other_id = find_article(self.db, url, key) if key else None
        if not key or (
            other_id not in (None, article_id) and is_split(self.db, article_id, other_id or 0)
        ):
            return article_id
        if other_id is not None and other_id != article_id:
            merge_rows(self.db, min(article_id, other_id), max(article_id, other_id))
            article_id = min(article_id, other_id)
        add_alias(self.db, article_id, url, key, reason, now, joined_to=origin, evidence=evidence)
        return article_id

    def _set_lead_url(self, article_id: int, url: str) -> None:
        """Make `url` the URL of the article if it is one of its aliases."""
        key = self.key(url).key
        if key and find_article(self.db, url, key) == article_id:
            set_article_url(self.db, article_id, url, key)

    def _merge(
        self,
        winner: int,
        loser: int,
        reason: str,
        evidence: str,
        now: datetime,
        *,
        take_reading: bool = False,
    ) -> int:
        if winner == loser:
            return winner
        if reason == AliasReason.CURATOR:
            allow_merge(self.db, winner, loser)
        elif is_split(self.db, winner, loser):
            return winner
        winner_url, loser_url = article_url(self.db, winner), article_url(self.db, loser)
        merge_rows(self.db, winner, loser, take_reading=take_reading)
        add_alias(
            self.db,
            winner,
            loser_url,
            self.key(loser_url).key,
            reason,
            now,
            joined_to=winner_url,
            evidence=evidence,
        )
        return winner

    def _merge_copies(self, first_id: int, second_id: int, evidence: str, now: datetime) -> int:
        winner, loser = min(first_id, second_id), max(first_id, second_id)
        lead = original_of_copies(self.db, winner, loser)
        lead_url = article_url(self.db, lead)
        self._merge(
            winner, loser, AliasReason.TEXT_MATCH, evidence, now, take_reading=lead == loser
        )
        self._set_lead_url(winner, lead_url)
        return winner


def _survivor(survivors: dict[int, int], article_id: int) -> int:
    """Return the article into which this one was merged, over any number of merges."""
    while article_id in survivors:
        article_id = survivors[article_id]
    return article_id
