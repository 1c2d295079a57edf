"""Build of the search page and its index for the benchmark, in a separate process."""

from __future__ import annotations

import resource
import time
from pathlib import Path

from crawler.sitegen.page_kinds import Page, all_pages
from crawler.sitegen.pages import search as search_page
from crawler.sitegen.search_index import render_search_index
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.sitegen.template_folders import TemplateFolders
from crawler.sitegen.template_renderer import Renderer
from crawler.workspace import bundled_path


def build_index(snapshot: Path, site: Path) -> str:
    """Write the search page and the index of `snapshot` to `site`; return the figures as a line."""
    model = read_site_model(open_snapshot(snapshot))
    _write_page(model, site)
    (site / "search").mkdir()
    before, wall, cpu = _peak(), time.perf_counter(), time.process_time()
    files = size = 0
    for file in render_search_index(model):
        (site / file.path).write_bytes(file.data)
        files += 1
        size += len(file.data)
    return (
        f"{'hashtrail':12} {len(model.articles):,} articles: {time.perf_counter() - wall:.2f} s, "
        f"{time.process_time() - cpu:.2f} s CPU, {_peak() - before} MB more memory, "
        f"{files:,} files, {size / 1e6:.1f} MB"
    )


def _write_page(model: SiteModel, site: Path) -> None:
    assets = bundled_path("site", "assets")
    folders = TemplateFolders(bundled_path("templates"), assets)
    renderer = Renderer(model, folders, {path.name: path.name for path in assets.iterdir()})
    site.mkdir()
    for page in all_pages(search_page, model):
        assert isinstance(page, Page)
        file = renderer.page(search_page.TEMPLATE, page.path, **page.context)
        (site / file.path).write_bytes(file.data)
    (site / "search.js").write_bytes((assets / "search.js").read_bytes())


def _peak() -> int:
    """Return the highest memory use of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
