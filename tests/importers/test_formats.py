"""Every file format except the paste: detection, content, limits, and privacy."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import HashtrailError, InputError
from crawler.importers import zip_files
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.importers.registry import detect_format, format_names
from crawler.models.posts import Card, Post
from tests.importers.test_paste import ROOT

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPTIONS = ImportOptions(NOW)
EXPORTS = ROOT / "../shared/corpora/api/personal-exports"


def _tweet(identity: int, text: str, **fields: object) -> dict[str, object]:
    return {
        "tweet": {
            "id_str": str(identity),
            "full_text": text,
            "created_at": "Thu Nov 19 08:00:00 +0000 2026",
            "lang": "en",
            **fields,
        }
    }


def _tweets(*tweets: dict[str, object], part: str = "tweets.part0") -> bytes:
    return f"window.YTD.{part} = {json.dumps(tweets)}".encode()


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _read(name: str, data: bytes, options: ImportOptions = OPTIONS) -> tuple[Post, ...]:
    return parse_file(name, data, None, options).posts


ENTITIES = {
    "urls": [
        {
            "url": "https://t.co/a1",
            "expanded_url": "https://blog.example/leases",
            "display_url": "blog.example/leases",
        }
    ]
}
MEDIA = {"media": [{"url": "https://t.co/p1"}]}
TWEETS = _tweets(
    _tweet(
        3,
        "Leases &amp; clocks https://t.co/a1 https://t.co/p1 #DistributedSystems",
        entities=ENTITIES,
        extended_entities=MEDIA,
        favorite_count="12",
    ),
    _tweet(4, "The second part", in_reply_to_status_id_str="3"),
    _tweet(5, "RT @ada: not mine"),
    _tweet(6, "Lunch was good"),
)
ACCOUNT = (
    b'window.YTD.account.part0 = [{"account": {"username": "ada", "accountId": "1", '
    b'"accountDisplayName": "Ada"}}]'
)


def test_x_archive_gives_the_members_own_posts_with_expanded_links() -> None:
    files = {
        "data/tweets.js": TWEETS,
        "data/account.js": ACCOUNT,
        "data/direct-messages.js": b"secret",
        "data/tweets_media/a.jpg": b"x",
    }
    posts = _read("twitter.zip", _zip(files))
    assert [post.uri for post in posts] == ["x:3", "x:4", "x:6"]
    assert posts[0].text == "Leases & clocks https://blog.example/leases #DistributedSystems"
    assert [(link.url, link.shown) for link in posts[0].links] == [
        ("https://blog.example/leases", "blog.example/leases")
    ]
    assert posts[0].url == "https://x.com/ada/status/3"
    assert posts[0].published == datetime(2026, 11, 19, 8, tzinfo=UTC)
    assert [(post.thread_key, post.thread_position) for post in posts] == [
        ("x:3", 1),
        ("x:3", 2),
        (None, None),
    ]


def test_personal_archive_gives_only_posts_with_our_hashtags_and_their_threads() -> None:
    posts = _read("tweets.js", TWEETS, ImportOptions(NOW, ("#distributedsystems",)))
    assert [post.uri for post in posts] == ["x:3", "x:4"]
    with pytest.raises(InputError, match="--all"):
        _read("tweets.js", TWEETS, ImportOptions(NOW, ("Raft",)))


@pytest.mark.parametrize(
    "data",
    [
        _tweets({"dmConversation": {}}, part="direct_messages.part0"),
        b"window.YTD.tweets.part0 = alert(1)",
        b"window.YTD.tweets.part0 = [" + b"[" * 200_000,
        b"window.YTD. = []",
    ],
    ids=["messages", "code", "nesting", "no name"],
)
def test_x_archive_with_code_or_messages_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"tweets\.js"):
        _read("tweets.js", data)


SHARES = (
    b"Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
    b"2026-11-19 08:00:00,"
    b"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7345821826846990338,"
    b'"Leases and ""clocks"".""\n""""\n""Read lnkd.in or '
    b'https://lnkd.in/abc #Raft","https://blog.example/leases","",MEMBER_NETWORK\n'
    b"2026-11-18 08:00:00,"
    b"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7345821826846990339,"
    b"For friends,,,CONNECTIONS\n"
    b",,,,,\n"
)


def test_line_breaks_quoted_by_linkedin_are_restored() -> None:
    first, second = _read("Shares.csv", SHARES)
    assert first.text == 'Leases and "clocks".\n\nRead lnkd.in or https://lnkd.in/abc #Raft'
    assert [(link.url, link.origin) for link in first.links] == [
        ("https://lnkd.in/abc", "body"),
        ("https://blog.example/leases", "attachment"),
    ]
    assert first.uri == "linkedin:urn:li:share:7345821826846990338"
    assert (first.visibility, second.visibility) == ("public", "connections")
    assert first.published == datetime(2026, 11, 19, 8, tzinfo=UTC)


def test_only_the_shares_of_a_linkedin_zip_are_opened() -> None:
    posts = _read(
        "Basic_Export.zip",
        _zip({"Shares.csv": SHARES, "messages.csv": b"secret", "Connections.csv": b"secret"}),
    )
    assert len(posts) == 2


def test_real_linkedin_export_has_the_expected_posts() -> None:
    path = EXPORTS / "linkedin-Shares-real.csv"
    if not path.exists():
        pytest.skip("The real export is not beside this checkout.")
    expected = [
        json.loads(line)
        for line in path.with_name("linkedin-Shares-real.expected.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    ]
    posts = {post.url: post for post in _read("Shares.csv", path.read_bytes())}
    worded = [row for row in expected if row["first_line"]]
    assert all(row["link"] in posts for row in worded)
    assert not any('""' in post.text for post in posts.values())
    for row in worded:
        wanted = dict.fromkeys(url.rstrip(".,:)") for url in row["urls"])
        assert [link.url for link in posts[row["link"]].links if link.origin == "body"] == list(
            wanted
        )


BOOKMARKS = b"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
<TITLE>Bookmarks</TITLE><DL><p><DT><H3>Systems</H3><DL><p>
<DT><A HREF="https://blog.example/leases" ADD_DATE="1795334400" TAGS="raft,clocks and time">\
Leases &amp; clocks</A><DD>Why a lease needs a bound.
<DT><A HREF="javascript:alert(1)">A bookmarklet</A><DD>No page.
<DT><A HREF="https://own.example/" ADD_DATE="1795334400000" PRIVATE="1">Mine</A>
</DL><p></DL><p>"""


def test_bookmarks_give_posts_with_titles_times_and_tags() -> None:
    first, mine = _read("bookmarks.html", BOOKMARKS)
    card = Card("Leases & clocks", "Why a lease needs a bound.", link="https://blog.example/leases")
    assert (first.links[0].url, first.cards) == ("https://blog.example/leases", (card,))
    assert first.hashtags == ("raft", "clocksandtime", "Systems")
    assert first.published == mine.published == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert mine.visibility == "private"


HTML = """<p>Hello reader</p>\
<a href="https://blog.example/leases?utm_source=n">Leases and clocks</a>
<a href="https://t.example/click?url=https%3A%2F%2Fpaper.example%2Fquorums.pdf">Quorums</a>
<a href="https://news.list-manage.com/track/click?u=1&amp;id=2">Hidden</a> \
<a href="https://site.example/?reader=me%40home.example">Named</a>
<a href="https://medium.com/@ada/clocks">Clocks</a>
<a href="https://site.example/unsubscribe?id=3">Leave</a> \
<a href="https://site.example/7">View in browser</a> <a href="mailto:a@b.c">Mail</a>"""
LETTER = f"""From: "Systems Weekly" <hello@weekly.example>
To: me@home.example
Subject: =?utf-8?q?Leases_and_clocks_=E2=80=93_issue_7?=
Date: Thu, 19 Nov 2026 08:00:00 +0000
Message-ID: <7@weekly.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

{HTML}
""".encode()


def test_newsletter_gives_only_its_subject_and_article_links() -> None:
    (post,) = _read("issue.eml", LETTER)
    assert [(link.url, link.shown) for link in post.links] == [
        ("https://blog.example/leases?utm_source=n", "Leases and clocks"),
        ("https://paper.example/quorums.pdf", "Quorums"),
        ("https://medium.com/@ada/clocks", "Clocks"),
    ]
    assert (post.text, post.author and post.author.name) == (
        "Leases and clocks – issue 7",
        "Systems Weekly",
    )
    assert post.published == datetime(2026, 11, 19, 8, tzinfo=UTC)


def test_mbox_with_several_letters_and_quoted_from_lines_is_parsed() -> None:
    plain = (
        b"From: a@b.example\nSubject: Two\nContent-Type: text/plain\n\n"
        b">From here on: https://two.example/a.\n"
    )
    posts = _read(
        "news.mbox",
        b"From x Thu Nov 19 08:00:00 2026\n"
        + LETTER
        + b"\n\nFrom y Thu Nov 19 09:00:00 2026\n"
        + plain,
    )
    assert [post.text for post in posts] == ["Leases and clocks – issue 7", "Two"]
    assert [link.url for link in posts[1].links] == ["https://two.example/a"]


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b"Content-Type: text/plain; charset=nonsense",
            b"From: <<<>>>,;:\x80",
            b"Date: Xxx, 99 Foo 99999",
        ),
        *(b"Content-Type: multipart/mixed; boundary=", b"Subject:\n x" * 500),
    ],
)
def test_broken_letter_is_parsed_without_error(raw: bytes) -> None:
    parse_file("a.eml", b"Subject: a\n" + raw + b"\n\nhttps://a.example/x", None, OPTIONS)


ARTICLE = {
    "type": "article",
    "url": "https://blog.example/leases",
    "title": "Leases",
    "authors": ["Ada"],
    "text": "One.\n\nTwo.",
}
POST = {
    "type": "post",
    "uri": "x:3",
    "network": "x",
    "author": {"handle": "ada", "name": "Ada"},
    "text": "T",
    "hashtags": ["Raft"],
    "links": ["https://b.example/"],
}
LINES = "\n".join(
    json.dumps(line) for line in (ARTICLE, POST, {"type": "from the future"})
).encode()


def test_our_own_export_gives_posts_and_articles() -> None:
    corpus = parse_file("corpus.jsonl", LINES, None, OPTIONS)
    assert (corpus.articles[0].url, corpus.articles[0].word_count, corpus.articles[0].authors) == (
        "https://blog.example/leases",
        2,
        ("Ada",),
    )
    (post,) = corpus.posts
    assert (post.uri, post.hashtags, post.links[0].url, post.author and post.author.handle) == (
        "x:3",
        ("Raft",),
        "https://b.example/",
        "ada",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "line 1: not JSON"),
        (b"\n[1]", "line 2: not a JSON object"),
        (b'{"type": "post"}', "line 1: a post without uri"),
    ],
)
def test_broken_line_of_an_export_is_named_in_the_error(line: bytes, message: str) -> None:
    with pytest.raises(InputError) as raised:
        _read("corpus.jsonl", line)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("anything", TWEETS, "xarchive"),
        ("export.zip", _zip({"data/tweets.js": TWEETS}), "xarchive"),
        ("Shares.csv", SHARES, "linkedin"),
        ("export.zip", _zip({"Shares.csv": SHARES}), "linkedin"),
        ("x.html", BOOKMARKS, "bookmarks"),
        ("x.eml", LETTER, "mbox"),
        ("x.jsonl", LINES, "jsonl"),
        ("list.xml", b"<?xml version='1.0'?><opml/>", "opml"),
        ("notes.txt", b"From here on, notes.", "paste"),
        ("notes.txt", b"We write https://x.example and #tags", "paste"),
    ],
)
def test_formats_are_recognised(name: str, data: bytes, format: str) -> None:
    assert detect_format(name, data) == format


def test_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_files, "MAX_MEMBER_BYTES", 1_000_000)
    with pytest.raises(InputError, match="unpacks to more than 1 MB"):
        _read(
            "bomb.zip",
            _zip({"data/tweets.js": b"window.YTD.tweets.part0 = [" + b" " * 3_000_000 + b"]"}),
        )


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04broken", _zip({"data/tweets.js": TWEETS})[:-30], _zip({"holiday.txt": b"x"})],
    ids=["stub", "cut", "other"],
)
def test_other_zip_archive_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(InputError, match=r"some\.zip"):
        _read("some.zip", data)


ANY_BYTES = st.binary(min_size=1, max_size=200) | st.sampled_from(
    [TWEETS, SHARES, BOOKMARKS, LETTER, LINES]
)


@settings(max_examples=150)
@given(format=st.sampled_from(format_names()), data=ANY_BYTES, cut=st.integers(0, 900))
def test_any_bytes_under_any_format_are_posts_or_a_clear_error(
    format: str, data: bytes, cut: int
) -> None:
    posts, error = _outcome(format, data[: len(data) - cut] or data)
    assert all(post.uri and post.network for post in posts)
    assert error is None or ("file" in error.message and error.hint)


def _outcome(format: str, data: bytes) -> tuple[tuple[Post, ...], HashtrailError | None]:
    try:
        return parse_file("file", data, format, OPTIONS).posts, None
    except HashtrailError as error:
        return (), error


def test_second_import_adds_nothing_and_an_export_can_be_imported(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from crawler.cli.main import cli

    (tmp_path / "data").mkdir()
    (tmp_path / "data/hashtrail.toml").write_text("", encoding="utf-8")
    (tmp_path / "corpus.jsonl").write_bytes(LINES)

    def run(*words: str) -> str:
        result = CliRunner().invoke(
            cli, ["--workspace", str(tmp_path), *words], catch_exceptions=False
        )
        assert result.exit_code == 0
        return result.stdout

    sample = str(ROOT / "data/inbox/sample.txt")
    assert json.loads(run("import", sample, "--json"))["new"] == 9
    assert json.loads(run("import", sample, "--json"))["same"] == 9
    assert json.loads(run("import", str(tmp_path / "corpus.jsonl"), "--json"))["articles"] == 1
    exported = [json.loads(line) for line in run("export", "--format", "jsonl").splitlines()]
    assert {item["uri"] for item in exported if item["type"] == "post"} >= {"x:3"}
    articles = [item for item in exported if item["type"] == "article"]
    assert [item["url"] for item in articles if "leases" in item["url"]] == [
        "https://blog.example/leases"
    ]
    assert not any("text" in item for item in articles)
