"""The files of a demo, before its first night."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.demo.demo_workspace import (
    MARK,
    DemoProgress,
    open_demo,
    prepare_workspace,
    read_progress,
    with_explorer_port,
    write_progress,
)
from crawler.errors import UsageError

FIRST_RUN = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)


def test_demo_whose_files_were_not_all_copied_is_completed(tmp_path: Path) -> None:
    (tmp_path / "data/topics").mkdir(parents=True)
    write_progress(tmp_path, DemoProgress(FIRST_RUN))
    progress = prepare_workspace(tmp_path, datetime.now(UTC), 8001)
    assert progress.first_run == FIRST_RUN
    assert open_demo(tmp_path).settings.site.title == "Fictional demo"
    assert (tmp_path / "data/topics/caching.toml").is_file()


def test_prepared_demo_keeps_the_changes_of_its_user(tmp_path: Path) -> None:
    prepare_workspace(tmp_path / "demo", FIRST_RUN, 8001)
    decisions = tmp_path / "demo/data/curation/decisions.toml"
    decisions.write_text("# mine\n")
    prepare_workspace(tmp_path / "demo", FIRST_RUN, 8001)
    assert decisions.read_text() == "# mine\n"


def test_site_and_explorer_have_the_new_port(tmp_path: Path) -> None:
    progress = prepare_workspace(tmp_path / "demo", FIRST_RUN, 8001)
    with_explorer_port(tmp_path / "demo", progress, 45_143)
    settings = open_demo(tmp_path / "demo").settings
    assert settings.site.explorer_url == "http://127.0.0.1:45143/"
    assert settings.explorer.port == 45_143


def test_requests_of_a_later_night_cannot_leave_this_machine(tmp_path: Path) -> None:
    prepare_workspace(tmp_path / "demo", FIRST_RUN, 8001)
    assert open_demo(tmp_path / "demo").settings.fetch.connect_to == "http://127.0.0.1:9"


@pytest.mark.parametrize("mark", ["", "{}", '{"first_run": "yesterday"}', "[]"])
def test_damaged_mark_is_an_error(tmp_path: Path, mark: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / MARK).write_text(mark)
    with pytest.raises(UsageError, match="is damaged"):
        read_progress(tmp_path)


def test_empty_folder_has_no_progress(tmp_path: Path) -> None:
    assert read_progress(tmp_path) is None
