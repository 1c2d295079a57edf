"""Programs of the system: time limit, output line by line, messages without secrets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crawler.errors import PublishError
from crawler.publishing.system_programs import readable_messages, run_program
from tests.process_end import ends_soon


def test_program_that_does_not_end_is_killed_with_its_children(tmp_path: Path) -> None:
    lines: list[str] = []
    script = 'sh -c "sleep 60; touch ended" & echo $!; wait'
    with pytest.raises(PublishError, match="sh did not end within 0 minutes and was stopped"):
        run_program(["sh", "-c", f"cd {tmp_path}; {script}"], 2, on_line=lines.append)
    assert ends_soon(int(lines[0]))
    assert not list(tmp_path.iterdir()), "the child ended by itself"


def test_error_while_the_output_is_read_kills_the_program(tmp_path: Path) -> None:
    lines: list[str] = []

    def interrupt(line: str) -> None:
        lines.append(line)
        raise KeyboardInterrupt

    script = f"cd {tmp_path}; echo $$; sleep 60; touch ended"
    with pytest.raises(KeyboardInterrupt):
        run_program(["sh", "-c", script], 60, on_line=interrupt)
    assert ends_soon(int(lines[0]))
    assert not list(tmp_path.iterdir()), "the program ended by itself"


def test_missing_program_is_explained() -> None:
    with pytest.raises(PublishError, match="no-such-program is not installed") as refused:
        run_program(["no-such-program"], 1)
    assert "sudo apt install no-such-program" in refused.value.hint


def test_program_has_no_terminal_and_gets_its_input() -> None:
    result = run_program(
        ["sh", "-c", "cat; (exec < /dev/tty) 2>/dev/null && echo tty"], 10, stdin=b"in"
    )
    assert result.output == b"in"


def test_messages_are_short_and_name_no_user() -> None:
    text = (
        "first\n\n" + "fatal: https://me:s3cret@host.example/x\n" * 9 + "\x1b[31mred\x1b[0m " * 99
    )
    messages = readable_messages(text)
    assert "s3cret" not in messages
    assert "https://host.example/x" in messages
    assert "\x1b" not in messages
    assert len(messages) <= 400
    assert os.linesep not in messages
