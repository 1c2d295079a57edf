"""A build states that edited decisions are not applied, and names the commands that do it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crawler.crawl.crawl_context import open_ledger
from crawler.curation.apply_decisions import apply_decisions
from crawler.curation.read_decisions import read_decisions
from crawler.nightly.run_report import CurrentRun, RunOptions
from crawler.nightly.unapplied_decisions import unapplied_decisions_message
from crawler.settings.all_settings import Settings
from crawler.store.database import open_store
from crawler.store.tombstones import add_tombstones
from crawler.workspace import Workspace
from tests.promises.workspace import START
from tests.store.conftest import fill

HIDE = '[[hide]]\nurl = "https://a.example/leases"\nreason = "copy"\nby = "ann"\n'
PIN = '[[pin]]\nurl = "https://a.example/leases"\ntopic = "leases"\nreason = "good"\nby = "ann"\n'


def test_new_edited_and_withdrawn_decisions_are_counted(tmp_path: Path) -> None:
    here = Workspace(tmp_path, Settings())
    db = fill(open_store(here.database))
    here.curation.mkdir(parents=True)
    log: Any = None
    run = CurrentRun(here, db, 1, "build", log, lambda: START, RunOptions())

    def message(decisions: str) -> str:
        (here.curation / "decisions.toml").write_text(decisions, encoding="utf-8")
        return unapplied_decisions_message(run)

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
    db.close()
