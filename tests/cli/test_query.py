"""`hashtrail query`: the list, a table, other formats, errors with the nearest names."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import feedparser
import pytest

from crawler.cli.result_table import table_lines
from crawler.named_queries.query_files import NamedQuery, offered_queries
from crawler.named_queries.query_results import QueryResult
from tests.explorer.request_fuzz import sample_workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query")
    sample_workspace(folder)
    (folder / "data/hashtrail.toml").write_text(
        '[site]\nexplorer_url = "https://trail.example/data"\n', encoding="utf-8"
    )
    return folder


def run(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crawler.cli.main", "--workspace", str(workspace), "query"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=60, env=environment
    )


def test_command_without_name_lists_every_query_by_group(workspace: Path) -> None:
    lines = run(workspace).stdout.splitlines()
    queries = offered_queries(semantic_model=False)
    assert next(line for line in lines if not line.startswith(" ")) == "Articles:"
    listed = {line.split()[0] for line in lines if line.startswith("  ")}
    assert listed == {query.name for query in queries}
    assert any(line.endswith("--topic") for line in lines)
    names = [entry["name"] for entry in json.loads(run(workspace, "--json").stdout)]
    assert names == [query.name for query in queries]


def test_query_prints_a_table_with_its_rows(workspace: Path) -> None:
    done = run(workspace, "articles_of_a_topic", "--topic", "caching")
    assert (done.returncode, done.stderr) == (0, "")
    assert "title" in done.stdout
    assert "Stop cache stampedes" in done.stdout


def test_label_of_a_choice_is_accepted_as_value(workspace: Path) -> None:
    by_value, by_label = (
        run(workspace, "articles_of_a_topic", "--topic", topic, "--json").stdout
        for topic in ("locking", "distributed LOCKING")
    )
    assert by_value == by_label
    assert json.loads(by_value)["parameters"]["topic"]["value"] == "locking"


def test_formats_have_the_same_rows_and_published_links(workspace: Path) -> None:
    arguments = ("articles_of_a_topic", "--topic", "caching")
    document = json.loads(run(workspace, *arguments, "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(run(workspace, *arguments, "--csv").stdout)))
    assert [row["url"] for row in rows] == [row["url"] for row in document["rows"]]
    assert document["links"]["csv"] == (
        "https://trail.example/data/public/articles_of_a_topic.csv?topic=caching"
    )
    assert "| article id |" in run(workspace, *arguments, "--md").stdout


def test_feed_is_written_for_queries_with_a_feed(workspace: Path) -> None:
    for query in offered_queries(semantic_model=False):
        if query.feed:
            assert not feedparser.parse(run(workspace, query.name, "--atom").stdout).bozo
            break


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["articles_of_topic"], "Did you mean: articles_of_a_topic"),
        (["zzzz"], "They are listed by: hashtrail query"),
        (["semantic_search"], "needs the semantic model"),
        (["articles_of_a_topic", "--topic", "cachi"], "Did you mean: caching (Caching)?"),
        (["article_history", "--article-id", "99999"], "Enter words of its name"),
        (["article_history", "--article-id", "stampede"], "Did you mean: "),
        (["articles_of_a_topic", "--host", "x"], "Options: --topic."),
        (["articles_of_a_topic", "--topci", "x"], "'--topic'"),
        (["--csv"], "no such format"),
    ],
)
def test_unknown_name_or_value_names_the_nearest(
    workspace: Path, arguments: list[str], part: str
) -> None:
    done = run(workspace, *arguments)
    assert (done.returncode, done.stdout) == (64, "")
    assert part in done.stderr


def test_former_name_of_a_query_runs_it(workspace: Path) -> None:
    assert run(workspace, "last_night").returncode == 0


def test_missing_snapshot_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/hashtrail.toml").touch()
    done = run(tmp_path, "this_week")
    assert done.returncode == 1
    assert "hashtrail build" in done.stderr


def test_snapshot_of_another_version_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "data/state").mkdir(parents=True)
    (tmp_path / "data/hashtrail.toml").touch()
    (tmp_path / "data/state/public.db").touch()
    done = run(tmp_path, "articles_of_a_topic")
    assert done.returncode == 1
    assert "Renew it with: hashtrail build" in done.stderr


def test_closed_pipe_ends_the_command(workspace: Path) -> None:
    command = f"{sys.executable} -m crawler.cli.main --workspace {workspace} query newest_articles"
    done = subprocess.run(
        ["bash", "-c", f"{command} --json | head -c 1"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("{", "")


def result(*rows: tuple[object, ...]) -> QueryResult:
    query = NamedQuery("q", "Q", "Rows.", "SELECT", columns=("title", "posts"))
    columns = ("id", "title", "posts")
    return QueryResult(query, {}, {}, columns, rows, "", is_truncated=False)  # type: ignore[arg-type]


def test_table_shows_the_first_columns_with_numbers_on_the_right() -> None:
    lines = list(table_lines(result((1, "a", 5), (2, "bb", 1200))))
    assert lines == ["title  posts", "a          5", "bb      1200"]


def test_empty_result_has_no_summary(workspace: Path) -> None:
    done = run(workspace, "articles_of_a_topic", "--topic", "quiet")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "No results. Try other values.\n"


def test_table_cuts_times_to_their_day() -> None:
    lines = list(table_lines(result((1, "2026-11-20T10:00:00Z", 5))))
    assert lines[1] == "2026-11-20      5"


def test_table_shows_the_url_of_an_article_without_title_and_plain_lists() -> None:
    query = NamedQuery("q", "Q", "", "SELECT 1", columns=("title", "topics"))
    columns = ("title", "topics", "url")
    rows = (("", '["caching","raft"]', "https://a.example/x"), ("[draft", "[]", ""))
    lines = list(table_lines(QueryResult(query, {}, {}, columns, rows, "", False)))
    assert lines[1:] == ["https://a.example/x  caching, raft", "[draft"]


def test_table_fits_a_terminal_and_escapes_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")
    hostile = result((1, "\x1b[31m" + "x" * 90, 5), (2, "\u5206\u5e03\u5f0f" * 20, 6), (3, "\n", 7))
    lines = list(table_lines(hostile))
    assert len(lines) == 4
    assert lines[1].startswith("\\x1b[31m")
    assert lines[1].endswith("…      5")
    assert lines[3].startswith("\\n")
    assert all(len(line) <= 30 for line in lines)
