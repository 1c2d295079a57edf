"""Of a text with a form for screen readers, one form is read."""

from __future__ import annotations

import pytest

from tests.extract.made import PROSE, made


def text_of(inside: str) -> str:
    article = made(f"<article>{PROSE}{inside}", below="</article>")
    return "\n".join((*article.headings, article.text))


@pytest.mark.parametrize(
    "inside",
    [
        '<h2><span class="sr-only">What a lease costs</span>'
        '<span aria-hidden="true"><div>What</div><div>a lease</div></span></h2>',
        '<h2 aria-label="What a lease costs"><span aria-hidden="true"><i>What a</i> lease</span>'
        "</h2>",
        '<h2 class="visually-hidden">What a lease costs, in words</h2>'
        '<h2 aria-hidden="true">What a lease costs</h2>',
    ],
)
def test_heading_with_hidden_letters_is_read_once(inside: str) -> None:
    text = text_of(f"{inside}<p>A lease costs one write to the log for each minute of time.</p>")
    assert "What a lease costs" in text.split("\n")


def test_text_with_a_form_for_screen_readers_is_read() -> None:
    text = text_of(
        '<p aria-hidden="true">The log has 3 × 10¹² rows and one owner.</p>'
        '<p class="visually-hidden">The log has three trillion rows and one owner.</p>'
    )
    assert "3 × 10¹² rows" in text
    assert "trillion" not in text


@pytest.mark.parametrize(
    "inside",
    [
        '<p aria-hidden="true">Decorative words of a banner</p>',
        '<p>A lease ends.<span aria-hidden="true">★</span><span class="sr-only">one</span></p>',
    ],
)
def test_decoration_is_not_read(inside: str) -> None:
    text = text_of(inside)
    assert "Decorative" not in text
    assert "★" not in text
