"""Authors in declarations and bylines, without editors, photographers and publishers."""

from __future__ import annotations

import json

import pytest

from crawler.extract.author_names import parse_names
from tests.extract.made import PROSE, TITLE, made, source

HEADING = f"<h1>{TITLE}</h1>"


def ld(**node: object) -> str:
    data = json.dumps({"@type": "BlogPosting", **node})
    return f"<script type='application/ld+json'>{data}</script>"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ada Brook, Senior Editor", ("Ada Brook",)),
        ("Ada Brook, RD", ("Ada Brook",)),
        ("Ada Brook and Grace Lin For The Daily Quorum", ("Ada Brook", "Grace Lin")),
        ("Analysis by Ada Brook", ("Ada Brook",)),
        ("View all posts by Ada Brook", ("Ada Brook",)),
        ("Ada Brook og Grace Lin", ("Ada Brook", "Grace Lin")),
        ("Текст: Ада Брук", ("Ада Брук",)),
        ("Edited by Ada Brook", ()),
        ("Otto von Ahnen", ("Otto von Ahnen",)),
        ("A. B. Brook", ("A. B. Brook",)),
        ("Agencies", ()),
        ("Montag", ()),
    ],
)
def test_declared_names_lose_roles_and_employers(line: str, expected: tuple[str, ...]) -> None:
    assert parse_names([line]) == expected


@pytest.mark.parametrize(
    "line",
    [
        "<h4 class='author'>vom <a href='/x'>Quorumblogger</a></h4>",
        "<div>by</div><h3>Quorumblogger</h3><div>5 March 2024</div>",
        "<p>5 March 2024 - Quorumblogger (@quorum)</p>",
        "<p>5 March 2024 <a href='/author/q/'>Quorumblogger</a> <a href='/tag/x/'>paxos</a></p>",
        "<ul><li><span>Autor</span><br><a href='/x'>Quorumblogger</a></li></ul>",
        "<p>5 March 2024 par Quorumblogger</p>",
    ],
)
def test_nickname_in_byline_is_an_author(line: str) -> None:
    article = made(above=HEADING + line)
    assert article.authors == ("Quorumblogger",)
    assert source(article, "authors") == "byline"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Par <a>Ada Brook</a> et <a>Grace Lin</a> — 5 mars 2024 à 18:42</p>",
        "<p>5 March 2024 -<br>Ada Brook<br>(@ada)<br>Grace Lin<br>(@grace)</p>",
        "<div class='post-author'><div><div><h3>Ada Brook<br>Grace "
        "Lin<br>Follow</h3></div></div></div>",
    ],
)
def test_byline_with_several_names_gives_all_authors(line: str) -> None:
    assert made(above=HEADING + line).authors == ("Ada Brook", "Grace Lin")


@pytest.mark.parametrize(
    "line",
    [
        "<p>The move came after an invitation by the Quorum Police.</p>",
        "<p>A drawing of the old cluster as imagined by Ada Brook</p>",
        "<p>Photo by Ada Brook</p>",
        "<blockquote><p>— The Quorum Senate (@quorum) March 5, 2024</p></blockquote>",
        "<p>Someone in a show of 05.03.2024 über Kühe</p>",
        "<div>5 March 2024 / Storage / Top Quorum News</div>",
        "<p>Letter vom 14. Oktober 2021<br>PDF, 38 KB</p>",
        "<pre>42|Ada Brook|2024-03-05 10:00</pre>",
        "<figure><figcaption>Ada Brook/Quorum Images, 5 March 2024</figcaption></figure>",
    ],
)
def test_name_outside_a_byline_is_not_an_author(line: str) -> None:
    assert made(above=HEADING + line).authors == ()


def test_by_inside_a_title_gives_no_authors() -> None:
    title = "Auf den Spuren von Ada Brook"
    assert made(above=f"<h3>{title}</h3>", title=title).authors == ()


def test_more_complete_declaration_of_authors_is_used() -> None:
    article = made(
        above=HEADING,
        head=ld(author={"name": "Ada Brook"})
        + "<meta name='author' content='Ada Brook, Grace Lin'>",
    )
    assert (article.authors, source(article, "authors")) == (("Ada Brook", "Grace Lin"), "meta")


def test_full_name_replaces_first_name() -> None:
    assert made(
        above=HEADING, head=ld(author={"name": "Ada"}) + "<meta name='author' content='Ada Brook'>"
    ).authors == ("Ada Brook",)


def test_first_name_is_completed_from_the_byline() -> None:
    article = made(above=f"{HEADING}<p>By</p><p>Ada Brook</p>", head=ld(author={"name": "Ada"}))
    assert (article.authors, source(article, "authors")) == (("Ada Brook",), "byline")


def test_author_near_headline_replaces_publishing_account() -> None:
    head = ld(author={"name": "Night Account"}) + "<meta name='parsely-author' content='Ada Brook'>"
    article = made(above=f"{HEADING}<p>By Ada Brook</p>", head=head)
    assert (article.authors, source(article, "authors")) == (("Ada Brook",), "meta")
    assert made(above=HEADING, head=head).authors == ("Night Account",)


def test_site_name_is_the_author_only_without_other_names() -> None:
    head = (
        "<meta property='og:site_name' content='Ada Brook'><meta name='author' content='Ada Brook'>"
    )
    assert made(above=HEADING, head=head).authors == ("Ada Brook",)
    assert made(above=f"{HEADING}<p>By Grace Lin</p>", head=head).authors == ("Grace Lin",)


def test_twitter_card_gives_author_only_with_author_label() -> None:
    card = "<meta name='twitter:label1' content='{}'><meta name='twitter:data1' content='{}'>"
    assert made(above=HEADING, head=card.format("Written by", "Ada Brook")).authors == (
        "Ada Brook",
    )
    assert made(above=HEADING, head=card.format("Est. reading time", "4 minutes")).authors == ()


def test_jsonld_of_other_works_gives_their_author() -> None:
    head = ld(**{"@type": "CreativeWorkSeries", "headline": TITLE, "author": {"name": "Ada Brook"}})
    assert made(above=HEADING, head=head).authors == ("Ada Brook",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ada Brook, Jr., Grace Lin, PhD, and Mia Roe", ("Ada Brook", "Grace Lin", "Mia Roe")),
        ("Prof. Dr. Ada Brook and Grace Lin, M.D.", ("Ada Brook", "Grace Lin")),
        ("Ada Brook, Staff Engineer, Storage Architecture and Design", ("Ada Brook",)),
        ("Ada Brook, Lagoon University; Grace Lin, Harbour Inc.", ("Ada Brook", "Grace Lin")),
        ("Ada Brook, Lagoon; Grace Lin, Harbour", ("Ada Brook", "Grace Lin")),
        ("Ada Brook (Lagoon), Grace Lin (Harbour Labs)", ("Ada Brook", "Grace Lin")),
        ("Ada Brook of Lagoon University", ("Ada Brook",)),
        ("Ada Brook, edited by Grace Lin", ("Ada Brook",)),
        ("Translated by Grace Lin, written by Ada Brook", ("Ada Brook",)),
        ("Ada Brook <ada@lagoon.example>", ("Ada Brook",)),
        ("ada@lagoon.example (Ada Brook)", ("Ada Brook",)),
        ("ada@lagoon.example", ()),
        ("The Harbour Storage Team", ()),
        ("Editorial Staff", ()),
        ("wp-admin", ()),
        ("site_admin2", ()),
        ("Editor1", ()),
        ("Dr. Brook", ("Dr. Brook",)),
        ("Ada Brook, Staff Engineer, Distributed Storage, and Query Planning", ("Ada Brook",)),
        ("Ada Brook, Editor, Grace Lin, Writer", ("Ada Brook", "Grace Lin")),
        ("Ada Brook, Editor, and Grace Lin", ("Ada Brook", "Grace Lin")),
        ("Ada Brook, Lagoon University, Hof", ("Ada Brook",)),
        ("Words: Ada Brook. Photos: Kim Roe", ("Ada Brook",)),
        ("Lead Editor", ()),
    ],
)
def test_declared_names_lose_suffixes_employers_and_accounts(
    line: str, expected: tuple[str, ...]
) -> None:
    assert parse_names([line]) == expected


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Escrito por Ada Brook el 5 de marzo de 2024", "Ada Brook"),
        ("Escrito por Ada Brook em 5 de março de 2024", "Ada Brook"),
        ("Écrit par Ada Brook le 5 mars 2024", "Ada Brook"),
        ("Geschreven door Ada Brook op 5 maart 2024", "Ada Brook"),
        ("Scritto da Ada Brook", "Ada Brook"),
        ("Kirjoittaja: Ada Brook", "Ada Brook"),
        ("Napisała Ada Brook", "Ada Brook"),
        ("Szerző: Ada Brook", "Ada Brook"),
        ("Yazar: Ada Brook", "Ada Brook"),
        ("Ditulis oleh Ada Brook", "Ada Brook"),
        ("Συντάκτης: Άντα Μπρουκ", "Άντα Μπρουκ"),
        ("Автор статьи: Ада Брук", "Ада Брук"),
        ("作者：王小明", "王小明"),
        ("文／王小明", "王小明"),
        ("執筆者: 山田太郎", "山田太郎"),
        ("홍길동 기자", "홍길동"),
        ("글쓴이: 홍길동", "홍길동"),
        ("Tác giả: Nguyễn Văn An", "Nguyễn Văn An"),
        ("بقلم أحمد علي", "أحمد علي"),
        ("This article was contributed by Ada Brook", "Ada Brook"),
    ],
)
@pytest.mark.parametrize("tag", ["<p>{}</p>", "<div class='byline'>{}</div>"])
def test_byline_in_many_languages_gives_the_author(line: str, name: str, tag: str) -> None:
    assert made(above=HEADING + tag.format(line)).authors == (name,)


@pytest.mark.parametrize(
    "line",
    [
        "<div>Last updated on <time>March 5, 2024</time> by <b>grace</b></div>",
        "<p>Updated by Grace Lin on March 5, 2024</p>",
        "<p>By the Storage Team</p>",
        "<p>Posted by admin on March 5, 2024</p>",
        "<p>By desk@lagoon.example</p>",
    ],
)
def test_last_editor_group_and_account_are_not_authors(line: str) -> None:
    assert made(above=HEADING + line).authors == ()


def test_jsonld_person_has_given_and_family_name() -> None:
    people = [
        {"@type": "Person", "givenName": "Ada", "additionalName": "M.", "familyName": "Brook"},
        {"@id": "#grace"},
    ]
    node = {"@type": "Person", "@id": "#grace", "givenName": "Grace", "familyName": "Lin"}
    assert made(above=HEADING, head=ld(author=people, creator=node)).authors == (
        "Ada M. Brook",
        "Grace Lin",
    )


def test_jsonld_organization_is_not_an_author() -> None:
    author = {"@type": "NewsMediaOrganization", "name": "Lagoon Wire"}
    assert made(above=HEADING, head=ld(author=author)).authors == ()
    assert made(above=f"{HEADING}<p>By Ada Brook</p>", head=ld(author=author)).authors == (
        "Ada Brook",
    )


def test_group_of_the_site_is_the_author_only_without_other_names() -> None:
    head = (
        "<meta property='og:site_name' content='Lagoon Blog'>"
        "<meta name='author' content='Lagoon Editorial Team'>"
    )
    assert made(above=HEADING, head=head).authors == ("Lagoon Editorial Team",)
    assert made(above=HEADING, head=head.replace("Editorial Team", "Blog")).authors == ()
    assert made(above=f"{HEADING}<p>By Ada Brook</p>", head=head).authors == ("Ada Brook",)


@pytest.mark.parametrize(
    "line",
    [
        "<ul class='authors'><li>Ada Brook</li><li>Grace Lin</li></ul>",
        "<div class='authors'><div class='author'>Ada Brook</div>"
        "<div class='author'>Grace Lin</div></div>",
        "<div class='authors'>Ada Brook, <em>Lagoon University;</em> Grace Lin, <em>ETH Hof</em>"
        "</div>",
    ],
)
def test_list_of_authors_gives_all_names(line: str) -> None:
    assert made(above=HEADING + line).authors == ("Ada Brook", "Grace Lin")


@pytest.mark.parametrize(
    "line",
    [
        "<p>Published by Ada Brook in Storage</p>",
        "<p>Editor: Kim Roe, Author: Ada Brook</p>",
        "<p>Ada Brook @ada · 5 March 2024</p>",
        "<p>👋 by Ada Brook</p>",
        "<div class='avatar__name'><b>Ada Brook</b></div>",
        "<p class='author'>Ada Brook – Head of Storage, Lagoon – March 5, 2024</p>",
        "<p><a class='p-author' href='/ada'>Ada Brook</a></p>",
        "<div itemprop='author' itemscope><meta itemprop='name' content='Ada Brook'></div>",
    ],
)
def test_byline_of_one_person_gives_the_name(line: str) -> None:
    assert made(above=HEADING + line).authors == ("Ada Brook",)


@pytest.mark.parametrize(
    "below",
    [
        "<div class='comments'><p>By Kim Roe on March 6, 2024</p></div>",
        "<div class='related'><a href='/x'>Another page</a><p>By Kim Roe</p></div>",
        "<h3>3 replies</h3><p>By Kim Roe</p><p>Posted March 6, 2024 by Kim Roe</p>",
    ],
)
def test_name_of_a_comment_or_another_page_is_not_an_author(below: str) -> None:
    assert made(above=HEADING, below=below).authors == ()


def test_jsonld_name_may_be_a_list_or_begin_with_the_last_name() -> None:
    both = ld(author={"@type": "Person", "name": ["Ada Brook", "Grace Lin"]})
    assert made(above=HEADING, head=both).authors == ("Ada Brook", "Grace Lin")
    last_first = ld(author={"@type": "Person", "name": "Brook, Ada"})
    assert made(above=HEADING, head=last_first).authors == ("Ada Brook",)


OTHERS = "".join(
    f"<div><h3><a href='/{n}'>Story {n}</a></h3><a rel='author' href='/p/{n}'>{name}</a></div>"
    for n, name in enumerate(("Jo Marsh", "Sam Reed", "Kit Lowe"))
)
COMMENT = "<div><a rel='author' href='/u/7'>Jo Marsh</a><p>We had the same.</p></div>"


@pytest.mark.parametrize("below", [OTHERS, f"<section>{OTHERS}</section>", COMMENT])
def test_linked_author_above_the_text_is_the_only_one(below: str) -> None:
    own = f"<h1>{TITLE}</h1><div><a rel='author' href='/p/ada'>Ada Brook</a> yesterday</div>"
    assert made(above=own, below=below).authors == ("Ada Brook",)


@pytest.mark.parametrize(
    "element",
    [
        "<span class='author'>Ada Brook</span>",
        "<a class='author' href='/ada'>Ada Brook</a>",
        "<span class='byline'>by Ada Brook</span>",
        "<span class='p-author h-card'>Ada Brook</span>",
        "<address>Ada Brook</address>",
    ],
)
def test_element_directly_below_the_headline_names_the_author(element: str) -> None:
    assert made(above=f"<div><h1>{TITLE}</h1>{element}</div>").authors == ("Ada Brook",)


def test_korean_profession_after_a_label_is_not_a_name() -> None:
    page = f"<h1>{TITLE}</h1><p>글 박지민 기자</p>"
    assert made(above=page, lang="ko").authors == ("박지민",)


@pytest.mark.parametrize(
    "byline",
    [
        "<p class='author'>Ada Brook, Lead Engineer at Quorum Works</p>",
        "<p class='author'>Ada Brook<br>Quorum Works</p>",
        "<p class='byline'>Ada Brook<span class='affiliation'>Quorum Works</span></p>",
        "<p class='byline'>By Ada Brook, Drawings by Tom Ley</p>",
        "<p class='byline'>By Ada Brook / Photo: Tom Ley</p>",
        "<p class='byline'>By Ada Brook — Technically reviewed by Tom Ley</p>",
        "<a data-testid='authorName' href='/@ada'>Ada Brook</a>",
    ],
)
def test_only_the_person_of_a_byline_is_an_author(byline: str) -> None:
    assert made(above=f"<h1>{TITLE}</h1>{byline}").authors == ("Ada Brook",)


def test_notes_of_affiliations_are_not_parts_of_names() -> None:
    byline = "<p class='byline'>Ada Brook<sup>1</sup> and Tom Ley<sup>1,2</sup></p>"
    assert made(above=f"<h1>{TITLE}</h1>{byline}").authors == ("Ada Brook", "Tom Ley")


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("dcterms.creator", ["Brook, Ada"], ("Ada Brook",)),
        ("author", ["van der Ley, Tom J."], ("Tom J. van der Ley",)),
        ("author", ["Brook, Ada; Ley, Tom"], ("Ada Brook", "Tom Ley")),
        ("author", ["Ada Brook, Tom Ley"], ("Ada Brook", "Tom Ley")),
        ("citation_authors", ["Brook, Ada; Ley, Tom"], ("Ada Brook", "Tom Ley")),
        ("eprints.creators_name", ["Brook, Ada", "Ley, Tom"], ("Ada Brook", "Tom Ley")),
    ],
)
def test_last_name_before_a_comma_is_moved_behind_the_first_name(
    name: str, values: list[str], expected: tuple[str, ...]
) -> None:
    head = "".join(f"<meta name='{name}' content='{value}'>" for value in values)
    assert made(head=head).authors == expected


def test_byline_far_below_the_text_names_the_author() -> None:
    byline = "<div class='end'><span class='post-author'>Posted by <b>Ada Brook</b></span></div>"
    assert made(above=f"<h1>{TITLE}</h1>", below=PROSE * 12 + byline).authors == ("Ada Brook",)


def test_different_bylines_below_the_text_name_no_author() -> None:
    cards = "".join(f"<p class='author'>By {name}</p>" for name in ("Ada Brook", "Tom Ley"))
    assert made(above=f"<h1>{TITLE}</h1>", below=PROSE * 12 + cards).authors == ()


@pytest.mark.parametrize("title", [f"{TITLE} | by Ada Brook | Medium", f"{TITLE} - by Ada Brook"])
def test_name_in_the_title_of_a_blog_host_is_the_author(title: str) -> None:
    assert made(above=f"<h1>{TITLE}</h1>", title=title).authors == ("Ada Brook",)
