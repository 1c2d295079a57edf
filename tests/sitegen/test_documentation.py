"""The documentation as pages: links work, all pages are listed, a site has them on request."""

from __future__ import annotations

import re
from pathlib import Path

from crawler.sitegen.documentation import page_path, read_documentation
from crawler.sitegen.markdown_pages import parse_markdown
from devtools.docs_site import documentation_files, problems, write_site
from devtools.repository import ROOT
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

_NOT_IN_SITE = {"README.md"}  # the page of the repository; docs/README.md is the front page


def test_every_link_and_anchor_of_the_documentation_site_works() -> None:
    assert problems(documentation_files()) == []


def test_every_page_is_in_the_contents_once() -> None:
    listed = [page.source for group in read_documentation(ROOT) for page in group.pages]
    written = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md")}
    written |= {path.name for path in ROOT.glob("*.md")} - _NOT_IN_SITE
    assert sorted(listed) == sorted(written)


def test_documentation_site_loads_no_file_of_another_host(tmp_path: Path) -> None:
    write_site(tmp_path)
    html = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")]
    assert html
    assert not [text for text in html if re.search(r'(?:src|srcset)="(?:https?:)?//', text)]
    assert not [text for text in html if re.search(r'<link[^>]+href="(?:https?:)?//', text)]


def test_site_without_the_setting_has_no_documentation(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    factory.article("A page")
    build()
    site = tmp_path / "site/public"
    assert not (site / "docs").exists()
    assert "Documentation" not in (site / "index.html").read_text()


def test_site_with_the_setting_has_the_documentation_in_its_frame(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    factory.article("A page")
    build(docs=True, title="Trail & co", base_url="https://trail.example/")
    site = tmp_path / "site/public"
    assert 'href="docs/index.html">Documentation' in (site / "index.html").read_text()
    page = (site / "docs/settings.html").read_text()
    assert "<title>Settings: Trail &amp; co</title>" in page
    assert 'href="../topics.html"' in page
    assert 'id="fetch"' in page
    assert '<a href="archive.html">The archive</a>' in page
    assert "https://trail.example/docs/settings.html" in (site / "sitemap.xml").read_text()


def test_markdown_gets_the_anchors_of_a_forge_and_loses_links_without_target() -> None:
    text = "# One `code`\n\nA.\n\n## Two, three\n\n[x](y.py) and [z](z.md)\n\n## Two, three\n"
    page = parse_markdown(text, {"z.md": "z.html"}.get)
    assert [section.anchor for section in page.sections] == [
        "one-code",
        "two-three",
        "two-three-1",
    ]
    assert '<p>x and <a href="z.html">z</a></p>' in page.html
    assert page.sections[1].text == "x and z"


def test_markup_and_script_in_markdown_are_text() -> None:
    page = parse_markdown("# T\n\n<script>x</script>\n\n```sh\na < b && c\n```\n", lambda _: None)
    assert "<script>" not in page.html
    assert "a &lt; b &amp;&amp; c" in page.html


def test_paths_of_pages_are_short() -> None:
    assert [page_path(name) for name in ("docs/README.md", "SECURITY.md", "docs/CLI.md")] == [
        "docs/index.html",
        "docs/security.html",
        "docs/cli.html",
    ]
