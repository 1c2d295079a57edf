"""The layers in docs/ARCHITECTURE.md are those that tests/test_layers.py enforces."""

from __future__ import annotations

import re

from devtools.doc_pages import ROOT
from tests.test_layers import LAYERS

PAGE = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")


def test_layers_of_the_page_are_the_enforced_layers() -> None:
    rows = re.findall(r"^\| (\d) \| (.+?) \|", PAGE, re.MULTILINE)
    written = {name: int(layer) for layer, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert written == {name: layer for name, layer in LAYERS.items() if name}
