"""Files of a workspace override templates, assets and authored pages one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.errors import BuildError
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.workspace import bundled_path
from tests.sitegen.conftest import NOW
from tests.sitegen.factory import Factory

Own = Callable[..., BuildResult]


@pytest.fixture
def own(factory: Factory, tmp_path: Path) -> Own:
    """Build a site of three articles with `files` of the workspace, given as path and text."""

    def build(files: dict[str, str]) -> BuildResult:
        workspace = tmp_path / "kb"
        for name, content in files.items():
            (workspace / name).parent.mkdir(parents=True, exist_ok=True)
            (workspace / name).write_text(content, encoding="utf-8")
        return build_site(
            factory.save(tmp_path / "public.db"),
            workspace / "site/public",
            SiteSettings(),
            NOW,
            bundled_path("templates"),
            bundled_path("site", "assets"),
            overrides=workspace,
        )

    factory.topic("caching")
    for number in range(3):
        factory.article(f"A{number}", topics={"caching": "certain"})
    return build


def page(tmp_path: Path, path: str) -> str:
    return (tmp_path / "kb/site/public" / path).read_text(encoding="utf-8")


def test_template_of_the_workspace_replaces_that_of_the_same_name(own: Own, tmp_path: Path) -> None:
    own({"templates/site/footer.html": "<p>Ours, {{ site.title }}</p>"})
    front = page(tmp_path, "index.html")
    assert "<p>Ours, Hashtrail</p>" in front
    assert "Contact and removal" not in front
    assert '<ol class="rows' in front


def test_override_extends_the_bundled_template(own: Own, tmp_path: Path) -> None:
    override = '{% extends "bundled/site/feeds.html" %}{% block title %}Follow us{% endblock %}'
    own({"templates/site/feeds.html": override})
    assert "<title>Follow us</title>" in page(tmp_path, "feeds.html")
    assert "<h1>Feeds</h1>" in page(tmp_path, "feeds.html")


def test_override_in_a_renamed_folder_has_no_effect_any_more(own: Own, tmp_path: Path) -> None:
    own({"templates/site/footer.html": "<p>Ours</p>"})
    (tmp_path / "kb/templates/site").rename(tmp_path / "kb/templates/site.off")
    own({})
    assert "<p>Ours</p>" not in page(tmp_path, "index.html")


def test_asset_of_the_workspace_replaces_and_adds_files(own: Own, tmp_path: Path) -> None:
    own({"site/assets/style.css": "body { color: teal }", "site/assets/logo.svg": "<svg/>"})
    assets = tmp_path / "kb/site/public/assets"
    assert [path.read_text() for path in assets.glob("style.*.css")] == ["body { color: teal }"]
    assert len(list(assets.glob("logo.*.svg"))) == 1
    assert len(list(assets.glob("theme.*.js"))) == 1


def test_page_of_the_workspace_replaces_and_adds_pages(own: Own, tmp_path: Path) -> None:
    content = '{% extends "site/base.html" %}{% block main %}<h1>Imprint</h1>{% endblock %}'
    about = '{% extends "bundled/about.html" %}{% block title %}Us{% endblock %}'
    own({"site/pages/imprint.html": content, "site/pages/about.html": about})
    assert "<h1>Imprint</h1>" in page(tmp_path, "imprint.html")
    assert "<title>Us</title>" in page(tmp_path, "about.html")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("templates/site/row_title.html", "<p>\n{% if %}</p>", r"site/row_title\.html, line 2: "),
        (
            "templates/site/row_title.html",
            "\n\n{{ item.nothing }}",
            r"site/row_title\.html, line 3: .*nothing",
        ),
        (
            "templates/site/row_title.html",
            "{{ 1 / 0 }}",
            r"site/row_title\.html, line 1: division by zero",
        ),
        ("templates/site/article.html", "\n{{ 1 / 0 }}", r"site/article\.html, line 2: division"),
        ("templates/feeds/entry.atom", "\n{{ item.x.y }}", r"feeds/entry\.atom, line 2: "),
        (
            "templates/site/row_facts.html",
            '{% include "site/none.html" %}',
            r"row_facts\.html, line 1: .*none",
        ),
        ("templates/site/unused.html", "{% endfor %}", r"site/unused\.html, line 1: "),
        ("site/pages/about.html", "{{ oops", r"pages/about\.html, line 1: "),
    ],
)
def test_broken_override_names_file_and_line_and_keeps_the_site(
    name: str, content: str, expected: str, own: Own, tmp_path: Path
) -> None:
    own({})
    before = page(tmp_path, "index.html")
    with pytest.raises(BuildError, match=expected):
        own({name: content})
    assert page(tmp_path, "index.html") == before
    assert len([path for path in (tmp_path / "kb/site/.builds").iterdir() if path.is_dir()]) == 1


def test_override_that_is_not_utf_8_is_named(own: Own, tmp_path: Path) -> None:
    path = tmp_path / "kb/templates/site/row_title.html"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"caf\xe9")
    with pytest.raises(BuildError, match=r"site/row_title\.html is not UTF-8 text"):
        own({})


def test_override_escapes_text_from_outside(own: Own, tmp_path: Path, factory: Factory) -> None:
    factory.article("<script>alert(1)</script>", topics={"caching": "certain"})
    own({"templates/site/row_title.html": "<p>{{ item.title }}</p>"})
    assert "<script>alert" not in page(tmp_path, "index.html")


def test_hidden_files_override_nothing(own: Own, tmp_path: Path) -> None:
    own({"templates/site/.row_title.html.swp": "{% if %}", "site/assets/.DS_Store": "x"})
    assert not list((tmp_path / "kb/site/public/assets").glob(".*"))
