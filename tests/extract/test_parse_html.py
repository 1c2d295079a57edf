"""Markup that browsers read in another way than libxml2."""

from __future__ import annotations

import pytest

from crawler.extract.parse_html import parse_html


def script_and_text(markup: str) -> tuple[str, str]:
    """The code of the scripts and the text outside of them."""
    root = parse_html(f"<html><body>{markup}</body></html>".encode())
    code = "".join(script.text or "" for script in root.iter("script"))
    text = "".join(root.xpath("//text()[not(parent::script)]"))
    return code.strip(), text.strip()


@pytest.mark.parametrize("start", ["<script/>", "<script />", '<SCRIPT type="text/javascript"/>'])
def test_code_after_slashed_script_tag_is_not_text(start: str) -> None:
    assert script_and_text(f"{start}\n(function () {{}})();</script><p>Read me.</p>") == (
        "(function () {})();",
        "Read me.",
    )


def test_slashed_script_tag_before_an_element_hides_nothing() -> None:
    assert script_and_text('<script src="a.js"/>\n<p>Read me.</p>') == ("", "Read me.")
