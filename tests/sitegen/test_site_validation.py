"""Link check: each problem of a site is reported."""

from __future__ import annotations

import pytest

from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_validation import PAGE_LIMIT, SiteLinter


def problems(**pages: str) -> list[str]:
    linter = SiteLinter()
    files = {f"{name.replace('__', '/')}.html": text.encode() for name, text in pages.items()}
    for path, data in files.items():
        linter.add(OutputFile(path, data))
    return linter.finish(lambda paths: set(paths) - files.keys(), files.__getitem__)


def test_valid_site_has_no_problems() -> None:
    assert (
        problems(
            index='<a href="topic/a.html#x">a</a> <a href="https://other.example/">b</a>',
            topic__a='<p id="x"></p><a href="../index.html"></a>',
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('<a href="gone.html">', "index.html links to gone.html, which does not exist"),
        ('<img src="gone.svg">', "index.html links to gone.svg, which does not exist"),
        ('<a href="#gone">', "index.html links to #gone, which does not exist"),
        ('<a href="index.html#gone">', "index.html links to index.html#gone, which does not exist"),
        ('<p id="a"></p><p id="a"></p>', 'index.html has the id "a" 2 times'),
        ("", "index.html is empty"),
        (
            "x" * (PAGE_LIMIT + 1),
            f"index.html has {PAGE_LIMIT + 1:,} bytes, more than {PAGE_LIMIT:,}",
        ),
    ],
)
def test_each_problem_is_reported(text: str, problem: str) -> None:
    assert problems(index=text) == [problem]
