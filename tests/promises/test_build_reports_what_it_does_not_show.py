"""A build reports decisions and topics that it does not show, and names the commands that do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.crawl.crawl_context import open_ledger
from crawler.curation.apply_decisions import apply_decisions
from crawler.curation.read_decisions import read_decisions
from crawler.nightly.run_report import CurrentRun, RunOptions
from crawler.nightly.unapplied_input import unapplied_input_messages
from crawler.settings.all_settings import Settings
from crawler.store.database import open_store
from crawler.store.item_annotations import mark_annotated, mark_pending
from crawler.store.tombstones import add_tombstones
from crawler.workspace import Workspace
from tests.promises.few_topics import copy_few_topics
from tests.promises.workspace import START
from tests.store.conftest import fill

HIDE = '[[hide]]\nurl = "https://a.example/leases"\nreason = "copy"\nby = "ann"\n'
PIN = '[[pin]]\nurl = "https://a.example/leases"\ntopic = "leases"\nreason = "good"\nby = "ann"\n'


@pytest.fixture
def run(tmp_path: Path) -> Iterator[CurrentRun]:
    """A build of a library with two annotated items."""
    here = Workspace(tmp_path, Settings())
    db = fill(open_store(here.database))
    here.curation.mkdir(parents=True)
    copy_few_topics(here.topics)
    for table in ("articles", "posts"):
        mark_annotated(db, table, [1])
    log: Any = None
    yield CurrentRun(here, db, 1, "build", log, lambda: START, RunOptions())
    db.close()


def test_new_edited_and_withdrawn_decisions_are_counted(run: CurrentRun) -> None:
    here, db = run.workspace, run.db

    def message(decisions: str) -> str:
        (here.curation / "decisions.toml").write_text(decisions, encoding="utf-8")
        return "".join(unapplied_input_messages(run))

    advice = "Apply them with: hashtrail retag && hashtrail build"
    assert message("") == ""
    assert message(HIDE + PIN) == f"The site does not show 2 changes in data/curation. {advice}"
    apply_decisions(db, open_ledger(db), read_decisions(here.curation), START)
    assert message(HIDE + PIN) == ""
    edited = PIN.replace("good", "better")
    assert message(HIDE + edited) == f"The site does not show 1 change in data/curation. {advice}"
    assert "2 changes" in message(edited)
    assert "cannot be read" in message("[[hide")

    add_tombstones(db, ["https://a.example/leases"], START, "on request")
    db.execute("DELETE FROM curation_decisions")
    assert message(HIDE) == ""


def test_invalid_topic_file_is_reported_with_its_name_and_the_build_goes_on(
    run: CurrentRun,
) -> None:
    file = next(run.workspace.topics.glob("[a-z]*.toml"))
    file.write_text("label = [", encoding="utf-8")
    (message,) = unapplied_input_messages(run)
    assert message.startswith(f"The topics cannot be read: {file}: ")


def test_library_without_articles_is_reported_with_the_command_that_gets_some(
    run: CurrentRun,
) -> None:
    run.db.execute("PRAGMA foreign_keys = OFF")
    run.db.execute("DELETE FROM articles")
    (message,) = unapplied_input_messages(run)
    assert message == (
        "The site has no articles. Use sources, or put posts into data/inbox/, "
        "then: hashtrail nightly"
    )


def test_items_whose_topics_were_not_looked_for_are_counted(run: CurrentRun) -> None:
    advice = "Find them with: hashtrail retag && hashtrail build"
    shown = "The site does not show the topics of"
    assert unapplied_input_messages(run) == ()
    mark_pending(run.db, "posts", [1])
    assert unapplied_input_messages(run) == (f"{shown} 1 new post or article. {advice}",)
    mark_pending(run.db, "articles", [1])
    assert unapplied_input_messages(run) == (f"{shown} 2 new posts and articles. {advice}",)
