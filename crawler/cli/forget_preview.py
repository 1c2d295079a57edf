"""The rows that `forget` found, as lines of text and as a JSON document."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from crawler.counted_nouns import counted_noun
from crawler.terminal_streams import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.erasure.preview_erasure import ErasableRow, ErasurePreview

_KINDS = ("authors", "posts", "articles", "links")
_SHOWN_ROWS = 10  # of each kind; --json lists all


def preview_document(preview: ErasurePreview) -> dict[str, object]:
    """Return the JSON document of `preview`: the counts of the command, and every found row."""
    rows_by_kind = asdict(preview)
    mentions = rows_by_kind.pop("mentions")
    counts = {kind: len(rows_by_kind[kind]) for kind in _KINDS}
    return {"dry_run": True, **counts, "mentions": mentions, "found": rows_by_kind}


def preview_lines(preview: ErasurePreview) -> Iterator[str]:
    """Yield `preview` as lines for people: the rows of each kind by name, then their numbers."""
    rows_by_kind: dict[str, tuple[ErasableRow, ...]] = {
        kind: getattr(preview, kind) for kind in _KINDS
    }
    if not any(rows_by_kind.values()) and not preview.mentions:
        yield "Nothing in the database matches. It would be refused from now on."
        return
    for kind, rows in rows_by_kind.items():
        yield from _rows(kind.removesuffix("s"), rows)
    counts = [
        counted_noun(len(rows), kind.removesuffix("s")) for kind, rows in rows_by_kind.items()
    ]
    yield f"Found: {', '.join(counts)}."
    if preview.mentions:
        posts = counted_noun(preview.mentions, "other post")
        yield f"{posts} would lose a mention or link in the text."
    if preview.only_shared:
        yield f"No other post leads to {counted_noun(preview.only_shared, 'article')} of these."


def _rows(kind: str, rows: tuple[ErasableRow, ...]) -> Iterator[str]:
    for row in rows[:_SHOWN_ROWS]:
        named = f"{row.name} ({row.address})" if row.name else row.address
        yield one_line(f"  {kind:<8} {named}{f', {row.profile}' if row.profile else ''}")
    if len(rows) > _SHOWN_ROWS:
        yield f"  {kind:<8} … and {len(rows) - _SHOWN_ROWS:,} more: --dry-run --json lists them"
