"""The target `rsync`, with a daemon on the loopback interface."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError, PublishError
from crawler.workspace import Workspace
from tests.peers.processes import free_port, listening
from tests.publishing.conftest import SITE, Publish, build_files, read_tree
from tests.publishing.test_folder_target import CHANGED, OLD_STYLE

if shutil.which("rsync") is None and not os.environ.get("HASHTRAIL_REQUIRE_RSYNC"):
    pytest.skip("rsync is not installed", allow_module_level=True)

_DAEMON = """
port = {port}
address = 127.0.0.1
use chroot = false
{user}
pid file = {folder}/rsyncd.pid
log file = {folder}/rsyncd.log
[www]
    path = {folder}/www
    read only = false
[archive]
    path = {folder}/archive
    read only = true
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL and the folder of a daemon that accepts files in the module `www`."""
    folder = tmp_path_factory.mktemp("daemon")
    (folder / "www").mkdir()
    (folder / "archive").mkdir()
    port = free_port()
    configuration = folder / "rsyncd.conf"
    user = "uid = root\ngid = root" if os.geteuid() == 0 else ""
    configuration.write_text(_DAEMON.format(port=port, folder=folder, user=user))
    with listening(port, "rsync", "--daemon", "--no-detach", f"--config={configuration}"):
        yield f"rsync://127.0.0.1:{port}", folder


@pytest.fixture
def place(daemon: tuple[str, Path], request: pytest.FixtureRequest) -> tuple[str, Path]:
    """An empty folder of the daemon for one test: its URL and its path."""
    url, folder = daemon
    path = folder / "www" / request.node.name
    path.mkdir()
    return f"{url}/www/{request.node.name}", path


def test_changed_files_are_uploaded_and_vanished_ones_deleted(
    publish: Publish, workspace: Workspace, place: tuple[str, Path]
) -> None:
    url, folder = place
    assert publish("rsync", url).uploaded == len(SITE)
    assert read_tree(folder) == SITE

    changed = {path: text for path, text in CHANGED.items() if not path.startswith("feeds/")}
    build_files(workspace, changed)
    report = publish("rsync", url)
    assert (report.uploaded, report.deleted) == (3, 2)
    assert read_tree(folder) == changed | OLD_STYLE
    assert not (folder / "feeds").exists()

    publish("rsync", url)
    assert read_tree(folder) == changed
    assert publish("rsync", url).outcome == "unchanged"


def test_file_that_was_edited_on_the_server_is_replaced(
    publish: Publish, place: tuple[str, Path]
) -> None:
    url, folder = place
    publish("rsync", url)
    (folder / "index.html").write_text("edited")
    assert publish("rsync", url).uploads == ("index.html",)
    assert read_tree(folder) == SITE


def test_server_folder_with_files_of_others_is_refused(
    publish: Publish, place: tuple[str, Path]
) -> None:
    url, folder = place
    (folder / "notes, of others.txt").write_text("theirs")
    with pytest.raises(PublishError, match=r"notes, of others\.txt"):
        publish("rsync", url)
    publish("rsync", url, adopt=True)
    assert read_tree(folder) == SITE | {"notes, of others.txt": "theirs"}


def test_interrupted_publication_is_completed(
    publish: Publish, workspace: Workspace, place: tuple[str, Path]
) -> None:
    url, folder = place
    publish("rsync", url)
    build_files(workspace, CHANGED)
    (folder / "article").chmod(0o500)
    (folder / "article/2-clocks.html").mkdir()  # blocks a file
    (folder / "article/2-clocks.html/file").write_text("theirs")
    with pytest.raises(PublishError, match="some files could not be written"):
        publish("rsync", url)
    assert "article 1" in (folder / "index.html").read_text()
    assert (folder / "article/1-leases.html").is_file()

    shutil.rmtree(folder / "article/2-clocks.html")
    publish("rsync", url)
    assert read_tree(folder) == CHANGED | OLD_STYLE


def test_missing_folder_is_created(publish: Publish, place: tuple[str, Path]) -> None:
    url, folder = place
    publish("rsync", f"{url}/new")
    assert read_tree(folder / "new") == SITE


def test_read_only_module_is_an_error_with_advice(
    publish: Publish, daemon: tuple[str, Path]
) -> None:
    with pytest.raises(PublishError, match="read only") as refused:
        publish("rsync", f"{daemon[0]}/archive")
    assert "permissions" in refused.value.hint, refused.value


def test_server_that_is_down_is_an_error_with_advice(publish: Publish) -> None:
    with pytest.raises(PublishError, match="could not be reached"):
        publish("rsync", f"rsync://127.0.0.1:{free_port()}/www")


@pytest.mark.parametrize(
    "location",
    [
        "/srv/www",
        "-e=evil:/srv",
        "rsync://host",
        "host::module\n",
        "host:",
        "me@-oProxyCommand=x:/",
    ],
)
def test_location_without_a_server_is_refused(publish: Publish, location: str) -> None:
    with pytest.raises(ConfigurationError):
        publish("rsync", location)


def test_ssh_receives_port_and_key_as_fixed_arguments(
    publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in the place of ssh stores its arguments and runs rsync's server side here."""
    programs = tmp_path / "programs"
    programs.mkdir()
    ssh = programs / "ssh"
    ssh.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/ssh.log\nwhile [ "$1" != rsync ]; do\n'
        '  case "$1" in example.org) shift; break;; esac; shift\ndone\nexec sh -c "$*"\n'
    )
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    location = tmp_path / "www; touch injected"
    publish("rsync", f"example.org:{location}", "port=2222", "identity=/keys/id")
    assert read_tree(location) == SITE
    arguments = (tmp_path / "ssh.log").read_text()
    assert "-o BatchMode=yes -o ConnectTimeout=30 -p 2222 -i /keys/id example.org" in arguments
    assert not Path("injected").exists()
