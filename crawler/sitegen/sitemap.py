"""The sitemap (sitemaps.org 0.9), when the site knows its own address: every page meant to be
found, in files of at most 50,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.sitegen.template_renderer import OutputFile, Renderer

_LIMIT = 50_000
_UNLISTED = ("404.html", "search.html", "author/", "post/")


def render_sitemap(paths: Iterable[str], renderer: Renderer) -> Iterator[OutputFile]:
    """`sitemap.xml`, which lists pages or, for a very large site, further sitemaps.

    Nothing without a base URL: addresses there must be absolute.
    """
    if not renderer.settings.base_url:
        return
    pages = [
        renderer.absolute(path)
        for path in sorted(paths)
        if path.endswith(".html") and not path.startswith(_UNLISTED)
    ]
    if len(pages) <= _LIMIT:
        yield renderer.document("feeds/sitemap.xml", "sitemap.xml", pages=pages)
        return
    parts = [pages[start : start + _LIMIT] for start in range(0, len(pages), _LIMIT)]
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        yield renderer.document("feeds/sitemap.xml", name, pages=part)
    yield renderer.document(
        "feeds/sitemaps.xml", "sitemap.xml", sitemaps=[renderer.absolute(name) for name in names]
    )
