"""A site with only the search: its page, its script and its index, for tests and the benchmark."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from crawler.sitegen.page_kinds import all_pages
from crawler.sitegen.pages import search as search_page
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.search_index import render_search_index
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.template_folders import TemplateFolders
from crawler.sitegen.template_renderer import Renderer
from crawler.workspace import bundled_path
from tests.sitegen.factory import Factory

SHARED = Path(__file__).parents[2].parent / "shared/corpora/topics"
TOPICS = bundled_path("data", "topics")


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the result list."""

    page: str
    title: str
    original: str
    text: str

    def shows(self, expected: str) -> bool:
        """Whether the row has the expected page, part of a URL, or part of a title."""
        return (
            expected in (self.page, self.page.rpartition("/")[2])
            or ("/" in expected and expected in self.original)
            or expected.casefold() in self.title.casefold()
        )


def write_search(model: SiteModel, folder: Path) -> Path:
    """Write `search.html`, its assets and its index; return the page."""
    for file in _files(model):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return folder / "search.html"


def _files(model: SiteModel) -> Iterator[OutputFile]:
    assets = bundled_path("site", "assets")
    names = {path.name: f"assets/{path.name}" for path in assets.iterdir()}
    renderer = Renderer(model, TemplateFolders(bundled_path("templates"), assets), names)
    for page in all_pages(search_page, model):
        assert not isinstance(page, OutputFile)
        yield renderer.page(search_page.TEMPLATE, page.path, **page.context)
    for name, path in names.items():
        yield OutputFile(path, (assets / name).read_bytes())
    yield from (made.file for made in render_search_index(model))


def model_of(factory: Factory, folder: Path) -> SiteModel:
    """Save the snapshot of a factory and read its model."""
    path = factory.save(folder / "public.db")
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    return read_site_model(db)


def ask(page: Page, query: str) -> list[Result]:
    """Type a query into the open search page and return the rows when the search has settled."""
    status = page.locator("#search-status")
    status.evaluate("node => { node.textContent = '' }")
    page.fill("#q", query)
    status.filter(has_text="result").wait_for()
    return [Result(**row) for row in page.evaluate(_ROWS)]


_ROWS = """() => [...document.querySelectorAll("#results > li")].map(row => ({
    page: row.querySelector(".title a").getAttribute("href"),
    title: row.querySelector(".title").textContent.trim(),
    original: row.querySelector(".meta a")?.href ?? "",
    text: row.textContent,
}))"""


def add_topics(factory: Factory) -> set[str]:
    """Add the shipped topics with their aliases; return their slugs."""
    definitions = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(TOPICS.glob("*.toml"))
    }
    for slug, definition in definitions.items():
        aliases = [phrase for rule in ("strong", "weak") for phrase in definition.get(rule, [])]
        factory.topic(
            slug,
            definition["label"],
            definition["definition"],
            broader=definition.get("broader"),
            hashtags=json.dumps(definition.get("hashtags", [])),
            aliases=json.dumps([phrase for phrase in aliases if isinstance(phrase, str)]),
        )
    return set(definitions)


def labelled_library(folder: Path) -> SiteModel:
    """The labelled corpus as a library: 9,000 links with titles and 400 articles with texts."""
    factory = Factory()
    topics = add_topics(factory)
    for row in _rows("dev.jsonl"):
        _add(factory, topics, row, url=row["url"], summary=row["description"])
    for number, row in enumerate(_rows("articles_dev.jsonl")):
        words = " ".join(sorted(set(row["text"].split())))
        _add(factory, topics, row, url=f"https://documents.example/{number}", text=words)
    return model_of(factory, folder)


def _add(factory: Factory, topics: set[str], row: dict[str, Any], url: str, **columns: Any) -> None:
    labels = {topic: "certain" for topic in row["topics"] if topic in topics}
    factory.article(row["title"], url=url, topics=labels, **columns)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    with (SHARED / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
