"""The work for the pages of one item does not grow with the number of other items."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.sitegen.page_kinds import PageKind, load_page_kinds
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.store.public_snapshot import write_snapshot
from tests.sitegen.factory import Factory

ITEMS = (20, 200)
KINDS = {
    kind.SUBJECT: kind
    for kind in load_page_kinds()
    if kind.SUBJECT in ("article", "author", "host", "post")
}


@pytest.mark.parametrize("subject", KINDS)
def test_steps_for_one_group_do_not_grow_with_the_library(subject: str, tmp_path: Path) -> None:
    few, many = (
        _steps(KINDS[subject], _library(tmp_path / f"{items}.db", items)) for items in ITEMS
    )
    assert 0 < many < 2 * few


def _steps(kind: PageKind, model: SiteModel) -> int:
    """The instructions of SQLite, in tens, for the pages of the last item."""
    groups = list(kind.page_groups(model))
    list(groups[0].make())  # the model reads some rows once for all pages
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    model.db.set_progress_handler(count, 10)
    for group in kind.page_groups(model, {groups[-1].key}):
        list(group.make())
    model.db.set_progress_handler(None, 0)
    return steps


def _library(path: Path, items: int) -> SiteModel:
    """A site with so many articles, hosts, authors and notes."""
    factory = Factory()
    factory.topic("leases")
    for number in range(items):
        author = factory.author(f"anna{number}")
        article = factory.article(
            f"Leases, part {number}",
            f"https://blog{number}.example/leases",
            {"leases": "certain"},
        )
        factory.post(f"Read part {number}", article, author_id=author)
        factory.post(f"A thought, number {number}", None, {"leases": "likely"}, author_id=author)
    return read_site_model(open_snapshot(write_snapshot(factory.db, path)))
