"""`forget` erases in every place, also damaged ones, and `verify --forgotten` proves it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.erasure import erase_workspace
from crawler.errors import StoreError
from crawler.fetch.warc_archive import WarcArchive
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import Response
from crawler.models.posts import Author, Link, Provenance
from crawler.nightly import run_command
from crawler.run_lock import run_lock
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_store
from crawler.store.fetch_log import save_fetch
from crawler.store.posts import save_posts
from tests.store.conftest import NOW, POST, fill

LEASES = "https://a.example/leases"
HANDLE = "anna@trail.example"
NEEDLES = (
    b"anna@trail.example",
    b"anna%40trail.example",
    b"trail.example/@anna",
    b"trail.example/1",
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which Anna is named in every place, in several spellings."""
    tmp_path = tmp_path_factory.mktemp("original")
    for folder in ("inbox", "curation", "topics"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    (tmp_path / "data" / "hashtrail.toml").touch()
    state = tmp_path / "data" / "state"
    db = fill(open_store(state / "hashtrail.db"))
    db.execute("UPDATE articles SET key = ?", [normalize_url(LEASES).key])
    db.execute("UPDATE aliases SET key = ?", [normalize_url(LEASES).key])
    bo = replace(
        POST,
        uri="https://trail.example/2",
        cards=(),
        text=f"As @{HANDLE} said: {LEASES}",
        author=Author("mastodon", "bo@trail.example", "Bo"),
        links=(Link(LEASES),),
        provenance=Provenance(request=f"https://trail.example/api?acct={quote(HANDLE)}"),
    )
    save_posts(db, "trail", [bo], NOW)
    IdentityLedger(db, normalize_url, "1").attach_links(NOW)
    _archive(db, state / "archive")
    message = f"404 for https://trail.example/@anna and acct={quote(HANDLE)}"
    db.execute(
        "INSERT INTO runs (command, started, message) VALUES ('crawl', '2026-03-01T04:00:00Z', ?)",
        [message],
    )
    db.execute(
        "INSERT INTO run_sources (run_id, source, outcome, message) VALUES (1, 's', 'x', ?)",
        [message],
    )
    robots = f"User-agent: *\nDisallow: /@anna\n# ask {HANDLE}".encode()
    db.execute("INSERT INTO robots_copies VALUES ('https://trail.example', 'x', ?)", [robots])
    db.close()
    hashtrail(tmp_path, "build")
    hashtrail(tmp_path, "backup")
    shutil.copy(state / "hashtrail.db", state / "hashtrail-replaced-20260101T000000Z.db")
    shutil.copytree(
        (tmp_path / "site/public").resolve(), tmp_path / "site/.builds/20200101T000000Z"
    )
    (state / "logs" / "20260101T000000Z-crawl.jsonl").write_text(
        json.dumps({"event": "failed", "url": f"https://x.example/?u={quote(HANDLE)}"})
        + "\n"
        + json.dumps({"event": "kept", "url": "https://trail.example/@annabel"})
        + "\n"
    )
    return tmp_path


@pytest.fixture
def here(original: Path, tmp_path: Path) -> Path:
    """A copy of that workspace."""
    return shutil.copytree(original, tmp_path / "kb", symlinks=True)


def _archive(db, folder: Path) -> None:  # type: ignore[no-untyped-def]
    bodies = {
        "https://trail.example/api/1": f'{{"acct":"{HANDLE}"}}',
        "https://other.example/": '<a href="https:\\/\\/trail.example\\/@anna">',
        "https://third.example/": "nothing of her",
    }
    with WarcArchive(folder, NOW) as archive:
        for url, body in bodies.items():
            archived = archive.store(Response(url, url, 200, (), body.encode(), NOW))
            save_fetch(db, None, "page", archived, NOW)


def hashtrail(here: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(here), *words], catch_exceptions=False)


def holding(here: Path) -> list[str]:
    """The files that hold a needle, after decompression: an independent search."""
    found = []
    for path in sorted(here.rglob("*")):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if path.suffix == ".gz":
                with gzip.open(path) as unpacked:
                    data = unpacked.read()
            if any(needle in data.lower() for needle in NEEDLES if b"annabel" not in data):
                found.append(path.relative_to(here).as_posix())
    return found


def test_every_place_is_erased_and_verify_proves_it(here: Path) -> None:
    assert len(holding(here)) >= 7
    report = json.loads(hashtrail(here, "forget", HANDLE, "--json").stdout)
    assert (report["authors"], report["posts"], report["log_lines"], report["archived"]) == (
        1,
        1,
        1,
        2,
    )
    assert report["mentions"] >= 3
    assert len(report["backups"]) == 2
    assert report["problems"] == []
    assert holding(here) == []
    proof = hashtrail(here, "verify", "--forgotten", "--json")
    assert proof.exit_code == 0, proof.stdout
    places = {each["place"]: each for each in json.loads(proof.stdout)["places"]}
    for place in ("database", "snapshot", "backups", "archive", "logs", "site"):
        assert places[place]["files"] > 0
        assert places[place]["bytes"] > 0
    assert hashtrail(here, "verify").exit_code == 0
    log = next((here / "data/state/logs").glob("*-crawl.jsonl")).read_text()
    assert "annabel" in log


@pytest.mark.parametrize("with_words", [True, False])
def test_verify_finds_each_spelling_in_each_place(here: Path, with_words: bool) -> None:
    hashtrail(here, "forget", HANDLE)
    state, words = here / "data/state", [f"mastodon:{HANDLE}"] if with_words else []
    spellings = (HANDLE, quote(HANDLE), "https://trail.example/@anna", HANDLE.upper())
    places = {
        "logs": state / "logs" / "x.jsonl",
        "site": here / "site/.builds/old/p.html",
        "backups": state / "backups" / "hashtrail-20250101T000000Z.db",
        "archive": state / "archive" / "x.warc.gz",
        "other state": state / "report.txt",
    }
    for spelling in spellings:
        for place, path in places.items():
            _write(path, spelling, as_database=place == "backups")
        result = hashtrail(here, "verify", "--forgotten", *words, "--json")
        found = {e["place"] for e in json.loads(result.stdout)["places"] if e["found"]}
        assert (result.exit_code, found) == (1, set(places)), spelling


def _write(path: Path, spelling: str, *, as_database: bool) -> None:
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    data = f'{{"see": "{spelling}"}}'.encode()
    if as_database:
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE t (a TEXT, b TEXT)")
            db.execute("INSERT INTO t VALUES (?, 'https')", [f"see {spelling}"])
            db.commit()
    else:
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def test_free_pages_of_a_database_are_searched(here: Path) -> None:
    hashtrail(here, "forget", LEASES)
    path = here / "data/state/backups/hashtrail-20250101T000000Z.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("CREATE TABLE t (a TEXT)")
        db.executemany("INSERT INTO t VALUES (?)", [(f"{LEASES} {n}",) for n in range(200)])
        db.commit()
        db.execute("DELETE FROM t")
        db.commit()
    assert hashtrail(here, "verify", "--forgotten").exit_code == 1
    assert hashtrail(here, "verify", "--forgotten", LEASES).exit_code == 1
    hashtrail(here, "forget", LEASES)
    assert hashtrail(here, "verify", "--forgotten", LEASES).exit_code == 0


@pytest.mark.parametrize("damage", ["truncated", "garbage in the middle", "no segment"])
def test_damaged_archive_does_not_stop_the_erasure(here: Path, damage: str) -> None:
    segment = next((here / "data/state/archive").glob("*.gz"))
    data = segment.read_bytes()
    if damage == "truncated":
        segment.write_bytes(data[:-20])
    elif damage == "garbage in the middle":
        segment.write_bytes(data[: len(data) // 2] + b"?" * 40 + data[len(data) // 2 + 40 :])
    else:
        segment.unlink()
    result = hashtrail(here, "forget", HANDLE, "--json")
    report = json.loads(result.stdout)
    assert (report["authors"], report["published"]) == (1, True)
    assert bool(report["problems"]) == (damage != "no segment") == bool(result.exit_code)
    assert holding(here) == []
    assert hashtrail(here, "verify", "--forgotten").exit_code == 0
    assert hashtrail(here, "forget", HANDLE).exit_code == 0


def test_damaged_backup_is_deleted_and_named(here: Path) -> None:
    backup = next((here / "data/state/backups").glob("*.db"))
    backup.write_bytes(backup.read_bytes()[:9000])
    report = json.loads(hashtrail(here, "forget", HANDLE, "--json").stdout)
    assert report["backups_deleted"] == [f"backups/{backup.name}"]
    assert not backup.exists()
    assert holding(here) == []


@pytest.mark.parametrize(
    "stage",
    [
        "erase",
        "erase_from_tables",
        "erase_from_segments",
        "vacuum_database",
        "erase_from_backup",
        "run_command_locked",
    ],
)
def test_second_call_completes_a_killed_erasure(here: Path, stage: str) -> None:
    child = os.fork()
    if child == 0:
        module = run_command if stage == "run_command_locked" else erase_workspace
        setattr(module, stage, lambda *_, **__: os._exit(9))
        hashtrail(here, "forget", HANDLE)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert hashtrail(here, "verify", "--forgotten", f"mastodon:{HANDLE}").exit_code == 1
    assert hashtrail(here, "forget", HANDLE).exit_code == 0
    assert holding(here) == []
    assert hashtrail(here, "verify", "--forgotten").exit_code == 0


def test_names_and_contents_that_are_not_utf8_do_not_stop_the_erasure(here: Path) -> None:
    state = here / "data/state"
    database = (state / "hashtrail.db").read_bytes()
    line = f"{HANDLE} \udcff\n".encode("utf-8", "surrogateescape")
    contents = {
        "caf\udce9.txt": line,
        "caf\udce9.db": database,
        "archive/\udce9.warc.gz": line,
        "backups/\udce9.db": database,
        "backups/\udce9.txt": line,
        "logs/\udce9.jsonl": line,
    }
    for name, content in contents.items():
        (state / name).write_bytes(content)
    result = hashtrail(here, "forget", HANDLE, "--json")
    assert json.loads(result.stdout)["published"] is True
    assert holding(here) == []
    assert hashtrail(here, "verify", "--forgotten", HANDLE).exit_code == 0


@pytest.mark.parametrize(
    "place", ["erase_from_tables", "erase_from_segments", "erase_from_backup", "erase_lines"]
)
def test_error_in_one_place_leaves_no_other_place_untouched(
    here: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("The place cannot be read.")

    before = holding(here)
    with monkeypatch.context() as patched:
        patched.setattr(erase_workspace, place, fail)
        result = hashtrail(here, "forget", HANDLE)
    assert result.exit_code == 1
    assert "The place cannot be read" in result.output
    untouched = [name for name in holding(here) if "forget-pending" not in name]
    assert len(untouched) < len(before) / 2
    assert hashtrail(here, "doctor", "--json").stdout.count("An erasure was interrupted") == 1
    assert hashtrail(here, "forget", HANDLE).exit_code == 0
    assert holding(here) == []


def test_draft_of_an_interrupted_call_is_removed(here: Path) -> None:
    draft = here / "data/state/backups/hashtrail-20260101T000000Z.db.erasing-wal"
    draft.write_bytes(HANDLE.encode())
    hashtrail(here, "forget", HANDLE)
    assert holding(here) == []


def test_forget_erases_nothing_while_another_command_holds_the_lock(here: Path) -> None:
    with run_lock(here / "data/state/run.lock", "retag", NOW):
        result = CliRunner().invoke(cli, ["--workspace", str(here), "forget", HANDLE])
    assert result.exception is not None
    with closing(sqlite3.connect(here / "data/state/hashtrail.db")) as db:
        assert db.execute("SELECT count(*) FROM authors").fetchone() == (2,)


def test_site_that_cannot_be_built_is_reported_after_the_erasure(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("Only 3 MB are free.", "Nothing was changed.")

    with monkeypatch.context() as patched:
        patched.setattr(run_command, "run_command_locked", fail)
        result = hashtrail(here, "forget", HANDLE)
    assert result.exit_code == 1
    assert "Only 3 MB are free" in result.output
    assert "nothing was changed" not in result.output.lower()
    assert hashtrail(here, "forget", HANDLE).exit_code == 0
    assert holding(here) == []


def test_other_urls_with_the_same_prefix_stay(here: Path) -> None:
    db = open_store(here / "data/state/hashtrail.db")
    others = (f"{LEASES}-2", f"{LEASES}/notes", "https://b.a.example/leases")
    for url in others:
        db.execute(
            "INSERT INTO fetches (url, at, purpose, outcome) VALUES (?, 'x', 'page', 'ok')", [url]
        )
    db.close()
    hashtrail(here, "forget", LEASES)
    with closing(sqlite3.connect(here / "data/state/hashtrail.db")) as again:
        urls = {row[0] for row in again.execute("SELECT url FROM fetches")}
    assert set(others) <= urls
    assert LEASES not in urls
    assert hashtrail(here, "verify", "--forgotten").exit_code == 0


@pytest.mark.parametrize(
    "spelling",
    [
        LEASES,
        f"{LEASES}?utm_source=newsletter",
        "http://www.a.example/leases/",
        "https://A.EXAMPLE/leases#section",
    ],
)
def test_erased_url_is_not_imported_again_in_any_spelling(here: Path, spelling: str) -> None:
    hashtrail(here, "forget", LEASES)
    paste = here / "paste.txt"
    paste.write_text(f"Read this on consensus: {spelling}\n#DistributedSystems\n")
    bookmarks = here / "bookmarks.html"
    bookmarks.write_text(
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"
        f'<DL><DT><A HREF="{spelling}">Leases explained</A></DL>'
    )
    hashtrail(here, "import", str(paste), str(bookmarks))
    hashtrail(here, "build")
    paste.unlink()
    bookmarks.unlink()
    with closing(sqlite3.connect(here / "data/state/hashtrail.db")) as db:
        texts = [
            row[0]
            for row in db.execute("SELECT text FROM posts WHERE network IN ('paste', 'bookmarks')")
        ]
    assert texts == ["Read this on consensus: [removed]\n#DistributedSystems"]
    proof = hashtrail(here, "verify", "--forgotten")
    assert proof.exit_code == 0, proof.stdout


def test_erased_url_in_a_text_without_links_is_not_imported_again(here: Path) -> None:
    hashtrail(here, "forget", LEASES)
    hashtrail(here, "forget", HANDLE)
    card = {"title": f"Leases at {LEASES}", "link": "https://b.example/other"}
    post = {
        "type": "post",
        "uri": "x:1",
        "network": "x",
        "text": f"Leases ({LEASES}?utm_source=x), by {HANDLE}. #DistributedSystems",
        "links": [],
        "cards": [card],
    }
    article = {
        "type": "article",
        "url": "https://c.example/review",
        "title": f"A review of {LEASES}",
        "text": f"The page {LEASES}/ has two parts.",
    }
    lines = here / "lines.jsonl"
    lines.write_text("\n".join(map(json.dumps, (post, article))))
    result = hashtrail(here, "import", str(lines))
    assert result.exit_code == 0, result.output
    hashtrail(here, "build")
    lines.unlink()
    with closing(sqlite3.connect(here / "data/state/hashtrail.db")) as db:
        texts = db.execute("SELECT text FROM posts WHERE uri = 'x:1'").fetchall()
        titles = db.execute("SELECT title FROM cards WHERE title LIKE 'Leases at%'").fetchall()
        reviews = db.execute("SELECT title FROM articles WHERE url LIKE '%c.example%'").fetchall()
    assert texts == [("Leases ([removed]), by [removed]. #DistributedSystems",)]
    assert (titles, reviews) == ([("Leases at [removed]",)], [("A review of [removed]",)])
    proof = hashtrail(here, "verify", "--forgotten")
    assert proof.exit_code == 0, proof.stdout


def test_erasing_an_article_erases_its_bookmark(here: Path) -> None:
    bookmarks = here / "bookmarks.html"
    bookmarks.write_text(
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"
        f'<DL><DT><A HREF="{LEASES}?utm_source=x">Leases explained</A>'
        "<DD>Notes on leases</DL>"
    )
    hashtrail(here, "import", str(bookmarks))
    bookmarks.unlink()
    db = open_store(here / "data/state/hashtrail.db")
    IdentityLedger(db, normalize_url, "1").attach_links(NOW)
    db.close()
    hashtrail(here, "forget", LEASES)
    with closing(sqlite3.connect(here / "data/state/hashtrail.db")) as again:
        assert again.execute("SELECT text FROM posts WHERE network = 'bookmarks'").fetchall() == []


def test_mentions_of_an_erased_author_are_not_stored_again(here: Path) -> None:
    hashtrail(here, "forget", HANDLE)
    paste = here / "paste.txt"
    paste.write_text(
        f"As @{HANDLE} said on https://trail.example/@anna, leases end. #DistributedSystems\n"
    )
    hashtrail(here, "import", str(paste))
    hashtrail(here, "build")
    paste.unlink()
    with closing(sqlite3.connect(here / "data/state/hashtrail.db")) as db:
        texts = [row[0] for row in db.execute("SELECT text FROM posts WHERE network = 'paste'")]
    assert texts == ["As [withheld] said on [withheld], leases end. #DistributedSystems"]
    proof = hashtrail(here, "verify", "--forgotten")
    assert proof.exit_code == 0, proof.stdout


@pytest.mark.parametrize("spelling", [LEASES, f"{LEASES}?utm_source=newsletter"])
def test_decision_on_a_forgotten_url_is_reported_and_not_stored(here: Path, spelling: str) -> None:
    hashtrail(here, "forget", LEASES)
    topic = 'label = "Leases"\ndefinition = "Locks that end."\nstrong = ["lease"]\n'
    (here / "data/topics/leases.toml").write_text(topic)
    decisions = here / "data/curation/decisions.toml"
    decisions.write_text(f'[[note]]\nurl = "{spelling}"\ntext = "Read it."\nreason = "Good."\n')
    report = hashtrail(here, "retag").stdout
    assert "decisions.toml: note number 1: [removed]: this was erased" in report
    hashtrail(here, "build")
    proof = hashtrail(here, "verify", "--forgotten", "--json")
    assert proof.exit_code == 0, proof.stdout
