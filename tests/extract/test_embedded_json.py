"""Text that only the scripts of a page contain is read from them."""

from __future__ import annotations

import json

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article
from crawler.models.outcomes import Failure

LINES = [
    f"Shard {n} moves to a new host while clients write, so the router sends each write twice "
    "until both hosts confirm the same version of the shard."
    for n in range(1, 9)
]
HTML = "<h2>Moving shards</h2>" + "".join(f"<p>{line}</p>" for line in LINES)
TITLE = "How we move shards"
PARAGRAPHS = {
    "contentful": [
        {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": line, "marks": []}]}
        for line in LINES
    ],
    "portable text": [
        {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": line}]}
        for line in LINES
    ],
    "prosemirror": [
        {"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in LINES
    ],
    "editor.js": [{"id": "a", "type": "paragraph", "data": {"text": line}} for line in LINES],
    "draft.js": [{"type": "unstyled", "text": line, "entityRanges": []} for line in LINES],
}


def read(inside: str) -> Article | Failure:
    head = f"<!doctype html><html><head><title>{TITLE} | Example</title></head>"
    body = f"{head}<body>{inside}</body></html>"
    return extract_page(PageInput("https://x.example/shards", body.encode()))


def as_json(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/")


PROPS = {"props": {"pageProps": {"post": {"title": TITLE, "slug": "shards", "body": HTML}}}}


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{as_json(PROPS)}</script>',
        f"<script>window.__remixContext = {as_json(PROPS)};</script>",
        f"<script>window.__STATE__ = JSON.parse({as_json(json.dumps(PROPS))})</script>",
        f"<script>window.__NUXT__=(function(a){{return {{post:{{body:{as_json(HTML)},x:a}}}}"
        "}(null))</script>",
        f"<script>self.__next_f.push([1,{as_json('2:' + json.dumps(PROPS))}])</script>",
    ],
)
def test_text_in_the_data_of_a_framework_is_read(script: str) -> None:
    article = read(f'<div id="app">Loading</div>{script}')
    assert isinstance(article, Article)
    assert all(line in article.text for line in LINES)
    assert "<p>" not in article.text
    assert article.headings == ("Moving shards",)
    assert dict(article.field_sources)["text"] == "embedded-json"


@pytest.mark.parametrize("family", PARAGRAPHS)
def test_typed_blocks_become_paragraphs(family: str) -> None:
    data = as_json({"page": {"title": TITLE, "content": PARAGRAPHS[family]}})
    article = read(f'<div id="app"></div><script type="application/json">{data}</script>')
    assert isinstance(article, Article)
    assert article.text.split("\n\n") == LINES


def test_elements_of_server_components_become_paragraphs() -> None:
    elements = [["$", "p", None, {"children": line}] for line in LINES]
    row = "4:" + json.dumps(["$", "article", None, {"children": elements}]) + "\n"
    article = read(f"<script>self.__next_f.push([1,{as_json(row)}])</script>")
    assert isinstance(article, Article)
    assert article.text.split("\n\n") == LINES


def test_entry_with_the_title_of_the_page_is_preferred_to_longer_ones() -> None:
    other = {"title": "Something else", "body": HTML.replace("Shard", "Queue") * 3}
    data = as_json({"posts": [other, {"title": TITLE, "body": HTML}, other]})
    article = read(f'<div id="app"></div><script type="application/json">{data}</script>')
    assert isinstance(article, Article)
    assert LINES[0] in article.text
    assert "Queue" not in article.text


@pytest.mark.parametrize(
    "value",
    [
        {"posts": [{"title": f"T{n}", "body": HTML + str(n)} for n in range(4)]},
        {"i18n": {"cookies": HTML}},
        {"comments": [{"body": HTML}]},
        {"styles": "a{color:red;} " * 300},
    ],
)
def test_data_without_the_article_is_not_read(value: object) -> None:
    script = f'<script type="application/json">{as_json(value)}</script>'
    assert isinstance(read(f'<div id="app"></div>{script}'), Failure)


def test_visible_text_is_preferred_to_data() -> None:
    script = f'<script type="application/json">{as_json({"body": HTML})}</script>'
    article = read(f"<article>{HTML.replace('Shard', 'Region')}</article>{script}")
    assert isinstance(article, Article)
    assert "Shard" not in article.text
