"""The identity ledger: every URL of an article with the reason why it belongs to the article.

One article is one row. Every merge can be explained and undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.error_isolation import process_isolated
from crawler.models.articles import AliasReason
from crawler.models.card_matching import ArticleMatch, MatchCandidate, WaitingCard
from crawler.models.http_exchange import Hop
from crawler.models.outcomes import Failure
from crawler.store.database import savepoint, transaction
from crawler.store.invalid_links import (
    UnattachedLink,
    invalid_links,
    link_failure,
    unattached_links,
)
from crawler.store.match_candidates import (
    articles_with_text,
    follow_links,
    titled_articles,
    waiting_cards,
)
from crawler.store.merge_articles import allow_merge, is_split, merge_rows, record_split, split_rows
from crawler.store.rebuild_keys import RekeyResult, rebuild_keys
from crawler.store.stored_versions import load_versions, save_versions
from crawler.store.tombstones import load_tombstones
from crawler.store.url_aliases import (
    Keyed,
    add_alias,
    article_url,
    find_article,
    has_alias,
    insert_article,
    record_rules,
    set_article_url,
)
from crawler.store.url_groups import MergeEvidence, group_urls
from crawler.url_secrets import without_secrets

_RULES = "identity-rules"
_FIRMER = (AliasReason.CANONICAL, AliasReason.CURATOR)


@dataclass(frozen=True, slots=True)
class AttachedLinks:
    """How many links were given an article, and a Failure (stage `link`) for each invalid one."""

    count: int
    failures: tuple[Failure, ...] = ()


MatchCards = Callable[[Sequence[WaitingCard], Sequence[MatchCandidate]], Iterable[ArticleMatch]]
FindCopies = Callable[[Sequence[MatchCandidate]], Iterable[ArticleMatch]]


@dataclass(frozen=True, slots=True)
class IdentityLedger:
    """The ledger of one database under one version of the rules.

    Each method is one transaction and harmless to repeat.
    """

    db: Database
    key: Callable[[str], Keyed]
    version: str

    def find(self, url: str) -> int | None:
        """The article that a URL leads to, or None."""
        key = self.key(without_secrets(url)).key
        return find_article(self.db, url, key) if key else None

    def attach_links(self, now: datetime) -> AttachedLinks:
        """Give every link its article, found by key or made with state `new`.

        A link that is not a web address has no article and becomes a Failure, once. A link that
        we were asked to forget has no article either.
        """

        def attach(part: Sequence[UnattachedLink]) -> int:
            with transaction(self.db), savepoint(self.db):
                found = zip(self.attach([link.url for link in part], now), part, strict=True)
                attached = [(article, link.id) for article, link in found if article is not None]
                self.db.conn.executemany("UPDATE links SET article_id = ? WHERE id = ?", attached)
            return len(attached)

        links = unattached_links(self.db)
        counts, failures = process_isolated(links, attach, link_failure)
        failed = {failure.url for failure in failures}
        others = [link for link in links if link.url not in failed]
        return AttachedLinks(sum(counts), (*failures, *invalid_links(self.db, others, self.key)))

    def attach(self, urls: Iterable[str], now: datetime) -> list[int | None]:
        """The article of each URL, made with state `new` when there is none; None for what is no
        web address or was forgotten.
        """
        forgotten = load_tombstones(self.db)
        with transaction(self.db):
            keyed = [(url, self.key(url)) for url in urls]
            return [
                self._as_posted(url, key, now)
                if key.key and not forgotten.has(key.key) and not forgotten.has(url)
                else None
                for url, key in keyed
            ]

    def attach_cards(self, match: MatchCards) -> int:
        """Give cards the article of their link; those without an address what `match` finds, else
        they wait for the next time. Returns how many.
        """
        with transaction(self.db):
            followed = follow_links(self.db)
            waiting = waiting_cards(self.db)
            found = (
                [
                    (each.article_id, each.score, each.subject_id)
                    for each in match(waiting, titled_articles(self.db))
                ]
                if waiting
                else []
            )
            self.db.conn.executemany(
                "UPDATE cards SET article_id = ?, score = ? WHERE id = ?", found
            )
        return followed + len(found)

    def record_redirect(
        self, article_id: int, hops: Sequence[Hop], final_url: str, now: datetime
    ) -> int:
        """Write where the article's address led, hop by hop, and make the last its address.

        Returns the surviving article.

        Ask `crawler.links.canonical_check.is_plausible_target` first: a redirect to a front page or a login
        says nothing about identity.
        """
        hops = [Hop(without_secrets(hop.url), hop.status) for hop in hops]
        final_url = without_secrets(final_url)
        targets = [*(hop.url for hop in hops[1:]), final_url]
        with transaction(self.db):
            for hop, target in zip(hops, targets, strict=False):
                article_id = self._join(
                    article_id,
                    target,
                    AliasReason.REDIRECT,
                    hop.url,
                    f"HTTP {hop.status} from {hop.url}",
                    now,
                )
            if hops and not has_alias(
                self.db, article_id, article_url(self.db, article_id), _FIRMER
            ):
                self._settle(article_id, final_url)
        return article_id

    def record_canonical(
        self, article_id: int, canonical: str, evidence: str, now: datetime
    ) -> int:
        """Write which address the page (or its network) declares to be the article's, and use it.

        Returns the surviving article.

        Ask `crawler.links.canonical_check.trusted_canonical` first. When two pages name each other, the
        first word stands.
        """
        with transaction(self.db):
            origin = article_url(self.db, article_id)
            canonical = without_secrets(canonical)
            if origin == canonical or has_alias(
                self.db, article_id, origin, _FIRMER[:1], joined_to=canonical
            ):
                return article_id
            article_id = self._join(
                article_id, canonical, AliasReason.CANONICAL, origin, evidence, now
            )
            if not has_alias(self.db, article_id, article_url(self.db, article_id), _FIRMER[1:]):
                self._settle(article_id, canonical)
        return article_id

    def merge(self, winner: int, loser: int, reason: str, evidence: str, now: datetime) -> int:
        """Make two articles one.

        The curator's word overrules that they were kept apart; other reasons do not. Returns the
        surviving article.
        """
        with transaction(self.db):
            return self._merge(winner, loser, reason, evidence, now)

    def split(self, url: str, now: datetime) -> int:
        """The curator says that `url` is an article of its own, for good. Returns that article.

        Raises KeyError for an unknown address.
        """
        with transaction(self.db):
            key = self.key(url).key
            old = find_article(self.db, url, key)
            if old is None:
                raise KeyError(url)
            own = self._own_addresses(old, url, key)
            if self._is_apart(old, url) or own == self._addresses(old):
                return old
            made = split_rows(self.db, old, sorted(own), url, key, now)
            record_split(self.db, url, key, made, article_url(self.db, old), now)
            return made

    def unmerge(self, url: str, now: datetime) -> int:
        """Undo a merge by the curator: `url` and the URLs that belong to it by other evidence
        become an article again.

        Returns that article. Raises KeyError for an unknown URL.
        """
        with transaction(self.db):
            old = find_article(self.db, url, self.key(url).key)
            if old is None:
                raise KeyError(url)
            groups = self._groups_without_curator(old)
            own = next((group for group in groups if url in group), [])
            if len(groups) < 2 or not own:
                return old
            gone = self._merged_url(old, own) or url
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
        if self._is_apart(article_id, url):
            return True
        return self._own_addresses(article_id, url, key) != self._addresses(article_id)

    def unsplit(self, url: str, now: datetime) -> int:
        """The curator takes a split back: `url` belongs again to what it was split from.

        Returns that article. Raises KeyError for an unknown address.
        """
        with transaction(self.db):
            article_id = find_article(self.db, url, self.key(url).key)
            if article_id is None:
                raise KeyError(url)
            for (other,) in self.db.execute(
                "SELECT other_url FROM not_merged WHERE url = ?", [url]
            ).fetchall():
                rest = find_article(self.db, other, self.key(other).key)
                if rest is not None and rest != article_id:
                    allow_merge(self.db, article_id, rest)
                    article_id = self._merge(
                        min(article_id, rest),
                        max(article_id, rest),
                        AliasReason.AS_POSTED,
                        "a split was taken back",
                        now,
                    )
            return article_id

    def join_copies(self, copies: FindCopies, now: datetime) -> int:
        """Make re-posts of one text one article: the earliest number stays, the earliest published
        text leads. Returns how many were joined.
        """
        articles = articles_with_text(self.db)
        joined = 0
        with transaction(self.db):
            survivors: dict[int, int] = {}
            for match in copies(articles):
                one, other = (
                    _survivor(survivors, article_id)
                    for article_id in (match.article_id, match.subject_id)
                )
                if one != other and not is_split(self.db, one, other):
                    survivors[max(one, other)] = self._merge_copies(
                        one, other, f"the texts agree to {match.score:.0%}", now
                    )
                    joined += 1
        return joined

    def rekey(self, now: datetime) -> RekeyResult:
        """When the rules changed since the keys were made: make all keys again, join and split
        articles accordingly, and count both.
        """
        with transaction(self.db):
            stored = load_versions(self.db).get(_RULES, self.version)
            changed = RekeyResult()
            if stored != self.version:
                changed = rebuild_keys(self.db, self.key, now)
            save_versions(self.db, {_RULES: self.version})
        return changed

    def _as_posted(self, url: str, keyed: Keyed, now: datetime) -> int:
        article_id = find_article(self.db, url, keyed.key)
        if article_id is None:
            article_id = insert_article(self.db, url, keyed.key, now)
        else:
            self._prefer_plain(article_id, url, keyed)
        add_alias(self.db, article_id, url, keyed.key, AliasReason.AS_POSTED, now)
        record_rules(self.db, article_id, url, keyed, now)
        return article_id

    def _prefer_plain(self, article_id: int, url: str, keyed: Keyed) -> None:
        """Before anything was read, the plainest of the posted addresses is the one to fetch, in
        whatever order they came.
        """
        row = self.db.execute(
            "SELECT url FROM articles WHERE id = ? AND state = 'new' AND key = ?",
            [article_id, keyed.key],
        ).fetchone()
        if row and (len(keyed.rules), len(url), url) < (
            len(self.key(row[0]).rules),
            len(row[0]),
            row[0],
        ):
            set_article_url(self.db, article_id, url, keyed.key)

    def _join(
        self, article_id: int, url: str, reason: str, origin: str, evidence: str, now: datetime
    ) -> int:
        """Add an address to an article, merging the article that has it already; nothing when the
        curator keeps them apart.
        """
        key = self.key(url).key
        other = find_article(self.db, url, key) if key else None
        if not key or (
            other not in (None, article_id) and is_split(self.db, article_id, other or 0)
        ):
            return article_id
        if other is not None and other != article_id:
            merge_rows(self.db, min(article_id, other), max(article_id, other))
            article_id = min(article_id, other)
        add_alias(self.db, article_id, url, key, reason, now, joined_to=origin, evidence=evidence)
        return article_id

    def _settle(self, article_id: int, url: str) -> None:
        """Make `url` the article's address, if it is one of its addresses."""
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
        kept, gone = article_url(self.db, winner), article_url(self.db, loser)
        merge_rows(self.db, winner, loser, take_reading=take_reading)
        add_alias(
            self.db,
            winner,
            gone,
            self.key(gone).key,
            reason,
            now,
            joined_to=kept,
            evidence=evidence,
        )
        return winner

    def _merge_copies(self, one: int, other: int, evidence: str, now: datetime) -> int:
        winner, loser = min(one, other), max(one, other)
        lead = self._lead(winner, loser)
        lead_url = article_url(self.db, lead)
        self._merge(
            winner, loser, AliasReason.TEXT_MATCH, evidence, now, take_reading=lead == loser
        )
        self._settle(winner, lead_url)
        return winner

    def _lead(self, one: int, other: int) -> int:
        """Of two copies the one whose address was declared the original, else the one published
        first, else the one seen first.
        """
        row = self.db.execute(
            "SELECT a.id FROM articles a WHERE a.id IN (?, ?) ORDER BY NOT EXISTS (SELECT 1 FROM aliases WHERE article_id = a.id AND url = a.url "
            "AND reason = 'canonical'), COALESCE(published, first_seen), first_seen, id",
            [one, other],
        ).fetchone()
        return int(row[0])

    def _groups_without_curator(self, article_id: int) -> list[list[str]]:
        """The URLs of an article, grouped by every evidence except merges by the curator."""
        rows = self.db.execute(
            "SELECT url, key, reason, joined_to FROM aliases WHERE article_id = ?", [article_id]
        ).fetchall()
        edges = [
            MergeEvidence(url, joined_to, reason)
            for url, _, reason, joined_to in rows
            if reason != AliasReason.CURATOR
        ]
        return group_urls({url: key for url, key, *_ in rows}, edges, ())

    def _merged_url(self, article_id: int, urls: Iterable[str]) -> str:
        """The URL among `urls` under which the curator merged an article into this one; empty if
        there is none.
        """
        query = "SELECT url FROM aliases WHERE article_id = ? AND reason = ? AND joined_to <> ''"
        merged = {url for (url,) in self.db.execute(query, [article_id, AliasReason.CURATOR])}
        return min(merged & set(urls), default="")

    def _addresses(self, article_id: int) -> set[str]:
        return {
            row[0]
            for row in self.db.execute("SELECT url FROM aliases WHERE article_id = ?", [article_id])
        }

    def _is_apart(self, article_id: int, url: str) -> bool:
        return has_alias(self.db, article_id, url, _FIRMER[1:], joined_to="")

    def _own_addresses(self, article_id: int, url: str, key: str) -> set[str]:
        """The addresses that go with `url`: those of its key, or it alone when its key is all there
        is to the article.
        """
        same_key = {
            row[0]
            for row in self.db.execute(
                "SELECT url FROM aliases WHERE article_id = ? AND key = ?", [article_id, key]
            )
        } | {url}
        return same_key if self._addresses(article_id) - same_key else {url}


def _survivor(survivors: dict[int, int], article_id: int) -> int:
    """The article that took over this one, through any number of joins."""
    while article_id in survivors:
        article_id = survivors[article_id]
    return article_id
