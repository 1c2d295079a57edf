"""The command `hashtrail extract`: files in, one line each out, in order, for any content."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from click.testing import CliRunner

from crawler.cli.extract import extract

PAGES = Path(__file__).parent / "pages"


def run(lines: list[dict[str, str]], *options: str) -> list[str]:
    result = CliRunner().invoke(
        extract,
        list(options),
        input="\n".join(json.dumps(line) for line in lines) + "\n",
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    return result.stdout.splitlines()


def test_extract_writes_one_line_per_file_in_order(tmp_path: Path) -> None:
    packed, binary = tmp_path / "ghost.html.gz", tmp_path / "picture.html"
    packed.write_bytes(gzip.compress((PAGES / "ghost.html").read_bytes()))
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    manifest = [
        {"id": "1", "path": str(packed), "url": "https://eng.harbour.example/quietest-outage/"},
        {"id": "2", "path": str(binary), "url": "https://x.example/"},
        {"id": "3", "path": str(tmp_path / "missing.html"), "url": "https://x.example/"},
        {"id": "4", "path": str(PAGES / "blog.html"), "url": "https://rowan.example/"},
    ]
    rows = [json.loads(line) for line in run(manifest, "--json")]
    assert [(row["id"], row["outcome"]) for row in rows] == [
        ("1", "ok"),
        ("2", "unsupported"),
        ("3", "bad_content"),
        ("4", "ok"),
    ]
    assert rows[0].keys() == {
        "id",
        "title",
        "authors",
        "published",
        "site_name",
        "language",
        "text",
        "outcome",
    }
    assert (rows[0]["authors"], rows[0]["published"]) == (["Priya Nair"], "2023-11-30T09:00:00Z")


def test_extract_without_json_shows_titles_and_messages(tmp_path: Path) -> None:
    shown = run(
        [
            {"id": "a", "path": str(PAGES / "blog.html"), "url": "https://r.example/"},
            {"id": "b", "path": str(tmp_path / "no"), "url": "https://r.example/"},
        ]
    )
    assert shown[0] == "a  ok  Idempotency keys, ten years on"
    assert shown[1].startswith("b  bad_content  ")
