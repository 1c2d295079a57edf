"""JSON and Markdown versions of pages that list articles: weeks, sites, kinds and entities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from crawler.markdown_text import escape_markdown
from crawler.site_urls import alternate_path
from crawler.sitegen.json_and_markdown import article_line, encoded_summary, json_file, text_file
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle

_MAX_ARTICLES = 100


def list_versions(
    path: str,
    title: str,
    facts: Mapping[str, Any],
    articles: Sequence[ListedArticle],
    model: SiteModel,
) -> list[OutputFile]:
    """Return the JSON and the Markdown version of the page `path` with the first `articles`.

    `title` is the heading of the page. `facts` come first in the JSON object; the fact `definition`
    is also a paragraph of the Markdown version. `model` has the base URL.
    """
    first = articles[:_MAX_ARTICLES]
    content = {
        **facts,
        "total": len(articles),
        "articles": [msgspec.Raw(encoded_summary(article)) for article in first],
        "page": model.absolute_url(path) or path,
    }
    lines = [f"# {escape_markdown(title)}", ""]
    if facts.get("definition"):
        lines += [escape_markdown(facts["definition"]), ""]
    lines += [article_line(article) for article in first]
    if len(articles) > len(first):
        lines += ["", f"The first {len(first)} of {len(articles)} articles."]
    return [
        json_file(alternate_path(path, "json"), content),
        text_file(alternate_path(path, "md"), lines),
    ]
