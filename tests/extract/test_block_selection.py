"""Text blocks, their features, and the selection of the main text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import tostring

from crawler.extract.block_context_features import compute_context_features
from crawler.extract.block_features import BlockFeatures, compute_block_features
from crawler.extract.block_selection import (
    accepted_blocks,
    fallback_blocks,
    first_pass_logits,
    load_weights,
    rejected_elements,
    select_blocks,
    uncertainty,
)
from crawler.extract.feature_columns import neighbour_columns
from crawler.extract.parse_html import parse_html
from crawler.extract.readability import readability_choice
from crawler.extract.text_blocks import Block, split_blocks
from crawler.extract.text_overlap import shares_in_text
from crawler.extract.trafilatura_text import trafilatura_text

PROSE = (
    "A node that cannot reach the others should stop answering, because a stale answer looks "
    "exactly like a right one, and nobody asks twice. "
)


def blocks(inside: str) -> list[Block]:
    return split_blocks(parse_html(f"<html><body>{inside}</body></html>".encode()))


def test_block_ends_at_start_and_end_of_block_elements() -> None:
    found = blocks("<div>one <b>two</b><p>three<br>four</p>five</div>six")
    assert [(block.text, block.container.tag) for block in found] == [
        ("one two", "div"),
        ("three four", "p"),
        ("five", "div"),
        ("six", "body"),
    ]


def test_block_has_its_links_and_containers() -> None:
    block = blocks(
        '<main id="post-content"><ul class="relatedItems">'
        '<li>see <a href="/x">this one</a></li></ul></main>'
    )[0]
    assert [link.get("href") for link in block.links] == ["/x"]
    assert block.link_share == pytest.approx(8 / 12)
    assert block.container.names == {"post", "content", "related", "item"}
    assert {"li", "ul", "main"} <= block.container.tags


def test_hidden_elements_and_controls_give_no_blocks() -> None:
    assert [
        b.text
        for b in blocks(
            '<p hidden>a</p><p style="display: none">b</p><p aria-hidden="true">c</p>'
            "<button>d</button><p>e</p>"
        )
    ] == ["e"]


def test_pre_block_keeps_line_breaks() -> None:
    assert blocks("<pre>a:\n  b: 1</pre>")[0].text == "a:\n  b: 1"


def test_article_is_selected_without_surrounding_link_rows() -> None:
    links = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(8))
    found = blocks(
        f"<nav><ul>{links}</ul></nav>"
        f"<article><h1>Silence is an answer</h1>{f'<p>{PROSE}</p>' * 5}</article>"
        "<footer><p>© Someone</p></footer>"
    )
    picked, _ = select_blocks(found, "Silence is an answer", lambda hopeless: "")
    assert {block.text for block in picked if block.container.tag == "p"} == {PROSE.strip()}


def test_fallback_extractor_runs_only_if_uncertain() -> None:
    asked: list[bool] = []
    select_blocks(
        blocks(f"<article>{f'<p>{PROSE}</p>' * 20}</article>"),
        "",
        lambda hopeless: asked.append(True) or "",
    )
    assert asked == []
    assert select_blocks([], "", lambda hopeless: "never") == ([], False)


def test_page_without_accepted_blocks_uses_fallback_text() -> None:
    found = blocks('<p>one</p><p>two</p><p><a href="/">three</a></p>')
    compute_block_features(found, "")
    assert [block.text for block in fallback_blocks(found, "one three")] == ["one"]


def test_less_than_a_sentence_is_not_accepted() -> None:
    found = blocks("<p>one</p><p>two</p><p>three words more than these</p>")
    compute_block_features(found, "")
    assert accepted_blocks(found, {0: 9.0, 1: 9.0, 2: -9.0}) == []
    assert [block.order for block in accepted_blocks(found, {0: 9.0, 2: 9.0})] == [0, 2]


def test_extreme_logits_have_no_uncertainty() -> None:
    found = blocks("<p>one two three</p><p>four five six</p>")
    compute_block_features(found, "")
    assert uncertainty(found, [9.0, -9.0]) < 0.001
    assert uncertainty(found, [0.1, -0.1]) > 0.5


def test_logit_is_weighted_sum_of_features_and_bias() -> None:
    features = BlockFeatures({"c": [3.0], "unknown": [9.0]}, [(("a",), ("b", "not learned"))])
    table = {"": 0.5, "a": 1.0, "b": -2.0, "c": 0.5}
    assert first_pass_logits(features, table) == [0.5 + 1 - 2 + 1.5]


def test_features_have_a_value_for_every_block() -> None:
    found = blocks("<p>one two three</p><h2>four</h2>")
    columns, groups = compute_block_features(found, "")
    assert {len(column) for column in columns.values()} == {len(groups)} == {2}


def test_context_features_have_a_value_for_every_position() -> None:
    found = blocks("<p>one two three</p><h2>four</h2><p>five</p>")
    compute_block_features(found, "")
    kept = {"x": [1.0, 0.5, 0.0]}
    whole = compute_context_features(found, [1.0, -1.0, 0.0], kept, range(3))
    part = compute_context_features(found, [1.0, -1.0, 0.0], kept, [0, 2])
    assert {name: [column[0], column[2]] for name, column in whole.items()} == {
        name: list(column) for name, column in part.items()
    }


def test_every_learned_context_feature_is_computed() -> None:
    kept = {"readability": [1.0, 0.0], "trafilatura": [1.0, 0.0]}
    columns = compute_context_features(blocks("<p>one</p><p>two</p>"), [1.0, -1.0], kept, [0])
    assert load_weights()["second look, asked"].keys() - {""} <= columns.keys()


def test_shares_of_containers_above_the_main_one_are_zero() -> None:
    found = blocks(f"<main><div><p>{PROSE}</p><p>{PROSE}</p></div></main><p>short</p>")
    columns = compute_block_features(found, "").columns
    assert [columns[f"share {step}"][0] for step in range(3)] == [1.0, 0.0, 0.0]
    assert [columns[f"share {step}"][2] for step in range(3)] == [0.0, 2.0, 0.0]


def test_columns_contain_products_of_features() -> None:
    found = blocks("<h2>one two three</h2><p>four five six</p>")
    compute_block_features(found, "")
    columns = compute_context_features(found, [1.0, -1.0], {"x": [0.5, 0.0]}, [0])
    assert columns["chance x x: kept"][0] == columns["chance"][0] * 0.5
    assert columns["around x in core"][0] == columns["around"][0] * columns["in core"][0]


def test_values_of_neighbours_end_at_the_first_and_last_block() -> None:
    assert neighbour_columns("size", [1.0, 2.0, 3.0], beyond=9.0) == {
        "size 2 before": [9.0, 9.0, 1.0],
        "size 1 before": [9.0, 1.0, 2.0],
        "size 1 after": [2.0, 3.0, 9.0],
        "size 2 after": [3.0, 9.0, 9.0],
    }


def test_trafilatura_skips_rejected_elements_and_leaves_the_tree_unchanged() -> None:
    page = (
        "<html><body><nav><ul><li>Home sweet home</li></ul></nav>"
        f"<main><p>{PROSE}</p></main></body></html>"
    )
    root = parse_html(page.encode())
    found = split_blocks(root)
    before = tostring(root)
    assert [element.tag for element in rejected_elements(found, [-4.0, 2.0])] == ["nav"]
    assert trafilatura_text(root, rejected_elements(found, [-4.0, 2.0])) == PROSE.strip()
    assert tostring(root) == before


def test_readability_keeps_paragraphs_and_drops_unlikely_class_names() -> None:
    found = blocks(
        f'<div class="sidebar"><p>{PROSE}</p></div>'
        f'<div class="post"><p>{PROSE}</p><p>{PROSE}</p></div>'
        '<ul><li><a href="/">Home</a></li></ul>'
    )
    assert readability_choice(found) == [0.0, 1.0, 1.0, 0.0]
    assert readability_choice(blocks("<h1>Short</h1>")) == [1.0]


def test_every_weight_table_has_features_and_a_bias() -> None:
    assert load_weights().keys() == {"first look", "second look", "second look, asked"}
    assert all("" in table for table in load_weights().values())


@given(st.lists(st.text(alphabet="abc ", min_size=1, max_size=30), min_size=1, max_size=8))
def test_share_in_text_is_1_for_itself_and_0_for_another_text(texts: list[str]) -> None:
    found = blocks("".join(f"<p>{text}</p>" for text in texts))
    compute_block_features(found, "")
    assert all(
        share == 1.0
        for block, share in zip(
            found, shares_in_text(found, "\n".join(b.text for b in found)), strict=True
        )
        if block.words
    )
    assert not any(shares_in_text(found, "x y z"))
