"""URLs in texts are found in every spelling, and punctuation after them stays."""

from __future__ import annotations

import pytest

from crawler.consent.urls_in_text import replace_urls, urls_in_text


@pytest.mark.parametrize(
    ("text", "url", "replaced"),
    [
        ("See (https://a.example/x).", "https://a.example/x", "See (-)."),
        ("See a.example/x, all", "https://a.example/x", "See -, all"),
        ("See https%3A%2F%2Fa.example%2Fx", "https://a.example/x", "See -"),
        ("See at://did:plc:abc/x/1!", "at://did:plc:abc/x/1", "See -!"),
        ("See https://x.com/ada_.", "https://x.com/ada_", "See -."),
        ("See _https://x.com/ada_", "https://x.com/ada", "See _-_"),
    ],
)
def test_url_is_replaced_and_its_punctuation_stays(text: str, url: str, replaced: str) -> None:
    assert replace_urls(text, lambda found: found == url, "-") == replaced
    assert replace_urls(text, lambda _: False, "-") == text


def test_mail_address_and_file_name_are_left_out() -> None:
    assert list(urls_in_text("ada@a.example/x, config.yaml, 1/2")) == []
