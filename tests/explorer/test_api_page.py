"""The JSON API: its page documents what the explorer returns, and all its examples run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlite_utils import Database

from crawler.named_queries.query_files import offered_queries
from crawler.named_queries.result_json import MEMBERS
from tests.explorer.processes import Server, running
from tests.explorer.request_fuzz import sample_workspace

COMMANDS = {
    "curl": ["bash", "-c"],
    "javascript": ["node", "--input-type=module", "-e"],
    "python": [sys.executable, "-c"],
}
PROGRAMS = {"curl": "curl", "javascript": "node", "python": sys.executable}


class Examples(HTMLParser):
    """The code of each example of a page, with its language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.codes: list[list[str]] = []
        self._is_open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        language = dict(attrs).get("data-language")
        if tag == "pre" and language:
            self.codes.append([language, ""])
            self._is_open = True

    def handle_endtag(self, tag: str) -> None:
        self._is_open = self._is_open and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._is_open:
            self.codes[-1][1] += data


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:  # type: ignore[misc]
    folder = tmp_path_factory.mktemp("api")
    here = sample_workspace(folder)
    Database(here.public_database)["articles"].update(1, {"title": 'Leases </code> & "locks"'})
    (folder / "data/hashtrail.toml").touch()
    with running(folder, "explore") as started:
        yield started


def read(server: Server, path: str) -> str:
    with urlopen(f"{server.url}/{path}") as response:
        return str(response.read().decode())


def examples(server: Server, language: str) -> list[str]:
    codes = Examples(read(server, "api")).codes
    assert len(codes) >= 7
    return [code for name, code in codes if name == language]


@pytest.mark.parametrize("language", COMMANDS)
def test_every_example_runs(server: Server, language: str, tmp_path: Path) -> None:
    if not shutil.which(PROGRAMS[language]):
        pytest.skip(f"{PROGRAMS[language]} is not installed")
    codes = examples(server, language)
    assert codes
    for code in codes:
        done = subprocess.run(
            [*COMMANDS[language], code],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, ""), code
        assert done.stdout or (tmp_path / "public.db").is_file(), code
        if language == "curl" and ".json" in code:
            assert "ok" not in json.loads(done.stdout), done.stdout
    if language == "curl":
        count = "SELECT count(*) FROM articles"
        assert Database(tmp_path / "public.db").execute(count).fetchone()[0] > 0


def test_example_of_paging_prints_every_article(server: Server) -> None:
    (code,) = (code for code in examples(server, "python") if "next_url" in code)
    code = code.replace("_size=100", "_size=20")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    count = json.loads(
        read(server, "public.json?_shape=arrayfirst&sql=select+count(*)+from+article_list")
    )
    assert done.stdout.count("\n") == count[0] > 40


def test_page_documents_every_member_of_a_result(server: Server) -> None:
    document = json.loads(read(server, "public/articles_of_a_topic.json"))
    assert list(document) == [name for name, _ in MEMBERS]
    page = read(server, "api")
    assert all(f"<code>{name}</code>" in page for name in document)


def test_list_of_queries_has_every_query_and_its_links(server: Server) -> None:
    document = json.loads(read(server, "queries.json"))
    assert [query["name"] for query in document["queries"]] == [
        query.name for query in offered_queries(semantic_model=False)
    ]
    (query,) = (q for q in document["queries"] if q["name"] == "articles_of_a_topic")
    assert list(query["parameters"]) == ["topic"]
    assert query["parameters"]["topic"]["label"] == "Topic"
    for link in [*query["links"].values(), f"{query['parameters']['topic']['choices']}?words=c"]:
        assert link.startswith(f"{server.url}/"), link
        with urlopen(link) as response:
            assert response.status == 200
