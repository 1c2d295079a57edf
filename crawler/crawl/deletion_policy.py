"""Which absences are believed: pure decisions about posts that their network no longer shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crawler.models.posts import Consent, Post
from crawler.store.post_rechecks import DuePost

MIN_SAMPLE = 3


@dataclass(frozen=True, slots=True)
class RecheckResult:
    """What one question about posts came to, with all that it led to.

    `answered` exist or are among `gone` (uris). Their server shows `refused` to nobody while it
    answers otherwise. `failed` are undecided. `posts` is how some of them read now.
    """

    answered: tuple[DuePost, ...] = ()
    gone: frozenset[str] = frozenset()
    refused: tuple[DuePost, ...] = ()
    failed: tuple[DuePost, ...] = ()
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class DeletionDecision:
    """The uris that are taken for deleted, and those that wait for another night to tell the same."""

    deleted: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()


def decide_deletions(heard: Sequence[RecheckResult]) -> DeletionDecision:
    """What to believe of one source's answers of one night.

    People delete a post or two; what denies everything it is asked for is more likely a server that
    lost its data, an index being built or an API
    that changed. So when more than three posts were asked for, in one question or of one source,
    and not one of them stands, it is not believed
    tonight: those posts are asked for again the next night, and what is missing then too is
    deleted. An account that was closed is gone a night
    later; a server that recovers within a day has cost nothing.
    """
    gone = {uri for each in heard for uri in each.gone}
    denied = [each.answered for each in (*heard, _together(heard)) if _denies_everything(each)]
    doubted = {due.post.uri for answered in denied for due in answered if not due.missing_since}
    return DeletionDecision(frozenset(gone - doubted), frozenset(doubted))


def edited_posts(asked: Iterable[DuePost], shown: Iterable[Post]) -> tuple[Post, ...]:
    """The posts as they read now, for the store to compare with what it has.

    Networks report some changes without an edit date: a renamed account, a content warning
    set by a moderator, a visibility. Counts are taken over from the stored post, because a new
    like is no change. So is the place in a thread: the posts around it determine it.
    """
    known = {due.post.uri: due.post for due in asked}
    return tuple(_aligned(post, known[post.uri]) for post in shown if post.uri in known)


def _together(heard: Sequence[RecheckResult]) -> RecheckResult:
    return RecheckResult(
        tuple(due for each in heard for due in each.answered),
        frozenset(uri for each in heard for uri in each.gone),
    )


def _denies_everything(heard: RecheckResult) -> bool:
    return len(heard.answered) > MIN_SAMPLE and all(
        due.post.uri in heard.gone for due in heard.answered
    )


def _aligned(shown: Post, stored: Post) -> Post:
    if shown.consent is not Consent.FULL:
        return shown
    return replace(
        shown,
        thread_key=stored.thread_key,
        thread_position=stored.thread_position,
        counts=stored.counts,
    )
