"""Bad input of users: each error names the file and the next command, without a traceback."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.promises.few_topics import copy_few_topics

ROOT = Path(__file__).parents[2]


def hashtrail(
    workspace: Path, *arguments: str, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    command = [sys.executable, "-m", "crawler.cli.main", "--workspace", str(workspace), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=environment, input=stdin
    )


def assert_error(done: subprocess.CompletedProcess[str], code: int, *parts: str) -> None:
    """Assert an exit code, no traceback, and every part in the message."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr, done.stderr


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace, made once."""
    return make_workspace(tmp_path_factory.mktemp("template") / "kb")


@pytest.fixture
def workspace(tmp_path: Path, template: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "kb"))


def make_workspace(folder: Path) -> Path:
    """A workspace with few topics and without sources that reaches no server."""
    hashtrail(folder.parent, "init", str(folder))
    copy_few_topics(folder / "data/topics")
    (folder / "data/sources.toml").write_text("")
    settings = folder / "data/hashtrail.toml"
    closed = 'delay_seconds = 0.0\nconnect_to = "127.0.0.1:9"\nallow_private = ["127.0.0.0/8"]'
    settings.write_text(settings.read_text().replace("# delay_seconds = 3.0", closed))
    return folder


def test_empty_file_is_named_in_the_error(workspace: Path) -> None:
    (workspace / "empty.txt").write_text("")
    assert_error(
        hashtrail(workspace, "import", str(workspace / "empty.txt")), 1, "empty.txt", "empty"
    )


def test_binary_file_is_named_in_the_error(workspace: Path) -> None:
    (workspace / "photo.txt").write_bytes(
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 40
    )
    assert_error(hashtrail(workspace, "import", str(workspace / "photo.txt")), 1, "photo.txt")


def test_compressed_file_is_named_in_the_error(workspace: Path) -> None:
    packed = workspace / "posts.jsonl.gz"
    packed.write_bytes(gzip.compress(b"{}"))
    assert_error(hashtrail(workspace, "import", str(packed)), 1, "posts.jsonl.gz", "gzip", "gunzip")


def test_line_of_json_that_is_nested_too_deeply_is_named_in_the_error(workspace: Path) -> None:
    done = hashtrail(workspace, "tag", stdin='{}\n{"text":' + "[" * 200_000)
    assert_error(done, 1, "standard input, line 2: not JSON: nested too deeply")


def test_path_that_is_too_long_is_named_in_the_error(workspace: Path) -> None:
    assert_error(hashtrail(workspace, "import", "a" * 5_000), 1, "aaa: File name too long")


def test_paste_of_20_megabytes_ends_without_traceback(workspace: Path) -> None:
    (workspace / "long.txt").write_text(
        "One more line about consensus and its costs.\n\n#DistributedSystems\n\n" * 300_000
    )
    done = hashtrail(workspace, "import", str(workspace / "long.txt"), "--preview")
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or "long.txt" in done.stderr


def test_broken_settings_file_is_named_with_its_line(workspace: Path) -> None:
    (workspace / "data/hashtrail.toml").write_text(
        "[fetch]\ndelay_seconds = 3\nconcurrency = = 4\n"
    )
    assert_error(hashtrail(workspace, "nightly"), 78, "hashtrail.toml", "line 3")


def test_unknown_setting_lists_the_known_settings(workspace: Path) -> None:
    (workspace / "data/hashtrail.toml").write_text("[fetch]\ndelay = 3\n")
    assert_error(hashtrail(workspace, "nightly"), 78, "delay is not a setting", "delay_seconds")


def test_broken_sources_file_is_named_with_its_line(workspace: Path) -> None:
    (workspace / "data/sources.toml").write_text('[[source]]\nname = "A"\nkind = "feed\n')
    assert_error(hashtrail(workspace, "nightly"), 78, "sources.toml", "line 3")


def test_unknown_source_kind_lists_the_known_kinds(workspace: Path) -> None:
    (workspace / "data/sources.toml").write_text('[[source]]\nname = "A"\nkind = "gopher"\n')
    assert_error(
        hashtrail(workspace, "nightly"),
        78,
        "sources.toml, line 1",
        "gopher",
        "feed",
        "mastodon",
        "devto",
        "hackernews",
    )


def test_broken_topic_file_is_named_in_the_error(workspace: Path) -> None:
    (workspace / "data/topics/caching.toml").write_text('label = "Caching"\ndefinition = 7\n')
    assert_error(hashtrail(workspace, "nightly"), 78, "caching.toml")


def test_folder_without_a_workspace_suggests_init(tmp_path: Path) -> None:
    assert_error(hashtrail(tmp_path, "nightly"), 78, "not a Hashtrail workspace", "hashtrail init")


def test_corrupt_database_names_a_backup_and_the_restore_command_works(
    workspace: Path,
) -> None:
    assert hashtrail(workspace, "nightly").returncode == 0
    database = workspace / "data/state/hashtrail.db"
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    database.write_bytes(b"not a database at all " * 1000)
    done = hashtrail(workspace, "nightly")
    assert_error(done, 1, "hashtrail.db", "damaged", "hashtrail restore")
    command = done.stderr.split("hashtrail restore ")[1].split()[0]
    assert (workspace / "site/public/index.html").exists()
    assert hashtrail(workspace, "restore", command).returncode == 0
    assert "9 seen" in hashtrail(workspace, "nightly").stdout


def test_second_run_at_the_same_time_names_the_first(workspace: Path) -> None:
    script = (
        "import sys, pathlib, datetime; from crawler.run_lock import run_lock\n"
        "with run_lock(pathlib.Path(sys.argv[1]), 'nightly', "
        "datetime.datetime.now(datetime.UTC)): print('held', flush=True); sys.stdin.read()"
    )
    lock = workspace / "data/state/run.lock"
    command, environment = (
        [sys.executable, "-c", script, str(lock)],
        os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        assert_error(hashtrail(workspace, "nightly"), 75, f"process {holder.pid}", "nightly")
        holder.kill()


def test_unknown_command_suggests_a_known_one(tmp_path: Path) -> None:
    assert_error(hashtrail(tmp_path, "nigthly"), 64, "nigthly", "hashtrail nightly")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        not shutil.which("mount")
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True
        ).returncode
    ):
        pytest.skip("a small file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(
    "words", [["import", "note.txt"], ["retag"], ["build"], ["forget", "https://a.example/"]]
)
def test_read_only_disk_is_named_in_the_error(small_disk: Path, words: list[str]) -> None:
    workspace = make_workspace(small_disk / "kb")
    note = workspace / "note.txt"
    note.write_text("A note on leases #DistributedSystems\n")
    assert hashtrail(workspace, "import", str(note)).returncode == 0
    note.write_text("Another note on leases #DistributedSystems\n")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = hashtrail(workspace, *[str(note) if word == "note.txt" else word for word in words])
    assert_error(done, 1, "Read-only file system", "whether its disk is writable")


def test_full_disk_stops_a_run_before_it_begins(small_disk: Path) -> None:
    workspace = make_workspace(small_disk / "kb")
    assert_error(hashtrail(workspace, "nightly"), 1, "free", "Nothing was changed")
    assert not (workspace / "data/state/hashtrail.db").exists()


@pytest.mark.parametrize("hours", ["nan", "NaN", "inf", "-1"])
def test_hours_outside_the_range_are_refused(workspace: Path, hours: str) -> None:
    assert_error(hashtrail(workspace, "crawl", "--max-hours", hours), 64, "--max-hours")


@pytest.mark.parametrize("arguments", ["import -", "tag", "normalize", "feed"])
def test_closed_standard_input_is_a_usage_error(workspace: Path, arguments: str) -> None:
    done = in_shell(workspace, f"{arguments} <&-")
    assert_error(done, 64, "Standard input is closed.", "< FILE")


@pytest.mark.parametrize("arguments", ["query", "query --json", "export", "export --format csv"])
def test_full_disk_of_standard_output_is_named(workspace: Path, arguments: str) -> None:
    (workspace / "posts.txt").write_text("Raft, explained: https://a.example/raft")
    hashtrail(workspace, "import", str(workspace / "posts.txt"))
    hashtrail(workspace, "build")
    done = in_shell(workspace, f"{arguments} > /dev/full")
    assert_error(done, 1, "Standard output cannot be written", "elsewhere")
    assert "workspace" not in done.stderr


def test_file_in_place_of_a_folder_is_named(workspace: Path) -> None:
    shutil.rmtree(workspace / "site", ignore_errors=True)
    (workspace / "site").write_text("a file")
    assert_error(hashtrail(workspace, "build"), 1, "Not a directory", "Move what is at this path")
    demo = hashtrail(workspace, "demo", str(workspace / "site/kb"), "--no-serve")
    assert_error(demo, 1, "Not a directory", "Move what is at this path")


def test_loop_of_links_in_place_of_the_site_is_replaced(workspace: Path) -> None:
    (workspace / "site").mkdir(exist_ok=True)
    (workspace / "site/public").symlink_to("loop")
    (workspace / "site/loop").symlink_to("public")
    assert hashtrail(workspace, "verify").returncode in (0, 1)
    assert hashtrail(workspace, "build").returncode == 0
    assert (workspace / "site/public/index.html").is_file()


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.9"])
def test_host_that_is_not_of_this_machine_is_named_as_the_cause(workspace: Path, host: str) -> None:
    hashtrail(workspace, "build")
    done = hashtrail(workspace, "explore", "--host", host, "--port", "0")
    assert_error(done, 64, f"Cannot listen on {host}", "with --host")
    assert "--port" not in done.stderr


def test_named_pipes_and_devices_are_not_read(workspace: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = hashtrail(workspace, "import", str(tmp_path / "pipe"))
    assert_error(done, 1, "is not a regular file", "hashtrail import - <")
    assert_error(hashtrail(workspace, "import", "/dev/zero"), 1, "is not a regular file")
    assert_error(hashtrail(workspace, "import", str(tmp_path)), 1, "Is a directory")


@pytest.mark.parametrize("name", ["pipe.toml", "pipe.md"])
def test_named_pipe_among_topic_files_is_not_read(workspace: Path, name: str) -> None:
    os.mkfifo(workspace / "data/topics" / name)
    assert_error(hashtrail(workspace, "topics", "lint"), 78, name, "is not a regular file")


def test_output_of_a_command_is_imported_as_a_file(workspace: Path) -> None:
    done = in_shell(workspace, "import --preview <(echo 'Raft: https://a.example/raft')")
    assert done.returncode == 0, done.stderr
    assert "https://a.example/raft" in done.stdout


@pytest.mark.parametrize("option", ["-q", "--quiet", "--debug", "--workspace"])
def test_option_of_all_commands_after_the_command_is_explained(
    workspace: Path, option: str
) -> None:
    done = hashtrail(workspace, "topics", "list", option)
    assert_error(done, 64, f"Write it before the command: hashtrail {option} topics list")


def test_debug_shows_the_traceback_of_an_error(tmp_path: Path) -> None:
    assert "Traceback" in hashtrail(tmp_path, "--debug", "status").stderr
    assert "Traceback" not in hashtrail(tmp_path, "status").stderr


def test_counts_of_one_have_nouns_in_the_singular(workspace: Path) -> None:
    post = {"type": "post", "uri": "https://s.example/1", "network": "lemmy", "text": "Raft"}
    post |= {"author": {"handle": "anna@s.example", "name": "Anna"}}
    (workspace / "posts.jsonl").write_text(json.dumps(post))
    hashtrail(workspace, "import", str(workspace / "posts.jsonl"))
    hashtrail(workspace, "build")
    printed = hashtrail(workspace, "forget", "lemmy:anna@s.example").stdout
    assert "1 author, 1 post, 0 articles" in printed
    done = hashtrail(workspace, "verify", "--forgotten", "https://other.example/1")
    assert "and 1 word." in done.stderr


def in_shell(workspace: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with `arguments` and redirections of a shell."""
    command = f"{sys.executable} -m crawler.cli.main --workspace {workspace} {arguments}"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=120, env=environment
    )


def test_export_without_standard_output_names_the_cause(workspace: Path) -> None:
    hashtrail(workspace, "build")
    command = f"exec {sys.executable} -m crawler.cli.main --workspace {workspace} export >&-"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, timeout=120, env=environment
    )
    assert_error(done, 64, "Standard output is closed", "> FILE")


def test_topic_file_that_ends_too_early_asks_to_complete_it(workspace: Path) -> None:
    (workspace / "data/topics/caching.toml").write_text("label = [")
    assert_error(hashtrail(workspace, "retag"), 78, "caching.toml", "ends too early")


def test_title_of_exported_feeds_is_that_of_the_site(workspace: Path) -> None:
    hashtrail(workspace, "settings", "--set", "site.title", "Trail of Leases")
    exported = hashtrail(workspace, "export", "--format", "opml").stdout
    assert "<title>Feeds of Trail of Leases</title>" in exported


@pytest.mark.parametrize(
    ("key", "value", "form"),
    [("engine.name", "cloud", "one of"), ("crawl.hashtags", '["#"]', "write words")],
)
def test_setting_that_no_command_can_use_is_refused_at_once(
    workspace: Path, key: str, value: str, form: str
) -> None:
    section, _, name = key.partition(".")
    variable = f"HASHTRAIL_{section}_{name}".upper()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variable, value)
        done = hashtrail(workspace, "settings")
    assert_error(done, 78, variable, form)
