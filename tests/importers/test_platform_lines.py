"""The table of the lines that networks print around a post is sorted and complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.importers import platform_lines
from tests.importers.copied_pages import LANGUAGES

IN_EVERY_LANGUAGE = pytest.mark.parametrize("language", sorted(LANGUAGES))


def test_table_of_platform_lines_is_sorted_and_has_known_roles_only() -> None:
    lines = Path(platform_lines.__file__).with_suffix(".tsv").read_text("utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if not line.startswith("#")][1:]
    assert rows == sorted(rows)
    assert len(rows) == len(set(rows))
    assert all(len(row) == 4 and all(row) for row in rows)
    units = {
        f"unit:{unit}" for unit in ("second", "minute", "hour", "day", "week", "month", "year")
    }
    assert {role for _, _, role, _ in rows} <= units | set(platform_lines.Role)
    assert {language for _, language, _, _ in rows} >= set(LANGUAGES)


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize("network", ["bluesky", "linkedin", "mastodon", "threads", "x"])
def test_each_network_has_lines_in_each_language(language: str, network: str) -> None:
    table = Path(platform_lines.__file__).with_suffix(".tsv").read_text("utf-8")
    assert f"\n{network}\t{language}\t" in table


@pytest.mark.parametrize(
    "line",
    [
        "Publicación número 14 en el feed",
        "Publicação número 2 no feed",
        "Numéro du post dans le fil d’actualité : 3",
    ],
)
def test_number_of_a_post_in_a_wording_without_a_row_is_a_feed_marker(line: str) -> None:
    assert platform_lines.Role.FEED_MARKER in platform_lines.roles_of(line)


@pytest.mark.parametrize("line", ["Post number 2 on leases", "My feed of 3 posts", "Número 5"])
def test_sentence_with_a_number_is_not_a_feed_marker(line: str) -> None:
    assert platform_lines.Role.FEED_MARKER not in platform_lines.roles_of(line)
