"""Short blocks, small tables and lists of links between paragraphs are text; boxes are not."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from tests.extract.made import made
from tests.extract.test_block_groups import between

RULES = "quorum rules"


@pytest.mark.parametrize(
    "markup",
    [
        f"<div><div>{RULES}</div></div>",
        f"<section>{RULES}</section>",
        f"<div class='hint'><div class='hint-body'><p>{RULES}</p></div></div>",
        f"<div class='grid'><div><div>One</div><div>{RULES}</div></div></div>",
        f"<div><b>A:</b> {RULES}</div>",
        f"<table><tr><td>{RULES}</td></tr></table>",
        f"<table><tr><td>f</td><td>{RULES}</td></tr></table>",
        f"<table><tr><td>f</td></tr><tr><td>{RULES}</td></tr></table>",
        f"<section><h3>Rules</h3><div>{RULES}</div></section>",
        f"<blockquote><p>Two of three.</p><footer class='source'>{RULES}</footer></blockquote>",
        f"<ul><li><a href='/q'>{RULES}</a></li><li><a href='/v'>votes</a></li></ul>",
    ],
)
def test_short_block_between_paragraphs_is_kept(markup: str) -> None:
    assert RULES in between(markup).text


@pytest.mark.parametrize(
    "markup",
    [
        f"<div class='author-bio'><div>{RULES}</div></div>",
        f"<div class='byline'>{RULES}</div>",
        f"<nav><div>{RULES}</div></nav>",
        f"<div><a href='/q'>{RULES}</a></div>",
        f"<div>Photo: {RULES}</div>",
    ],
)
def test_short_block_of_another_part_is_left_out(markup: str) -> None:
    assert RULES not in between(markup).text


def test_table_of_aria_roles_becomes_markdown() -> None:
    head = "<div role='row'><span role='columnheader'>Rule</span><span role='columnheader'>n"
    row = "<div role='row'><div role='cell'>two of three</div><div role='cell'>3</div></div>"
    table = f"<div role='table'>{head}</span></div><div role='rowgroup'>{row}</div></div>"
    assert "| Rule | n |\n| --- | --- |\n| two of three | 3 |" in between(table).text


@pytest.mark.parametrize(
    "box",
    [
        "<div class='kg-signup-card'><h2>Hear us</h2><p>NOISE in your hands.</p></div>",
        "<div><p>NOISE in your inbox each week.</p><form><input type='email'></form></div>",
        "<div class='box'><p>NOISE each week.</p><form action='/newsletter'>"
        "<input name='email'><button>Go</button></form></div>",
        "<div class='ad-unit'><p>NOISE sells drawers and pencils.</p></div>",
        "<div class='sponsored-content'><p>NOISE sells drawers and pencils.</p></div>",
        "<div id='jp-relatedposts'><h3><em>NOISE</em></h3></div>",
        "<aside class='also-read'><span>NOISE</span> <a href='/n'>Other news</a></aside>",
        "<p>Quorums vote. <a class='ctt-btn' href='/t'>NOISE</a></p>",
        "<div class='gist-meta'>NOISE by a host</div>",
    ],
)
def test_box_between_paragraphs_is_left_out(box: str) -> None:
    text = between(box).text
    assert "NOISE" not in text
    assert text.count("A sentence about quorums") == 20


@pytest.mark.parametrize(
    "line",
    [
        "Article continues below advertisement",
        "Was this page useful?",
        "Publicité",
        "Click to tweet",
        "9 min read",
    ],
)
def test_line_of_a_tool_is_left_out(line: str) -> None:
    assert line not in between(f"<div><p>{line}</p></div>").text


@pytest.mark.parametrize(
    "markup",
    [
        "<p>The field <input type='email'> takes quorum addresses.</p>",
        "<section id='subscribe'><h2>Subscribe</h2><p>The quorum call `subscribe` opens.</p>"
        "</section>",
        "<p>Tweet this less: quorum advice for a calm week.</p>",
    ],
)
def test_text_about_boxes_is_kept(markup: str) -> None:
    assert "quorum" in between(markup).text.replace("quorums", "")


def test_article_inside_an_element_named_like_a_box_is_kept() -> None:
    article = made(above="<div class='newsletter'>", below="</div>")
    assert "A sentence about quorums" in article.text


def test_names_and_lines_of_boxes_are_sorted() -> None:
    table = files("crawler.extract").joinpath("inserted_boxes.toml").read_text("utf-8")
    for values in tomllib.loads(table).values():
        assert values == sorted(set(values))


@pytest.mark.parametrize(
    "attributes", ["id='usercentrics-root'", "class='klaro'", "id='sp_message_container_7'"]
)
def test_box_of_a_consent_tool_is_left_out_with_any_text(attributes: str) -> None:
    box = f"<div {attributes}><p>NOISE is what we ask of each guest of the house.</p></div>"
    assert "NOISE" not in made(above=box).text


@pytest.mark.parametrize(
    "quote",
    [
        "<aside class='pullquote'><p>{}</p></aside>",
        "<figure class='wp-block-pullquote'><blockquote><p>“{}”</p></blockquote></figure>",
        "<aside class='pull'><p>{}</p></aside>",
    ],
)
def test_pull_quote_of_a_whole_paragraph_is_read_once(quote: str) -> None:
    words = "Three of five replicas agreed before the storm took the other two"
    markup = f"<p>{words}.</p>{quote.format(words)}"
    assert between(markup).text.count(words) == 1
