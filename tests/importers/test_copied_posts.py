"""Pages copied from five networks in six languages keep their posts, authors and dates only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult
from crawler.models.posts import Post
from tests.importers.copied_pages import (
    DAYS_AGO,
    HOURS_AGO,
    LANGUAGES,
    NOW,
    PAGES,
    SPRING,
    WEEKS_AGO,
    Words,
)

IN_EVERY_LANGUAGE = pytest.mark.parametrize("language", sorted(LANGUAGES))


AUTHORS = ("Mina Okoye", "Jonas Lind")
LINK = "https://blog.test/fencing"
TAGS = "#DistributedSystems #Leases"


def _import(lines: list[str]) -> ImportResult:
    return parse_file("page.txt", "\n".join(lines).encode(), "paste", ImportOptions(NOW))


def _facts(post: Post) -> tuple[object, ...]:
    return post.text, post.author and post.author.name, post.published


def _body(words: Words, number: int) -> str:
    return f"{words.texts[number]}\n\n{LINK}{number}\n\n{TAGS}"


def _lines(*parts: str) -> list[str]:
    return [line for part in parts for line in part.split("\n")]


@dataclass(frozen=True)
class Shape:
    """The parts that one copy of a page has or lacks."""

    has_marker: bool = True
    has_headline: bool = True
    has_degree: bool = True
    has_counters: bool = True
    is_edited: bool = True
    has_picture: bool = True
    is_doubled: bool = True
    is_reposted: bool = True


def _linkedin(words: Words, number: int, shape: Shape) -> list[str]:
    name = AUTHORS[number]
    age = (words.days, words.weeks)[number]
    edited = f" {words.edited} •" if shape.is_edited else ""
    lines = [words.marker.format(number + 1)] if shape.has_marker else []
    if shape.is_reposted:
        lines += [words.reposted.format("Bea Tran"), ""]
    if shape.has_picture:
        lines += [words.picture.format(name)]
    lines += [name * 2] if shape.is_doubled else [name]
    lines += [f"   {words.degrees[number]}"] if shape.has_degree else []
    lines += [words.headline] * (1 + shape.is_doubled) if shape.has_headline else []
    lines += [f"{age} •{edited}  {age} •{edited} {words.visible}", "", words.follow, ""]
    lines += _lines(_body(words, number).replace("#", "hashtag#"))
    lines += [words.more]
    if shape.has_picture:
        lines += [words.alternative, ""]
    if shape.has_counters:
        lines += ["likeloveinsightful", words.others.format("Bea Tran"), "120", *words.counters]
    return [*lines, *words.buttons]


SHAPES = [
    Shape(),
    Shape(has_marker=False),
    Shape(has_marker=False, has_picture=False, is_reposted=False),
    Shape(has_headline=False),
    Shape(has_degree=False),
    Shape(has_counters=False, is_edited=False),
    Shape(is_doubled=False, has_picture=False),
    Shape(False, False, False, False, False, False, False, False),
    Shape(has_marker=False, is_reposted=False, has_picture=False, is_doubled=False),
]


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize("shape", SHAPES)
def test_linkedin_page_gives_two_posts_with_author_and_date(language: str, shape: Shape) -> None:
    words = LANGUAGES[language]
    result = _import([line for number in range(2) for line in _linkedin(words, number, shape)])
    assert [_facts(post) for post in result.posts] == [
        (_body(words, 0), AUTHORS[0], DAYS_AGO),
        (_body(words, 1), AUTHORS[1], WEEKS_AGO),
    ]
    assert [post.author and post.author.network for post in result.posts] == ["linkedin"] * 2
    assert all(post.hashtags == ("DistributedSystems", "Leases") for post in result.posts)


def test_lines_of_a_copied_post_end_at_its_last_line_with_text() -> None:
    first, second = (_linkedin(LANGUAGES["en"], number, Shape()) for number in range(2))
    result = _import([*first, "", *second, "", "", ""])
    length = len(first)
    places = [(1, length), (length + 2, length + 1 + len(second))]
    assert [post.provenance.lines for post in result.posts] == places


@IN_EVERY_LANGUAGE
def test_linkedin_page_with_its_lines_in_one_row_gives_the_same_posts(language: str) -> None:
    words = LANGUAGES[language]
    lines = []
    for number, name in enumerate(AUTHORS):
        age = (words.days, words.weeks)[number]
        lines += [f"{name} {words.degrees[number]}", words.headline, f"{age} •", words.follow]
        lines += [*_lines(_body(words, number)), "", " ".join(words.counters)]
        lines += [" ".join(words.buttons), ""]
    posts = _import([line for line in lines if line != " ".join(words.counters)]).posts
    assert [(post.text, post.author and post.author.name) for post in posts] == [
        (_body(words, 0), AUTHORS[0]),
        (_body(words, 1), AUTHORS[1]),
    ]


@IN_EVERY_LANGUAGE
def test_promoted_post_is_left_out_with_its_reason(language: str) -> None:
    words = LANGUAGES[language]
    advert = [AUTHORS[0], "12,345 followers", words.promoted, "Buy blobs.", *words.buttons]
    result = _import([*advert, *_linkedin(words, 1, Shape())])
    assert [post.text for post in result.posts] == [_body(words, 1)]
    assert [left.reason for left in result.left_out] == ["promoted posts"]


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize(
    ("with_counters", "is_reposted", "is_relative"), product([True, False], repeat=3)
)
def test_x_timeline_gives_two_posts_with_author_and_date(
    language: str, with_counters: bool, is_reposted: bool, is_relative: bool
) -> None:
    words = LANGUAGES[language]
    lines = []
    for number, name in enumerate(AUTHORS):
        lines += [words.x_reposted.format("Bea Tran")] if is_reposted else []
        lines += [name, f"@{name.split()[0].lower()}_x", "·"]
        lines += [words.hours if is_relative else words.date]
        lines += _lines(_body(words, number))
        lines += [words.x_more, words.x_translate]
        lines += ["12", "1.2K", "34", "56K"] if with_counters else []
    published = HOURS_AGO if is_relative else SPRING
    posts = _import(lines).posts
    assert [_facts(post) for post in posts] == [
        (_body(words, number), name, published) for number, name in enumerate(AUTHORS)
    ]
    assert [post.author and post.author.handle for post in posts] == ["mina_x", "jonas_x"]


@IN_EVERY_LANGUAGE
def test_page_of_one_x_post_has_the_date_below_its_text(language: str) -> None:
    words = LANGUAGES[language]
    lines = [AUTHORS[0], "@mina_x", *_lines(_body(words, 0)), words.clock, "·"]
    (post,) = _import([*lines, words.views.format("12.3K"), "7", "19", "44", "3"]).posts
    assert _facts(post) == (_body(words, 0), AUTHORS[0], SPRING)


@IN_EVERY_LANGUAGE
def test_post_that_an_x_post_quotes_is_left_out(language: str) -> None:
    words = LANGUAGES[language]
    lines = [AUTHORS[0], "@mina_x", "·", words.hours, *_lines(_body(words, 0)), words.quote]
    lines += [AUTHORS[1], "@jonas_x", "·", words.date, "A quoted thought.", "3", "5", "9"]
    result = _import(lines)
    assert [_facts(post) for post in result.posts] == [(_body(words, 0), AUTHORS[0], HOURS_AGO)]
    assert [left.reason for left in result.left_out] == ["posts that another post quotes"]


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize("is_age_first", [True, False])
@pytest.mark.parametrize("with_counters", [True, False])
def test_mastodon_timeline_gives_two_posts_with_author_and_date(
    language: str, is_age_first: bool, with_counters: bool
) -> None:
    words = LANGUAGES[language]
    lines = []
    for number, name in enumerate(AUTHORS):
        handle = f"@{name.split()[0].lower()}@social.test"
        head = (
            [words.short_days, name, handle] if is_age_first else [name, handle, words.short_days]
        )
        lines += [words.boosted.format("Bea Tran"), *head, *_lines(_body(words, number)), "ALT"]
        lines += ["2", "14", "9"] if with_counters else [""]
    posts = _import(lines).posts
    assert [_facts(post) for post in posts] == [
        (_body(words, number), name, DAYS_AGO) for number, name in enumerate(AUTHORS)
    ]
    assert posts[0].author is not None
    assert posts[0].author.url == "https://social.test/@mina"


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize("is_on_one_line", [True, False])
def test_bluesky_timeline_gives_two_posts_with_author_and_date(
    language: str, is_on_one_line: bool
) -> None:
    words = LANGUAGES[language]
    lines = []
    for number, name in enumerate(AUTHORS):
        handle = f"\u202a@{name.split()[0].lower()}.bsky.test\u202c"
        head = [name, " ", handle, " ", "·", words.short_days]
        lines += [words.bluesky_reposted.format("Bea Tran")]
        lines += [f"{name} {handle} · {words.short_days}"] if is_on_one_line else head
        lines += [*_lines(_body(words, number)), "ALT", "2", "14", "9"]
    posts = _import([*lines, words.everybody]).posts
    assert [_facts(post) for post in posts] == [
        (_body(words, number), name, DAYS_AGO) for number, name in enumerate(AUTHORS)
    ]
    assert [post.author and post.author.network for post in posts] == ["bluesky"] * 2


@IN_EVERY_LANGUAGE
def test_threads_timeline_gives_two_posts_with_author_and_date(language: str) -> None:
    words = LANGUAGES[language]
    lines = []
    for number, name in enumerate(("mina.okoye", "jonas_l")):
        lines += [name, words.short_days, *_lines(_body(words, number)), words.x_translate]
        lines += ["120", "14", "3", "8"]
    posts = _import(lines).posts
    assert [(post.text, post.author and post.author.handle, post.published) for post in posts] == [
        (_body(words, 0), "mina.okoye", DAYS_AGO),
        (_body(words, 1), "jonas_l", DAYS_AGO),
    ]


@IN_EVERY_LANGUAGE
def test_counters_and_buttons_without_a_header_are_not_posts(language: str) -> None:
    words = LANGUAGES[language]
    lines = []
    for number in range(2):
        lines += [*_lines(_body(words, number)), words.more, "120", *words.counters, *words.buttons]
    assert [post.text for post in _import(lines).posts] == [_body(words, 0), _body(words, 1)]


@IN_EVERY_LANGUAGE
def test_words_of_buttons_in_the_text_of_an_author_are_kept(language: str) -> None:
    words = LANGUAGES[language]
    like, comment, share, _ = words.buttons
    text = f"{words.follow}: {like}, {comment}.\n\n{share}\n\n{words.texts[0]}\n\n42\n\nX."
    plain = _import(_lines(text)).posts
    assert [post.text for post in plain] == [text]
    copied = _import([AUTHORS[0], words.degrees[0], f"{words.days} •", "", *_lines(text)]).posts
    assert [post.text for post in copied] == [text]


def test_comments_below_a_linkedin_post_are_left_out() -> None:
    words = LANGUAGES["en"]
    comment = ["Bea Tran", "• 1st", "Engineer at Chunks", "1d", "Nice one!", "Like", "Reply"]
    lines = [*_linkedin(words, 0, Shape()), "Add a comment…", "Most relevant", *comment]
    result = _import(lines)
    assert [post.text for post in result.posts] == [_body(words, 0)]
    assert [left.reason for left in result.left_out] == ["comments on posts"]


def test_mention_alone_on_a_line_does_not_begin_a_post() -> None:
    lines = [
        AUTHORS[0],
        "@mina_x",
        "·",
        "5h",
        "A great talk by",
        "@jonas_x",
        "on leases.",
        "1",
        "2",
    ]
    (post,) = _import(lines).posts
    assert post.text == "A great talk by\n@jonas_x\non leases."


@pytest.mark.parametrize(
    ("head", "card", "description"),
    [
        (["Mina Okoye", "• 2nd", "4d •"], ["Fencing explained", "blog.test • 4 min read"], ""),
        (["Mina Okoye", "@mina_x", "·", "4d"], ["blog.test", "Fencing explained"], ""),
        (
            ["4d", "Mina Okoye", "@mina@social.test"],
            ["www.blog.test", "Fencing explained", "By Mina"],
            "By Mina",
        ),
    ],
)
def test_link_card_below_a_copied_text_is_the_card_of_its_link(
    head: list[str], card: list[str], description: str
) -> None:
    (post,) = _import([*head, "Read this.", LINK, *card, "12", "3", "Like", "Comment"]).posts
    assert post.text == f"Read this.\n{LINK}"
    assert [(card.title, card.description, card.link) for card in post.cards] == [
        ("Fencing explained", description, LINK)
    ]


@pytest.mark.parametrize("head", [["Mina Okoye", "@mina_x", "·", "4d"], []])
def test_mention_and_hashtag_within_a_sentence_are_joined_to_it(head: list[str]) -> None:
    body = [
        "A talk by ",
        "@jonas_x",
        " on ",
        "#Leases",
        ", and more.",
        "",
        "Go ",
        "#Raft",
        "See it.",
    ]
    (post,) = _import([*head, *body]).posts
    assert post.text == "A talk by @jonas_x on #Leases, and more.\n\nGo #Raft\nSee it."
    assert post.provenance.lines == (1, len(head) + len(body))


def test_host_that_no_link_has_stays_in_the_text() -> None:
    (post,) = _import(
        ["Mina Okoye", "• 2nd", "4d •", "Two names:", LINK, "Raft", "raft.test"]
    ).posts
    assert post.text == f"Two names:\n{LINK}\nRaft\nraft.test"
    assert not post.cards


def test_link_that_bluesky_prints_without_its_scheme_is_a_link() -> None:
    head = ["Mina Okoye", "@mina.bsky.test", "·", "4d"]
    lines = [*head, "See blog.test/fencing, ann@mail.test/x and blog.test/very-long-na..."]
    (post,) = _import(lines).posts
    assert [link.url for link in post.links] == [LINK]


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        ("Feed post number 1", "Číslo příspěvku v kanálu feed number 1"),
        ("View Mina Okoye’s graphic link", "Zobrazit grafiku: Mina Okoye"),
        ("   • 2nd", "   • druhý stupeň"),
        (
            "4d • Edited •  4d • Edited • Visible to anyone on or off LinkedIn",
            "4d • 4d • Vidí všichni",
        ),
        ("Repost", "Znovu sdílet"),
        ("3 reposts", "3krát sdíleno"),
    ],
)
def test_one_line_in_a_wording_that_the_table_lacks_changes_nothing(
    known: str, unknown: str
) -> None:
    lines = _linkedin(LANGUAGES["en"], 0, Shape(is_reposted=False))
    assert known in lines
    changed = [unknown if line == known else line for line in lines]
    assert [_facts(post) for post in _import(changed).posts] == [
        (_body(LANGUAGES["en"], 0), AUTHORS[0], DAYS_AGO)
    ]


def test_label_before_each_hashtag_is_removed() -> None:
    lines = [
        AUTHORS[0],
        "• 2nd",
        "4d •",
        "Leases.",
        "",
        "hashtag",
        "#Raft",
        "",
        "hashtag",
        "#Paxos",
    ]
    (post,) = _import(lines).posts
    assert post.text == "Leases.\n\n#Raft\n\n#Paxos"
    assert post.hashtags == ("Raft", "Paxos")


def test_same_page_copied_later_has_the_same_uris() -> None:
    lines = _linkedin(LANGUAGES["en"], 0, Shape())
    later = [line.replace("4d", "9d").replace("120", "3,210") for line in lines]
    assert [post.uri for post in _import(lines).posts] == [
        post.uri for post in _import(later).posts
    ]


@pytest.mark.parametrize("page", PAGES)
def test_page_as_it_is_copied_gives_texts_networks_authors_and_dates(page: str) -> None:
    text, expected = PAGES[page]
    posts = _import(text.split("\n")).posts
    assert [
        (
            post.text,
            post.author and post.author.network,
            post.author and post.author.name,
            post.published,
        )
        for post in posts
    ] == expected


POLLS = {
    "linkedin": "The author can see how you vote. Learn more\nB-tree\nLSM tree\n41 votes • 2d left",
    "x": "B-tree\n70%\nLSM tree\n30%\n41 votes\n·\nFinal results",
    "mastodon": "70%\nB-tree\n30%\nLSM tree\n41 votes · Closed",
    "german": "B-Baum\n70 %\nLSM-Baum\n30 %\n41 Stimmen • Umfrage beendet",
}


@pytest.mark.parametrize("poll", POLLS)
def test_poll_below_a_post_is_not_in_its_text(poll: str) -> None:
    lines = f"Mina Okoye\n@mina_o\n·\n4d\nWhich index? #Storage\n{POLLS[poll]}\n2\n1.2K"
    assert [post.text for post in _import(lines.split("\n")).posts] == ["Which index? #Storage"]


@pytest.mark.parametrize(
    "text", ["Before:\n62%\nAfter:\n91%\n#Caching", "We met 99% of the goals\n99%\nand 41 votes"]
)
def test_percentages_without_the_votes_of_a_poll_stay_in_the_text(text: str) -> None:
    lines = f"Mina Okoye\n@mina_o\n·\n4d\n{text}\n2\n1.2K"
    assert [post.text for post in _import(lines.split("\n")).posts] == [text]


@IN_EVERY_LANGUAGE
def test_repost_line_directly_below_a_text_belongs_to_the_next_post(language: str) -> None:
    reposted = LANGUAGES[language].bluesky_reposted.format("Ada Moe")
    first = ["Mina Okoye", "@mina.test", "· 4d", "Leases #Raft"]
    second = ["Jonas Lind", "@jonas.test", "· 4d", "Quorums"]
    posts = _import([*first, reposted, *second]).posts
    assert [post.text for post in posts] == ["Leases #Raft", "Quorums"]


def test_sentence_that_begins_like_a_repost_line_stays_in_the_text() -> None:
    lines = ["Mina Okoye", "@mina.test", "· 4d", "Reposted by popular demand: notes. #Raft"]
    assert [post.text for post in _import(lines).posts] == [lines[-1]]


@pytest.mark.parametrize(
    "words",
    [
        "Views Reposts Quotes Likes Bookmarks",
        "Visualizaciones Citas Guardados",
        "Citations Signets",
    ],
)
def test_counters_of_x_on_two_lines_each_are_left_out(words: str) -> None:
    counters = "\n".join(f"12\n {word}" for word in words.split())
    lines = f"Mina Okoye\n@mina_o\nLeases #Raft\n10:15 AM · Feb 9, 2026\n·\n{counters}"
    assert [_facts(post) for post in _import(lines.split("\n")).posts] == [
        ("Leases #Raft", "Mina Okoye", SPRING)
    ]
