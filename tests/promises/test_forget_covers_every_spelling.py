"""`forget` erases what names its subject in another spelling, and nothing without a subject."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli

ARTICLE = "https://a.example/on-leases"
ANNA = "mastodon:anna@trail.example"

Rows = list[tuple[Any, ...]]


def hashtrail(here: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(here), *words])


def stored(here: Path, query: str) -> Rows:
    with closing(sqlite3.connect(here / "data/state/hashtrail.db")) as db:
        return db.execute(query).fetchall()


def post(name: str, text: str, handle: str = "bo@trail.example", **fields: Any) -> dict[str, Any]:
    return {
        "type": "post",
        "uri": f"https://trail.example/{name}",
        "network": "mastodon",
        "author": {"handle": handle, "name": handle.split("@")[0]},
        "text": f"{text} #DistributedSystems",
        **fields,
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a workspace with posts."""

    def make(*posts: dict[str, Any]) -> Path:
        here = tmp_path / "kb"
        assert hashtrail(tmp_path, "init", str(here)).exit_code == 0
        lines = tmp_path / "lines.jsonl"
        lines.write_text("\n".join(map(json.dumps, posts)))
        result = hashtrail(here, "import", str(lines))
        assert result.exit_code == 0, result.output
        return here

    return make


@pytest.mark.parametrize(
    "spelling",
    [
        "https://a.example/on%2Dleases",
        "https://a.example//on-leases",
        "https://a.example/./on-leases",
        "https://a.example/x/../on-leases",
        "https://a.example:443/on-leases",
        "https://a.example./on-leases",
        "https://m.a.example/on-leases",
        "https://a.example/on-leases/index.html",
        "https://a.example/on-leases?utm_source=x",
    ],
)
def test_text_with_another_spelling_of_the_url_is_redacted(
    workspace: Callable[..., Path], spelling: str
) -> None:
    here = workspace(
        post("1", f"Read {ARTICLE}", links=[ARTICLE]), post("2", f"Also ({spelling}).")
    )
    assert hashtrail(here, "forget", ARTICLE).exit_code == 0
    texts = stored(here, "SELECT text FROM posts ORDER BY uri")
    assert texts == [
        ("Read [removed] #DistributedSystems",),
        ("Also ([removed]). #DistributedSystems",),
    ]
    assert hashtrail(here, "verify", "--forgotten", ARTICLE).exit_code == 0


def test_article_below_an_erased_profile_is_erased_as_a_whole(
    workspace: Callable[..., Path],
) -> None:
    below = "https://trail.example/@anna/9"
    here = workspace(
        post("1", "My post", "anna@trail.example"), post("2", f"See {below}", links=[below])
    )
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    assert stored(here, "SELECT url FROM articles UNION SELECT url FROM links") == []
    assert hashtrail(here, "verify").exit_code == 0
    assert hashtrail(here, "verify", "--forgotten", ANNA).exit_code == 0


def test_short_mention_of_an_erased_author_is_removed_from_the_posts_of_others(
    workspace: Callable[..., Path],
) -> None:
    here = workspace(
        post("1", "My post", "anna@trail.example"), post("2", "As @anna said, and @annabel too")
    )
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    assert stored(here, "SELECT text FROM posts") == [
        ("As [withheld] said, and @annabel too #DistributedSystems",)
    ]
    lines = here / "again.jsonl"
    lines.write_text(json.dumps(post("3", "Again: @anna")))
    assert hashtrail(here, "import", str(lines)).exit_code == 0
    (again,) = stored(here, "SELECT text FROM posts WHERE uri LIKE '%/3'")
    assert again == ("Again: [withheld] #DistributedSystems",)


@pytest.mark.parametrize(
    "url", ["https://trail.example/@anna", "https://trail.example/users/anna/"]
)
def test_profile_url_names_an_author_who_is_stored_without_it(
    workspace: Callable[..., Path], url: str
) -> None:
    here = workspace(post("1", "My post", "anna@trail.example"), post("2", "Another"))
    report = json.loads(hashtrail(here, "forget", url, "--json").stdout)
    assert (report["authors"], report["posts"]) == (1, 1)


@pytest.mark.parametrize(
    "nothing", ["", " ", "@", "@@", ":", "mastodon:", "mastodon:@", "http://", "mastadon:anna@a.b"]
)
def test_words_without_a_subject_erase_nothing(
    workspace: Callable[..., Path], nothing: str
) -> None:
    here = workspace(post("1", "A post"), post("2", "Another", "anna@trail.example"))
    result = hashtrail(here, "forget", nothing)
    assert result.exit_code != 0
    assert len(stored(here, "SELECT id FROM posts")) == 2
    assert stored(here, "SELECT digest FROM tombstones") == []


def test_unknown_subject_is_reported_and_refused_from_then_on(
    workspace: Callable[..., Path],
) -> None:
    here = workspace(post("1", "A post"))
    result = hashtrail(here, "forget", "mastodon:nobody@trail.example")
    assert result.exit_code == 0
    assert "It was not stored. It is refused from now on." in result.stdout
    assert len(stored(here, "SELECT id FROM posts")) == 1


@pytest.mark.parametrize(
    "spelling",
    [
        "https://trail.example/1?utm_source=x",
        "https://trail.example/1/",
        "https://trail.example/1#top",
        "http://www.trail.example/1",
        "https://trail.example:443/1",
        "https://TRAIL.example/1",
    ],
)
def test_post_is_erased_by_any_spelling_of_its_url(
    workspace: Callable[..., Path], spelling: str
) -> None:
    here = workspace(post("1", "A post", "anna@trail.example"), post("2", "Another"))
    report = json.loads(hashtrail(here, "forget", spelling, "--json").stdout)
    assert (report["posts"], report["authors"]) == (1, 0)
    assert stored(here, "SELECT uri FROM posts") == [("https://trail.example/2",)]
    assert stored(here, "SELECT handle FROM authors") == [("bo@trail.example",)]


@pytest.mark.parametrize("order", ["forget first", "import first"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "feed.xml",
            "<rss version='2.0'><channel><title>Anna</title><link>https://trail.example/@anna"
            "</link><item><guid>https://trail.example/@anna/1</guid><link>https://trail.example/"
            "@anna/1</link><title>Leases</title><description>On Raft #DistributedSystems"
            "</description></item></channel></rss>",
        ),
        (
            "bookmarks.html",
            "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL>"
            '<DT><A HREF="https://trail.example/@anna/1">Anna: "On Raft"</A>'
            '<DT><A HREF="https://trail.example/web/@anna/1">On Raft</A>'
            '<DT><A HREF="https://other.example/@anna@trail.example/1">On Raft</A>'
            '<DT><A HREF="https://trail.example/users/anna">Anna</A></DL>',
        ),
        (
            "article.jsonl",
            '{"type": "article", "url": "https://trail.example/@anna/1", "title": "On Raft", '
            '"text": "Raft, by Anna."}',
        ),
        (
            "other_network.jsonl",
            '{"type": "post", "uri": "https://relay.example/o/1", "network": "misskey", "text": '
            '"Raft", "author": {"handle": "Anna@trail.example", "name": "Anna"}}',
        ),
    ],
)
def test_erased_author_does_not_return_in_a_file_of_another_kind(
    workspace: Callable[..., Path], name: str, content: str, order: str
) -> None:
    here = workspace(post("2", "Another"))
    file = here.parent / name
    file.write_text(content)
    commands = [("import", str(file), "--all"), ("forget", ANNA)]
    for command in commands if order == "import first" else reversed(commands):
        result = hashtrail(here, *command)
        assert result.exit_code == 0, result.output
    assert stored(here, "SELECT uri FROM posts") == [("https://trail.example/2",)]
    assert stored(here, "SELECT url FROM articles") == []
    assert stored(here, "SELECT handle FROM authors") == [("bo@trail.example",)]
    assert hashtrail(here, "verify").exit_code == 0


def test_handle_in_a_card_is_removed_on_import(workspace: Callable[..., Path]) -> None:
    here = workspace(post("2", "Another"))
    hashtrail(here, "forget", ANNA)
    lines = here.parent / "cards.jsonl"
    card = {"title": "Anna (@anna@trail.example)", "link": "https://c.example/x"}
    lines.write_text(json.dumps(post("3", "A card", links=["https://c.example/x"], cards=[card])))
    assert hashtrail(here, "import", str(lines)).exit_code == 0
    assert stored(here, "SELECT title FROM cards") == [("Anna ([removed])",)]


@pytest.mark.parametrize("written", ["a.example/on-leases", "https%3A%2F%2Fa.example%2Fon-leases"])
def test_url_without_scheme_or_encoded_is_removed_on_import(
    workspace: Callable[..., Path], written: str
) -> None:
    here = workspace(post("2", "Another"))
    hashtrail(here, "forget", ARTICLE)
    lines = here.parent / "again.jsonl"
    lines.write_text(json.dumps(post("3", f"See {written}, all of it.")))
    assert hashtrail(here, "import", str(lines)).exit_code == 0
    (text,) = stored(here, "SELECT text FROM posts WHERE uri LIKE '%/3'")
    assert text == ("See [removed], all of it. #DistributedSystems",)


X_POST = "https://twitter.com/VictimF/status/1857000000000000001"
LINKEDIN_POST = "https://www.linkedin.com/posts/victime_clocks-activity-7123456789012345678-AbCd"
NEWS_POST = "https://news.ycombinator.com/item?id=41000001"
POSTS_OF_VICTIMS = {
    "x": ("VictimF", X_POST),
    "linkedin": ("victime", LINKEDIN_POST),
    "hackernews": ("victimd", NEWS_POST),
}


def post_of_victim(network: str) -> dict[str, Any]:
    handle, url = POSTS_OF_VICTIMS[network]
    return post("1", "My post", handle, network=network, uri=f"{network}:1", url=url)


def import_bookmark(here: Path, url: str) -> None:
    bookmarks = here.parent / "bookmarks.html"
    bookmarks.write_text(
        f'<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><DT><A HREF="{url}">Victim on Raft</A></DL>'
    )
    result = hashtrail(here, "import", str(bookmarks))
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("network", "profile"),
    [
        ("x", "https://mobile.twitter.com/VictimF"),
        ("x", "https://x.com/victimf?lang=en"),
        ("linkedin", "https://www.linkedin.com/in/victime/"),
        ("hackernews", "http://news.ycombinator.com/user?id=victimd"),
    ],
)
def test_profile_url_of_any_host_names_its_author(
    workspace: Callable[..., Path], network: str, profile: str
) -> None:
    here = workspace(post_of_victim(network), post("2", "Another"))
    report = json.loads(hashtrail(here, "forget", profile, "--json").stdout)
    assert (report["authors"], report["posts"]) == (1, 1)


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("x", f"{X_POST}?utm_source=x"),
        ("x", "https://x.com/i/status/1857000000000000001"),
        ("x", "https://mobile.twitter.com/i/web/status/1857000000000000001"),
        ("linkedin", f"{LINKEDIN_POST}?utm_source=share"),
        (
            "linkedin",
            "https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678/",
        ),
        ("hackernews", "http://news.ycombinator.com/item?id=41000001#top"),
        ("hackernews", f"{NEWS_POST}&utm_source=x"),
    ],
)
def test_post_of_an_erased_author_is_not_stored_again_in_any_spelling(
    workspace: Callable[..., Path], network: str, url: str
) -> None:
    here = workspace(post_of_victim(network), post("2", "Another"))
    hashtrail(here, "forget", f"{network}:{POSTS_OF_VICTIMS[network][0].lower()}")
    import_bookmark(here, url)
    assert stored(here, "SELECT uri FROM posts") == [("https://trail.example/2",)]
    assert stored(here, "SELECT url FROM articles") == []


def test_bookmark_of_a_post_is_erased_with_its_author(workspace: Callable[..., Path]) -> None:
    here = workspace(post_of_victim("x"), post("2", "Another"))
    import_bookmark(here, "https://x.com/i/status/1857000000000000001")
    assert len(stored(here, "SELECT uri FROM posts")) == 3
    hashtrail(here, "forget", "x:victimf")
    assert stored(here, "SELECT uri FROM posts") == [("https://trail.example/2",)]


@pytest.mark.parametrize(
    "profile",
    [
        "https://mobile.twitter.com/VictimF",
        "twitter.com/victimf",
        "https://x.com/victimf/status/9",
    ],
)
def test_profile_url_in_the_post_of_another_is_removed_and_counted(
    workspace: Callable[..., Path], profile: str
) -> None:
    here = workspace(post_of_victim("x"), post("2", f"See {profile}, who left"))
    report = json.loads(hashtrail(here, "forget", "x:victimf", "--json").stdout)
    assert report["mentions"] + report["links"] >= 1
    assert stored(here, "SELECT text FROM posts") == [
        ("See [removed], who left #DistributedSystems",)
    ]
    assert hashtrail(here, "verify", "--forgotten", "x:victimf").exit_code == 0


def test_short_mentions_are_counted(workspace: Callable[..., Path]) -> None:
    here = workspace(post("1", "My post", "anna@trail.example"), post("2", "As @anna said"))
    report = json.loads(hashtrail(here, "forget", ANNA, "--json").stdout)
    assert report["mentions"] == 1


@pytest.mark.parametrize(
    "profile",
    [
        "https://trail.example:443/@anna",
        "https://trail.example./@anna",
        "https://trail.example/%40anna",
        "https://www.trail.example/@anna/9",
    ],
)
def test_profile_of_an_erased_author_is_not_stored_in_any_spelling(
    workspace: Callable[..., Path], profile: str
) -> None:
    here = workspace(post("2", "Another"))
    hashtrail(here, "forget", ANNA)
    import_bookmark(here, profile)
    assert stored(here, "SELECT uri FROM posts") == [("https://trail.example/2",)]


DID = "did:plc:abcdefghijklmnopqrstuvwx"
RECORD = "app.bsky.feed.post/3kabcdefghi2j"
BY_DID = f"https://bsky.app/profile/{DID}/post/3kabcdefghi2j"
BY_HANDLE = "https://bsky.app/profile/victimb.bsky.social/post/3kabcdefghi2j"


def bluesky_post(uri: str = f"at://{DID}/{RECORD}", handle: str = DID) -> dict[str, Any]:
    return post("1", "My post", handle, network="bluesky", uri=uri, url=BY_HANDLE)


@pytest.mark.parametrize("spelling", [BY_DID, BY_HANDLE, f"at://{DID}/{RECORD}"])
def test_post_on_bluesky_is_erased_by_any_of_its_urls(
    workspace: Callable[..., Path], spelling: str
) -> None:
    here = workspace(bluesky_post(), post("2", "Another"))
    report = json.loads(hashtrail(here, "forget", spelling, "--json").stdout)
    assert report["posts"] == 1
    import_bookmark(here, BY_DID)
    import_bookmark(here, BY_HANDLE)
    assert stored(here, "SELECT uri FROM posts") == [("https://trail.example/2",)]


@pytest.mark.parametrize("handle", [DID, "victimb.bsky.social"])
@pytest.mark.parametrize(
    "subject",
    [
        f"bluesky:{DID}",
        DID,
        f"https://bsky.app/profile/{DID}",
        "bluesky:victimb.bsky.social",
        "https://bsky.app/profile/victimb.bsky.social",
    ],
)
def test_account_on_bluesky_is_erased_by_handle_and_did(
    workspace: Callable[..., Path], subject: str, handle: str
) -> None:
    text = f"Of at://{DID}/{RECORD} and {DID}, victimb.bsky.social"
    here = workspace(bluesky_post(handle=handle), post("2", text))
    report = json.loads(hashtrail(here, "forget", subject, "--json").stdout)
    assert (report["authors"], report["posts"]) == (1, 1)
    other_post = f"at://{DID}/app.bsky.feed.post/3kzzzzzzzzz2z"
    lines = here.parent / "again.jsonl"
    posts = (bluesky_post(other_post, DID), bluesky_post(other_post, "victimb.bsky.social"))
    lines.write_text("\n".join(map(json.dumps, posts)))
    assert hashtrail(here, "import", str(lines)).exit_code == 0
    assert stored(here, "SELECT text FROM posts") == [
        ("Of [withheld] and [removed], [removed] #DistributedSystems",)
    ]
    lines.unlink()
    proof = hashtrail(here, "verify", "--forgotten", f"bluesky:{DID}")
    assert proof.exit_code == 0, proof.output


def test_import_of_an_erased_post_names_the_reason(
    workspace: Callable[..., Path], tmp_path: Path
) -> None:
    here = workspace(post("1", "Mine", "anna@trail.example"))
    hashtrail(here, "forget", ANNA)
    again = hashtrail(here, "import", str(tmp_path / "lines.jsonl"))
    assert "0 new, 0 changed, 0 known already. Left out (1): posts that were erased" in again.output


def test_damaged_file_of_pending_words_stops_no_erasure(workspace: Callable[..., Path]) -> None:
    here = workspace(post("1", "Mine", "anna@trail.example"))
    (here / "data/state/forget-pending.json").write_text("5")
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    assert stored(here, "SELECT * FROM posts") == []
