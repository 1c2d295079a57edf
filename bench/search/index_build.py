"""Build the search page and its index in a separate process; print the figures as JSON.

python -m bench.search.index_build SNAPSHOT SITE
"""

from __future__ import annotations

import json
import resource
import sys
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

_MEGABYTE = 1e6


def main() -> None:
    """Write the search page and the index to the folder of the arguments; print the figures."""
    print(json.dumps(build_index(*map(Path, sys.argv[1:]))))


def build_index(snapshot: Path, site: Path) -> dict[str, float]:
    """Write the search page and the index of `snapshot` to the new folder `site`.

    Return CPU seconds and megabytes. The CPU time is that of the index alone. The memory is that of
    the process, which also has the articles that the build of a site has read.
    """
    model = read_site_model(open_snapshot(snapshot))
    _write_page(model, site)
    (site / "search").mkdir()
    cpu, size = time.process_time(), 0
    for made in render_search_index(model):
        file = made.file
        (site / file.path).write_bytes(file.data)
        size += len(file.data)
    return {
        "index": time.process_time() - cpu,
        "peak memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "size of the index": size / _MEGABYTE,
    }


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


if __name__ == "__main__":
    main()
