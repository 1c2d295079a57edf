"""Text of an article that a page contains only as JSON for its scripts."""

from __future__ import annotations

import json

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article

TITLE = "Leases end by themselves"
SENTENCE = "Part {}: a lease ends by itself, so holder and server must agree on the time of day."
TEXT = [SENTENCE.format(number) for number in range(1, 13)]
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in TEXT)
ARTICLE = f"<article><h1>{TITLE}</h1>{PARAGRAPHS}</article>"
JSON_HTML = json.dumps({"blob": {"richText": ARTICLE}}).replace("</", r"<\/")
JSON_TEXT = {"title": TITLE, "id": 7, "body": [{"type": "p", "text": text} for text in TEXT]}


def extracted(inside: str) -> Article:
    """The article of a page with this body."""
    body = f"<html><head><title>{TITLE}</title></head><body>{inside}</body></html>"
    article = extract_page(PageInput("https://x.example/leases", body.encode()))
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(JSON_TEXT)}</script>',
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'page': JSON_TEXT})};</script>",
        f'<script type="application/json" data-target="x.embeddedData">{JSON_HTML}</script>',
    ],
)
def test_text_that_exists_only_as_json_is_read(script: str) -> None:
    article = extracted(f'<div id="root"></div>{script}')
    assert [sentence for sentence in TEXT if sentence not in article.text] == []
    assert dict(article.field_sources)["text"] == "embedded-json"


def test_json_of_a_page_with_visible_text_is_not_read() -> None:
    messages = {
        "messages": ["Welcome to our list of leases, which grows every week of the year."] * 20
    }
    script = f'<script type="application/json">{json.dumps(messages)}</script>'
    article = extracted(ARTICLE + script)
    assert "Welcome" not in article.text
    assert dict(article.field_sources)["text"] != "embedded-json"


@pytest.mark.parametrize("code", ["{", "[" * 5_000, '{"a": "' + "x" * 3_000_000 + '"}', "null"])
def test_broken_or_large_json_is_ignored(code: str) -> None:
    script = f'<script type="application/json">{code}</script>'
    assert TEXT[0] in extracted(f"<p>{TEXT[0]}</p>{script}").text
