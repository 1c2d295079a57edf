"""Lists, tables, code and headings between paragraphs, as a whole; pull quotes and comments."""

from __future__ import annotations

import pytest

from crawler.models.articles import Article
from tests.extract.made import PROSE, made


def between(markup: str) -> Article:
    """Return the article of a page with this markup between paragraphs."""
    return made(above="<nav><a href='/x'>Start</a></nav>", below=f"{markup}{PROSE * 2}")


TABLE_ROWS = (
    "<tr><td>two of three</td><td>2f+1</td></tr>"
    "<tr><td>all | none</td><td>n</td></tr><tr><td></td><td>1</td></tr>"
)
TABLE_TEXT = """

| Rule | Size |
| --- | --- |
| two of three | 2f+1 |
| all \\| none | n |
|  | 1 |

"""


@pytest.mark.parametrize(
    "head",
    [
        "<thead><tr><th>Rule</th><th>Size</th></tr></thead>",
        "<thead><tr class='header'><td>Rule</td><td>Size</td></tr></thead>",
        "<tr><td><b>Rule</b></td><td><strong>Size</strong></td></tr>",
        "<tr><th class='header_cell menu'>Rule</th><th class='footer'>Size</th></tr>",
    ],
)
def test_table_becomes_markdown_with_header_and_all_cells(head: str) -> None:
    assert TABLE_TEXT in between(f"<table>{head}{TABLE_ROWS}</table>").text


def test_table_after_the_last_paragraph_is_read() -> None:
    table = f"<table><tr><th>Rule</th><th>Size</th></tr>{TABLE_ROWS}</table>"
    assert TABLE_TEXT.strip() in made(below=table).text


def test_table_of_links_is_read() -> None:
    rows = "".join(
        f"<tr><td><a href='/p/{n}'>Lease {n}</a></td><td>19{n}</td></tr>" for n in (7, 8)
    )
    text = between(f"<table><tr><th>Paper</th><th>Year</th></tr>{rows}</table>").text
    assert "| Lease 7 | 197 |\n| Lease 8 | 198 |" in text


def test_caption_of_table_precedes_its_rows() -> None:
    table = f"<table><caption>Sizes of quorums</caption>{TABLE_ROWS}</table>"
    assert "Sizes of quorums\n\n|  |  |\n| --- | --- |\n| two of three" in between(table).text


def test_spanning_cells_keep_the_columns_of_the_others() -> None:
    rows = (
        "<tr><th colspan='2'>Zone</th><th>Delay</th></tr><tr><td rowspan='2'>east</td><td>a</td>"
        "<td>3 ms</td></tr><tr><td>b</td><td>4 ms</td></tr>"
    )
    text = between(f"<table>{rows}</table>").text
    assert "| Zone |  | Delay |\n| --- | --- | --- |\n| east | a | 3 ms |\n|  | b | 4 ms |" in text


def test_layout_table_is_not_data() -> None:
    cells = f"<td><h2>Left side</h2>{PROSE}</td><td>{PROSE}</td>"
    text = made(below=f"<table><tr>{cells}</tr><tr>{cells}</tr></table>").text
    assert "---" not in text
    assert "|" not in text


def test_hostile_spans_do_not_multiply_the_table() -> None:
    row = "<tr><td colspan='99999999' rowspan='99999999'>x</td><td>y</td></tr>"
    assert len(between(f"<table>{row * 3}</table>").text) < 20_000


def test_nested_list_has_all_items_with_their_level() -> None:
    items = "<ul><li>north<ul><li>n1</li><li>n2</li></ul></li><li>south</li></ul>"
    assert "\n\nnorth\n  n1\n  n2\nsouth\n\n" in between(items).text


def test_list_of_links_between_paragraphs_is_read() -> None:
    items = "".join(f"<li><a href='https://p.example/{n}'>Paper {n}</a></li>" for n in "abc")
    article = between(f"<h2>What to read next to it</h2><ul>{items}</ul>")
    assert "Paper a\nPaper b\nPaper c" in article.text
    assert len(article.links) == 3


@pytest.mark.parametrize("title", ["References", "Further reading:", "Literatur", "参考文献"])
def test_list_of_sources_after_the_last_paragraph_is_read(title: str) -> None:
    items = "".join(f"<li><a href='https://p.example/{n}'>Paper {n}</a></li>" for n in "abc")
    text = made(below=f"<h2>{title}</h2><ul>{items}</ul>").text
    assert text.endswith(f"{title}\n\nPaper a\nPaper b\nPaper c")


def test_list_of_other_posts_after_the_last_paragraph_is_not_read() -> None:
    items = "".join(f"<li><a href='/p/{n}'>Post {n} of this site</a></li>" for n in "abc")
    text = made(below=f"<h2>Latest posts</h2><ul>{items}</ul>").text
    assert "Post a" not in text


@pytest.mark.parametrize("caption", ["Figure 3: the cold aisle", "Abb. 3: Kaltgang", "図3 通路"])
def test_numbered_caption_is_read(caption: str) -> None:
    figure = f"<figure><img src='a.png'><figcaption>{caption}</figcaption></figure>"
    assert f"\n\n{caption}\n\n" in between(figure).text


def test_related_list_between_paragraphs_is_not_read() -> None:
    items = "".join(f"<li><a href='/{n}'>Post {n} of ours</a></li>" for n in "abc")
    text = between(f"<div class='related-posts'><h3>Related</h3><ul>{items}</ul></div>").text
    assert "Post a" not in text


def test_short_code_after_the_last_paragraph_is_read() -> None:
    assert made(below="<h2>Try</h2><pre>$ vote</pre>").text.endswith("```\n$ vote\n```")


def test_terms_of_definition_list_are_read_with_their_definitions() -> None:
    terms = f"<dl><dt>lease(n)</dt><dd>{PROSE}</dd><dt>vote</dt><dd>{PROSE}</dd></dl>"
    text = between(terms).text
    assert "\n\nlease(n)\n" in text
    assert "\n\nvote\n" in text


@pytest.mark.parametrize(
    "heading",
    [
        "<h1>{}</h1>",
        "<h1 class='anchor'>{}</h1>",
        "<h4>{}</h4>",
    ],
)
def test_heading_between_paragraphs_is_read(heading: str) -> None:
    first, second = heading.format("I. The start"), heading.format("II. The end")
    article = between(f"{first}{PROSE}{second}")
    assert article.headings == ("I. The start", "II. The end")


def test_linked_heading_between_paragraphs_of_an_article_is_read() -> None:
    reviews = "".join(
        f"<h3><a href='https://shop.example/{n}'>Lease manager {n}</a></h3>{PROSE}" for n in "123"
    )
    article = made(below=f"<article><h2>Three reviews</h2>{PROSE}{reviews}</article>")
    assert article.headings[-3:] == ("Lease manager 1", "Lease manager 2", "Lease manager 3")


def test_teaser_with_a_linked_heading_is_not_read() -> None:
    teaser = "<div><h3><a href='/next'>Our next post</a></h3><p>On clocks.</p></div>"
    assert "Our next post" not in between(teaser).text


@pytest.mark.parametrize(
    "quote",
    [
        "<aside><p>{}</p></aside>",
        "<blockquote class='pullquote'>{}</blockquote>",
        "<blockquote><p>{}</p></blockquote>",
        "<div class='pull-quote'><p>“{}”</p></div>",
    ],
)
def test_pull_quote_is_read_once(quote: str) -> None:
    words = "a lease without a clock is only a promise"
    sentence = f"<p>We learned that {words}, and wrote that rule into the handbook of the team.</p>"
    text = between(f"{quote.format(words)}{sentence}").text
    assert text.count(words) == 1


def test_repeated_caption_is_read_once() -> None:
    caption = "<figcaption>Three racks in the cold aisle</figcaption>"
    figure = f"<figure><img src='a.png'>{caption}</figure>"
    text = between(f"{figure}{PROSE}{figure}").text
    assert text.count("Three racks in the cold aisle") == 1


def test_repeated_code_is_read_twice() -> None:
    code = "<pre>vote --for me --term 2 --with a lease of ten seconds</pre>"
    assert between(f"<div>{code}</div>{PROSE}<div>{code}</div>").text.count("vote --for me") == 2


def test_link_in_capitals_between_paragraphs_is_not_read() -> None:
    teaser = "<p><a href='/x'>WHY THE OTHER CLUSTER OF OURS NEVER FAILED OVER</a></p>"
    assert "OTHER CLUSTER" not in between(teaser).text


def test_quote_that_occurs_twice_is_read() -> None:
    quote = "<blockquote><p>There is no now, and no clock that shows it.</p></blockquote>"
    text = between(f"{quote}{PROSE}{quote}").text
    assert "There is no now, and no clock that shows it." in text


def test_quote_of_another_text_is_read() -> None:
    quote = "<blockquote><p>There is no now, and no clock that shows it.</p></blockquote>"
    assert "There is no now, and no clock that shows it." in between(quote).text


COMMENT = (
    "<div><p><b>Someone {n}</b> <time datetime='2024-05-0{n}'>May</time></p>"
    "<p>I have run such a cluster for years, number {n}, and nothing of this occurred.</p>"
    "<p>Reply</p></div>"
)


@pytest.mark.parametrize(
    "heading",
    [
        "<h3>3 comments</h3>",
        "<h3>Comments (3)</h3>",
        "<h3>3 Kommentare</h3>",
        "<h3>3 Responses to this post</h3>",
        "<h3>Comments</h3>",
        "<h2>Leave a Reply</h2>",
        "<div>Discussion (3)</div>",
        "<p><b>Comments</b></p>",
    ],
)
def test_comments_without_class_names_are_not_read(heading: str) -> None:
    comments = "".join(COMMENT.format(n=n) for n in (1, 2, 3))
    text = made(below=f"<div><section>{heading}{comments}</section></div>").text
    assert "such a cluster" not in text
    assert "about quorums" in text


def test_section_about_responses_is_read() -> None:
    text = made(below=f"<h2>Responses</h2>{PROSE.replace('quorums', 'responses')}").text
    assert "about responses" in text
