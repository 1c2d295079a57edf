"""Generated files are current: the digests of inputs in their headers match the inputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devtools import generated, repository
from tests.conventions import fail_with


def test_inputs_of_generated_files_have_not_changed() -> None:
    fail_with("".join(f"\n{finding}" for finding in generated.stale_findings()))


@pytest.mark.parametrize("name", ["weights.tsv", "weights.json"])
def test_file_with_a_changed_input_is_reported_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for module in (generated, repository):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    repository.git("init", "--quiet")
    rows, output = tmp_path / "data/rows.txt", tmp_path / "data" / name
    rows.parent.mkdir()
    rows.write_text("one\n")
    header = generated.new_header("make weights", ["data/*.txt"], 1, ["pytest"], "1a2b")
    is_json = name.endswith(".json")
    as_object = json.dumps({"generated": generated.as_json(header)})
    output.write_text(as_object if is_json else generated.as_comments(header) + "a\t1\n")
    assert not [*generated.stale_findings()]

    rows.write_text("two\n")
    messages = [f"{finding.path}: {finding.message}" for finding in generated.stale_findings()]
    assert messages == [f"data/{name}: data/*.txt has changed; run: make weights"]
