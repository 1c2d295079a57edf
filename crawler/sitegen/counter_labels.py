"""The counters of a run in words. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping

# In the order of the page: the name of the counter, and its label. Counters without a label are
# shown last under their own names.
_LABELS = (
    ("posts_seen", "posts read"),
    ("posts_new", "new posts"),
    ("posts_rechecked", "posts rechecked"),
    ("posts_edited", "edited posts"),
    ("posts_deleted", "deleted posts removed"),
    ("posts_missing", "posts missing at their network"),
    ("articles_new", "new articles"),
    ("articles_read", "articles fetched"),
    ("articles_changed", "articles with a new text"),
    ("articles_unchanged", "articles unchanged"),
    ("articles_failed", "articles that could not be fetched"),
    ("taggings_gained", "topics added"),
    ("taggings_lost", "topics removed"),
    ("taggings_changed", "topics with other evidence"),
    ("sources", "sources polled"),
    ("sources_failed", "sources failed"),
    ("sources_silent", "sources silent"),
    ("sources_changed", "sources changed"),
    ("inbox_files", "files imported from the inbox"),
    ("inbox_files_failed", "files of the inbox that could not be read"),
    ("items_skipped", "items skipped because of an error"),
)


def label_counters(counts: Mapping[str, object]) -> list[tuple[str, int]]:
    """Return (label, number) for each of the `counts` above zero, in the order of the page."""
    labels = dict(_LABELS)
    names = [*labels, *sorted(name for name in counts if name not in labels)]
    labelled = ((labels.get(name, name.replace("_", " ")), counts.get(name)) for name in names)
    return [(label, number) for label, number in labelled if isinstance(number, int) and number]
