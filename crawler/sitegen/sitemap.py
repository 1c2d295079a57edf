"""The sitemap (sitemaps.org 0.9): every page that search engines may index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import Renderer

_ERROR_PAGE = "404.html"  # sent with status 404
_MAX_URLS = 50_000  # of one file, by the protocol
_COPIES = ".mail.html"  # digests of weeks, which have pages


def render_sitemap(
    paths: Iterable[str], model: SiteModel, renderer: Renderer
) -> Iterator[OutputFile]:
    """Yield `sitemap.xml` for the files `paths`, and its parts if the site is very large.

    Yield nothing if `model` has no base URL, since a sitemap needs full URLs. `renderer` has the
    templates.
    """
    if not model.settings.base_url:
        return
    page_urls = [model.absolute_url(path) for path in sorted(paths) if _is_listed(path, model)]
    if len(page_urls) <= _MAX_URLS:
        yield _sitemap("sitemap.xml", page_urls, renderer)
        return

    sitemap_urls = []
    for number, start in enumerate(range(0, len(page_urls), _MAX_URLS), 1):
        name = f"sitemap-{number}.xml"
        sitemap_urls.append(model.absolute_url(name))
        yield _sitemap(name, page_urls[start : start + _MAX_URLS], renderer)
    yield renderer.document("feeds/sitemaps.xml", "sitemap.xml", sitemap_urls=sitemap_urls)


def _sitemap(name: str, page_urls: Sequence[str], renderer: Renderer) -> OutputFile:
    return renderer.document("feeds/sitemap.xml", name, page_urls=page_urls)


def _is_listed(path: str, model: SiteModel) -> bool:
    is_page = path.endswith(".html") and not path.endswith(_COPIES) and path != _ERROR_PAGE
    return is_page and model.may_index(path)
