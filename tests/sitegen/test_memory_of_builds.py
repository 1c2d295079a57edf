"""The memory of a build does not grow with the number of files of the site."""

from __future__ import annotations

import tracemalloc
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.sitegen import page_links
from crawler.sitegen.output_directory import OutputDirectory
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_validation import SiteLinter

FEW, MANY = 3_000, 8_000
MOST_BYTES_PER_FILE = 25  # a path alone has 70


def page(number: int) -> OutputFile:
    link = f'<a href="{number}-the-name-of-an-article.html">'
    return OutputFile(f"article/{number}-the-name-of-an-article.html", link.encode())


def add_pages(output: OutputDirectory, linter: SiteLinter, numbers: range) -> int:
    """Return the bytes in memory when the pages were added."""
    for number in numbers:
        file = page(number)
        output.put(file, f"articles/{number}", linter.add(file))
    return tracemalloc.get_traced_memory()[0]


def test_no_path_and_no_link_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_links, "_MAX_LINKS", 500)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    with closing(OutputDirectory(tmp_path / "public", now)) as output:
        linter = SiteLinter()
        tracemalloc.start()
        try:
            few = add_pages(output, linter, range(FEW))
            many = add_pages(output, linter, range(FEW, MANY))
        finally:
            tracemalloc.stop()
        assert many - few < MOST_BYTES_PER_FILE * (MANY - FEW)
        assert linter.finish(output.missing, output.read) == []
        assert output.written == MANY
