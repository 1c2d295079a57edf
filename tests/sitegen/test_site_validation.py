"""Link check: each problem of a site is reported."""

from __future__ import annotations

import pytest

from crawler.sitegen import page_links
from crawler.sitegen.page_links import LinkReader
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


def test_links_that_were_forgotten_are_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_links, "_MAX_LINKS", 1)
    pages = {f"page{number}": '<a href="a.html"><a href="b.html#x">' for number in range(3)}
    links_of = LinkReader().read
    read = [links_of(OutputFile(f"{name}.html", text.encode())) for name, text in pages.items()]
    assert read == [read[0]] * 3
    assert problems(**pages, b='<p id="x">') == ["page0.html links to a.html, which does not exist"]
