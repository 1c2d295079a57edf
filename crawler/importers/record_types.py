"""The values that importers share: options, records, failures, and the limits of one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from crawler.errors import InputError
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Post
from crawler.text_cleaning import clean_line

# Posts of one file that is not read in parts: they are in memory together. The rest is left out.
MAX_POSTS = 200_000
# Limits of one record. A longer record becomes a Failure, or is cut where a comment states it.
MAX_RECORD_BYTES = 5_000_000  # one line of an export, one tweet, one letter
MAX_TEXT = 100_000  # characters of a post; the rest is cut and marked with an ellipsis
MAX_LINKS = 500  # links of one record; the rest is ignored
MAX_HASHTAGS = 200  # hashtags of one record; the rest is ignored
MAX_ENTITIES = 1_000  # URL and picture entities of one tweet; the rest is ignored
MAX_HEADER = 1_000  # characters of one mail header; the rest is cut
MAX_PARTS = 100  # MIME parts of one letter
MAX_FAILURES = 100  # failed records reported per file; the others are counted

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records that are left out on purpose: the `reason` as a plural noun, and how many."""

    reason: str
    count: int = 1


Record = Post | Article | Failure | LeftOut
_EMPTY = LeftOut("records without a post")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Settings of an import.

    `seen_at`: when the file was received (aware UTC); dates later than a day after that are
    ignored. `written_at`: when the file was last changed, if that is known; ages in a copied page
    are relative to it. `hashtags`: from an archive of everything a person wrote, only posts with
    one of these and the threads they belong to are imported; all posts if empty.
    """

    seen_at: datetime
    hashtags: tuple[str, ...] = ()
    written_at: datetime | None = None

    @property
    def copied_at(self) -> datetime:
        """Return the time at which a page in the file was copied: the best estimate."""
        return min(self.written_at, self.seen_at) if self.written_at else self.seen_at


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The content of a file: posts (each URI once), articles, and failures of records.

    `format` is the name of the importer. `failed` counts all records that failed, of which
    `failures` has at most `MAX_FAILURES`. `left_out` has one value per reason.
    """

    posts: tuple[Post, ...] = ()
    articles: tuple[Article, ...] = ()
    failures: tuple[Failure, ...] = ()
    format: str = ""
    failed: int = 0
    left_out: tuple[LeftOut, ...] = ()


def parse_records(
    name: str, records: Iterable[tuple[str, T]], parse: Callable[[T], Record | None]
) -> Iterator[Record]:
    """Yield the result of `parse` for each of `records`; one that raises becomes a Failure.

    `records` are (label, record). The label names the record within the file `name`, for example
    `line 3`. A result of None counts as left out, and so does each record after `MAX_POSTS` posts.
    """
    remaining = iter(records)
    posts = 0
    for label, record in remaining:
        try:
            parsed = parse(record)
        except Exception as error:  # a hostile record affects only itself
            parsed = record_failure(name, label, error)
        yield _EMPTY if parsed is None else parsed
        posts += isinstance(parsed, Post)
        if posts == MAX_POSTS:
            break
    if others := sum(1 for _ in remaining):
        yield LeftOut(f"records after the first {MAX_POSTS:,} posts", others)


def records_of_member(name: str, path: str, records: Iterable[T]) -> Iterator[T | Failure]:
    """Yield the `records` of the file `path` of the archive `name`; an InputError is a Failure.

    The other files of the archive can still be imported.
    """
    try:
        yield from records
    except InputError as error:
        subject = f"{name}, {path}"
        yield Failure(subject, "record", Outcome.BAD_CONTENT, error.message)


def record_failure(name: str, label: str, reason: str | Exception) -> Failure:
    """Return the Failure of the record `label` of the file `name`; its message has the `reason`."""
    why = _reason(reason) if isinstance(reason, Exception) else reason
    subject = f"{name}, {label}"
    return Failure(subject, "record", Outcome.BAD_CONTENT, f"{subject}: {why}.")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, MemoryError):
        return "too large for the memory limit ([engine] memory_mb)"
    return clean_line(str(error), 200).rstrip(".") or type(error).__name__
