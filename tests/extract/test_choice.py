"""Blocks, what is measured of them, and the weighing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.blocks import Block, blocks_of
from crawler.extract.choice import chosen, doubt, judge, weights
from crawler.extract.features import Row, first_look
from crawler.extract.overlap import kept_shares
from crawler.extract.tree import parse

PROSE = "A node that cannot reach the others should stop answering, because a stale answer looks exactly like a right one, and nobody asks twice. "


def blocks(inside: str) -> list[Block]:
    return blocks_of(parse(f"<html><body>{inside}</body></html>".encode()))


def test_a_block_ends_where_a_block_element_begins_or_ends() -> None:
    found = blocks("<div>one <b>two</b><p>three<br>four</p>five</div>six")
    assert [(block.text, block.container.tag) for block in found] == [("one two", "div"), ("three four", "p"), ("five", "div"), ("six", "body")]


def test_a_block_knows_its_links_and_its_containers() -> None:
    block = blocks('<main id="post-content"><ul class="relatedItems"><li>see <a href="/x">this one</a></li></ul></main>')[0]
    assert [link.get("href") for link in block.links] == ["/x"]
    assert block.link_share == pytest.approx(8 / 12)
    assert block.container.names == {"post", "content", "related", "item"}
    assert {"li", "ul", "main"} <= block.container.tags


def test_hidden_parts_and_controls_are_no_text() -> None:
    assert [b.text for b in blocks('<p hidden>a</p><p style="display: none">b</p><p aria-hidden="true">c</p><button>d</button><p>e</p>')] == ["e"]


def test_preformatted_text_keeps_its_lines() -> None:
    assert blocks("<pre>a:\n  b: 1</pre>")[0].text == "a:\n  b: 1"


def test_the_article_is_chosen_and_the_row_of_links_around_it_is_not() -> None:
    links = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(8))
    found = blocks(f"<nav><ul>{links}</ul></nav><article><h1>Silence is an answer</h1>{f'<p>{PROSE}</p>' * 5}</article><footer><p>© Someone</p></footer>")
    picked, _ = chosen(found, "Silence is an answer", lambda: "")
    assert {block.text for block in picked if block.container.tag == "p"} == {PROSE.strip()}


def test_the_second_extractor_is_asked_only_in_doubt() -> None:
    asked: list[bool] = []
    chosen(blocks(f"<article>{f'<p>{PROSE}</p>' * 20}</article>"), "", lambda: asked.append(True) or "")
    assert asked == []
    assert chosen([], "", lambda: "never") == ([], False)


def test_certain_judgements_leave_no_doubt() -> None:
    found = blocks("<p>one two three</p><p>four five six</p>")
    first_look(found, "")
    assert doubt(found, [9.0, -9.0]) < 0.001
    assert doubt(found, [0.1, -0.1]) > 0.5


def test_a_judgement_is_the_sum_of_what_was_measured() -> None:
    assert judge([Row({"a": 1.0}, {"b": 2.0}, {"c": 3.0, "unknown": 9.0})], {"": 0.5, "a": 1.0, "b": -1.0, "c": 0.5}) == [0.5 + 1 - 2 + 1.5]


def test_every_look_has_weights_and_a_bias() -> None:
    assert weights().keys() == {"first look", "second look", "second look, asked"}
    assert all("" in table for table in weights().values())


@given(st.lists(st.text(alphabet="abc ", min_size=1, max_size=30), min_size=1, max_size=8))
def test_a_text_contains_all_of_itself_and_nothing_of_another(texts: list[str]) -> None:
    found = blocks("".join(f"<p>{text}</p>" for text in texts))
    first_look(found, "")
    assert all(share == 1.0 for block, share in zip(found, kept_shares(found, "\n".join(b.text for b in found)), strict=True) if block.words)
    assert not any(kept_shares(found, "x y z"))
