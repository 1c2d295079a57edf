"""`hashtrail tag` and `hashtrail topics` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.topics.learned_weights import FILE_NAME

CACHING = """\
label = "Caching"
definition = "Copies."
strong = ["cache"]
weak = ["evict", "expire", "hit", "miss", "stale", "ttl", "warm"]
examples = ["A cache", "Caches", "The cache of a browser"]
counterexamples = ["Cash", "A walk"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data/topics").mkdir(parents=True)
    (tmp_path / "data/curation").mkdir()
    (tmp_path / "data/hashtrail.toml").write_text("", encoding="utf-8")
    (tmp_path / "data/topics/caching.toml").write_text(CACHING, encoding="utf-8")
    return tmp_path


def _run(root: Path, *arguments: str, text: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(
        cli, ["--workspace", str(root), *arguments], input=text, standalone_mode=False
    )
    assert result.exception is None, result.exception
    return result.return_value or 0, result.stdout


def _rows(root: Path, *rows: dict[str, object]) -> str:
    path = root / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_tag_is_a_filter_from_items_to_topics_with_evidence(root: Path) -> None:
    _, out = _run(
        root,
        "tag",
        "--json",
        text='{"id": 7, "title": "A cache", "hashtags": ["#Cache"]}\n\n{"id": "b"}\n',
    )
    first, second = map(json.loads, out.splitlines())
    assert (first["id"], first["topics"][0]["topic"]) == (7, "caching")
    assert {"field", "quote", "start", "rule"} <= first["topics"][0]["evidence"][0].keys()
    assert second == {"id": "b", "topics": []}


def test_tag_reads_hashtags_from_the_text_when_none_are_listed(root: Path) -> None:
    _, out = _run(root, "tag", "--json", text='{"id": 1, "text": "Boats. #Cache"}\n')
    assert "hashtag" in {evidence["rule"] for evidence in json.loads(out)["topics"][0]["evidence"]}


def test_tag_without_json_prints_lines_for_people(root: Path) -> None:
    assert (
        _run(root, "tag", text='{"id": 1, "title": "A cache"}\n{"id": 2}\n')[1]
        == "1  caching (likely: 'cache')\n2  no topic\n"
    )


def test_list_prints_slug_label_and_definition(root: Path) -> None:
    assert _run(root, "topics", "list")[1] == "caching  Caching  Copies.\n"
    assert json.loads(_run(root, "topics", "list", "--json")[1])[0]["slug"] == "caching"


def test_lint_with_findings_exits_with_code_1(root: Path) -> None:
    assert _run(root, "topics", "lint") == (0, "")
    code, out = _run(
        root, "topics", "lint", _rows(root, {"title": "A cache in the woods"}), "--json"
    )
    assert (code, json.loads(out)[0]["topic"]) == (1, "caching")


def test_eval_with_keep_writes_the_evaluation_file(root: Path) -> None:
    rows = _rows(
        root,
        {"title": "A cache", "topics": ["caching"]},
        {"title": "A walk", "topics": ["caching"]},
    )
    _, out = _run(root, "topics", "eval", rows, "--keep", "--json")
    assert json.loads(out)["micro"] == {"rows": 2, "precision": 1.0, "recall": 0.5, "f1": 0.667}
    assert (
        json.loads((root / "data/generated/topic_evaluation.json").read_text(encoding="utf-8"))[
            "topics"
        ]["caching"]["recall"]
        == 0.5
    )
    assert "caching" in _run(root, "topics", "eval", rows)[1]


def test_learn_writes_weights_without_excluded_rows(root: Path) -> None:
    pytest.importorskip("sklearn", reason="needs the extra `learn`")
    rows = [
        {
            "id": f"r{n}",
            "title": f"Evict entries {n}" if n % 2 else f"Boats in harbour {n}",
            "topics": ["caching"] * (n % 2),
        }
        for n in range(80)
    ]
    path = _rows(root, *rows, {"id": "held", "title": "Evict", "topics": ["caching"]})
    (root / "held.txt").write_text("held\n", encoding="utf-8")
    _, out = _run(root, "topics", "learn", path, "--without", str(root / "held.txt"), "--json")
    assert json.loads(out)["rows"] == 80
    assert "caching\ttitle\tevict\t" in (root / "data/generated" / FILE_NAME).read_text(
        encoding="utf-8"
    )
