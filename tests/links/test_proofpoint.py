"""Links that Proofpoint rewrote give the URL that their sender wrote, to keys and to imports."""

from __future__ import annotations

import pytest

from crawler.importers.click_tracking import mail_link_target
from crawler.links.proofpoint import decode_proofpoint_v3


@pytest.mark.parametrize(
    ("encoded", "url"),
    [
        ("https://ring.example/a*b__;Iw!!k!s$", "https://ring.example/a#b"),
        ("https://ring.example/caf**A__;w6nDqA!!k", "https://ring.example/caf\u00e9\u00e8"),
        ("https://ring.example/a*b__;!!k", "https://ring.example/a*b"),
        ("https://ring.example/a*b__;=!!k", "https://ring.example/a*b"),
        ("https://ring.example/a__", "https://ring.example/a__"),
    ],
)
def test_marks_are_replaced_by_the_characters_after_the_url(encoded: str, url: str) -> None:
    assert decode_proofpoint_v3(encoded) == url


def test_imported_link_has_its_replaced_characters() -> None:
    link = "https://urldefense.com/v3/__https://ring.example/rings**Band-leases__;w6nDqMOq!!k!s$"
    assert mail_link_target(link) == "https://ring.example/rings\u00e9\u00e8\u00eaand-leases"
