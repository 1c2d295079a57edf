"""Every message that the operator's guide explains is a message of the program."""

from __future__ import annotations

import re

from devtools.repository import ROOT

_TABLE = re.compile(r"\| message contains \|.*?\n\n", re.DOTALL)
_JOINED = re.compile(r'"\s*\n\s*f?"')


def test_messages_of_the_guide_occur_in_the_code() -> None:
    guide = (ROOT / "docs/OPERATING.md").read_text(encoding="utf-8")
    (table,) = _TABLE.findall(guide)
    first_cells = [line.split("|")[1] for line in table.splitlines()[2:] if line]
    messages = [message for cell in first_cells for message in re.findall(r"`([^`]+)`", cell)]
    assert len(messages) > 20
    files = sorted((ROOT / "crawler").rglob("*.py"))
    code = "\n".join(_JOINED.sub("", path.read_text(encoding="utf-8")) for path in files)
    assert [message for message in messages if message not in code] == []
