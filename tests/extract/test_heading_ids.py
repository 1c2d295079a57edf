"""Ids and names that come from the words of a text do not hide the text."""

from __future__ import annotations

import pytest

from tests.extract.made import PROSE, made

SENTENCE = "Two replicas that never talk agree on nothing, however fast their disks are."
TEXT = "".join(
    f"<p>Replica {n} writes each record to its disk and answers after {n} others have stored "
    "the record on theirs, which costs one more trip through the network.</p>"
    for n in range(2, 6)
)
TABLE = (
    "<thead><tr><th>Team</th><th>Pages</th></tr></thead>"
    "<tbody><tr><td>Storage</td><td>fourteen</td></tr><tr><td>Search</td><td>two</td></tr></tbody>"
)


@pytest.mark.parametrize(
    ("section", "heading"),
    [
        ("<h2 id='related-systems'>Related systems</h2>{}", "Related systems"),
        ("<h2 id='comments-on-clocks'>What clocks get wrong</h2>{}", "What clocks get wrong"),
        ("<h2 id='footer-format'>The footer format</h2>{}", "The footer format"),
        ("<h2 id='tags'>Tags</h2>{}", "Tags"),
        ("<section id='tags' class='level2'><h2>Tags</h2>{}</section>", "Tags"),
        ("<section id='tags'><h3>Tags<a href='#tags'>¶</a></h3>{}</section>", "Tags"),
        ("<section id='menu-design'><i id='m'></i><h3>Menu design</h3>{}</section>", "Menu design"),
        ("<div id='tags-of-rows'><h3>Tags of all rows</h3>{}</div>", "Tags of all rows"),
    ],
)
def test_section_with_an_id_from_its_heading_is_read(section: str, heading: str) -> None:
    article = made(TEXT + section.format(f"<p>{SENTENCE}</p>") + TEXT.replace("Replica", "Node"))
    assert heading in article.headings
    assert SENTENCE in article.text


@pytest.mark.parametrize(
    "section",
    [
        "<div id='newsletter'><h3>Newsletter</h3>{}</div>",
        "<div id='about-the-author'><h3>About the author</h3>{}</div>",
        "<div id='related-articles'><h3>Related articles</h3>{}</div>",
    ],
)
def test_part_of_a_page_with_the_id_of_its_heading_is_left_out(section: str) -> None:
    box = section.format("<p>Get a letter every week, by subscribing.</p>")
    article = made("<article>", below=f"</article>{box}")
    assert "Get a letter" not in article.text


@pytest.mark.parametrize("name", ["id='related-teams'", "class='comments-per-team'"])
def test_table_of_data_with_a_name_like_a_part_of_a_page_is_read(name: str) -> None:
    article = made(f"<article>{PROSE}<table {name}>{TABLE}</table>", below="</article>")
    assert "fourteen" in article.text


def test_table_in_a_wrapper_of_controls_is_read_without_them() -> None:
    article = made(
        "<article>" + PROSE + '<div class="dataTables_wrapper no-footer">'
        '<div class="dataTables_length"><label>Show <select><option>25</option></select> rows'
        f"</label></div><table>{TABLE}</table>"
        '<div class="dataTables_info">Showing 1 to 2 of 2 rows</div></div>',
        below="</article>",
    )
    assert "fourteen" in article.text
    assert "Showing" not in article.text
