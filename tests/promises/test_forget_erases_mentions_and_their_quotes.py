"""`forget` erases every mention of an author, and nothing around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.promises.test_forget_covers_every_spelling import (
    ANNA,
    ARTICLE,
    Rows,
    hashtrail,
    post,
    stored,
    workspace,
)

__all__ = ["workspace"]
Make = Callable[..., Path]


def texts(here: Path) -> list[str]:
    rows = stored(here, "SELECT text FROM posts ORDER BY uri")
    return [text.removesuffix(" #DistributedSystems") for (text,) in rows]


def links(here: Path) -> Rows:
    return stored(here, "SELECT url FROM links ORDER BY url")


def left_by_verify(here: Path) -> str:
    result = hashtrail(here, "verify", "--forgotten")
    return "" if result.exit_code == 0 else result.output


@pytest.mark.parametrize(
    ("erased", "url"),
    [
        (ANNA, "https://trail.example/.well-known/webfinger?resource=acct%3Aanna%40trail.example"),
        (ANNA, "https://s.example/share?text=hi%20%40anna%40trail.example"),
        (ANNA, "https://s.example/follow?uri=https%3A%2F%2Ftrail.example%2F%40anna"),
        (ANNA, "https://s.example/share?text=hi%2520%2540anna%2540trail.example"),
        (ANNA, "https://x.example/?a=%22anna@trail.example%22"),
        (ANNA, "https://x.example/q=%5Banna@trail.example%5D"),
        ("bluesky:anna.bsky.social", "https://bsky.app/search?q=from%3Aanna.bsky.social"),
        ("bluesky:did:plc:abcd", "https://x.example/?of=did%3Aplc%3Aabcd"),
        (ANNA, "https://trail.example/@anna.rss"),
        (ANNA, "https://trail.example/users/anna.json"),
        ("github:anna", "https://github.com/anna.atom"),
        ("devto:anna", "https://dev.to/feed/anna"),
        ("hackernews:anna", "https://hnrss.org/user?id=anna"),
        ("lemmy:anna@trail.example", "https://trail.example/feeds/u/anna.xml"),
        ("github:anna", "https://s.example/?u=github.com/anna"),
        ("github:anna", "https://s.example/https://github.com/bo/r?x=https://github.com/anna"),
        ("linkedin:anna-b", "https://s.example/?u=linkedin.com/in/anna-b"),
        ("bluesky:anna.example", "https://bsky.app/profile/@anna.example"),
    ],
)
def test_url_that_names_the_author_is_removed_and_refused(
    workspace: Make, tmp_path: Path, erased: str, url: str
) -> None:
    here = workspace(post("1", f"See {url} now", links=[url]))
    assert hashtrail(here, "forget", erased).exit_code == 0
    for _ in range(2):
        assert [text for text in texts(here) if "anna" in text or "abcd" in text] == []
        assert links(here) == []
        assert left_by_verify(here) == ""
        hashtrail(here, "import", str(tmp_path / "lines.jsonl"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (".@anna thanks", ".- thanks"),
        ("cc/@anna", "cc/-"),
        ("by _@anna_ and _@anna@trail.example_", "by _-_ and _-_"),
        ("ありがとう@annaさん", "ありがとう-さん"),
        ("ありがとう@anna@trail.exampleさん。", "ありがとう-さん。"),
        ("連絡先はanna@trail.exampleです", "連絡先は-です"),
        ("参照https://trail.example/@annaさんの投稿。", "参照-さんの投稿。"),
        ("参照https://trail.example/@anna/1。とても良い説明です。", "参照-。とても良い説明です。"),
        ("参照trail.example/@annaさん", "参照-さん"),
        ("＠anna＠trail.exampleさん", "-さん"),
    ],
)
def test_mention_is_removed_and_the_words_around_it_stay(
    workspace: Make, tmp_path: Path, text: str, left: str
) -> None:
    here = workspace(post("1", text))
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    for _ in range(2):
        (found,) = texts(here)
        assert found.replace("[withheld]", "-").replace("[removed]", "-") == left
        assert left_by_verify(here) == ""
        hashtrail(here, "import", str(tmp_path / "lines.jsonl"))


@pytest.mark.parametrize(
    "text",
    [
        "mail bob@anna.example or x@anna",
        "https://medium.example/@anna/raft",
        "@annabel and @anna-maria and @anna_b",
        "anna@trail.example.org and https://trail.example.org/@anna",
        "https://github.com/features and https://github.com/search?q=raft",
        "@anna@日本.example and @anna@本日本.example and @anna@trail.example2",
        "@anna:matrix.example and https://feed.example/@trail.example/rss",
    ],
)
def test_similar_name_stays(workspace: Make, text: str) -> None:
    here = workspace(post("1", text))
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    for other in ("github:features", "github:search", "bluesky:trail.example"):
        assert hashtrail(here, "forget", other).exit_code == 0
    assert texts(here) == [text]
    assert left_by_verify(here) == ""


def test_longer_urls_and_other_sites_stay_next_to_an_erased_url(workspace: Make) -> None:
    others = [f"{ARTICLE}-2", f"{ARTICLE}/2", f"{ARTICLE}?id=2", "https://a.example.org/"]
    text = " ".join([ARTICLE, *others, "https://a.example", "https://a.example/other"])
    here = workspace(post("1", text, links=[ARTICLE, *others, "https://a.example/"]))
    assert hashtrail(here, "forget", ARTICLE).exit_code == 0
    assert hashtrail(here, "forget", "https://a.example/").exit_code == 0
    expected = ["[removed]", *others, "[removed]", "https://a.example/other"]
    assert texts(here) == [" ".join(expected)]
    assert links(here) == [(url,) for url in sorted(others)]


@pytest.mark.parametrize(
    ("network", "handle", "spelling"),
    [
        ("mastodon", "anna@trail.example", "@anna@trail.example"),
        ("mastodon", "anna@trail.example", "acct:anna@trail.example"),
        ("mastodon", "anna@trail.example", "anna@trail.example."),
        ("mastodon", "anna@trail.example", "https://trail.example/@anna"),
        ("mastodon", "anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("mastodon", "anna@xn--bcher-kva.example", "anna@bücher.example"),
        ("bluesky", "zed.bsky.social", "@zed.bsky.social"),
        ("x", "yan", "@Yan"),
        ("x", "yan", "x.com/yan"),
    ],
)
def test_author_under_another_spelling_is_erased_and_not_stored_again(
    workspace: Make, tmp_path: Path, network: str, handle: str, spelling: str
) -> None:
    here = workspace(post("1", "Mine", spelling, network=network))
    assert hashtrail(here, "forget", f"{network}:{handle}").exit_code == 0
    assert texts(here) == []
    hashtrail(here, "import", str(tmp_path / "lines.jsonl"))
    assert texts(here) == []


def test_evidence_of_another_post_loses_the_name_too(workspace: Make) -> None:
    said = "I learned raft consensus and leader election from @anna and @anna@trail.example today."
    here = workspace(post("1", said))
    assert hashtrail(here, "retag").exit_code == 0
    assert "@anna" in str(stored(here, "SELECT sentence FROM evidence"))
    assert hashtrail(here, "backup").exit_code == 0
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    sentences = stored(here, "SELECT DISTINCT sentence FROM evidence")
    assert sentences
    assert "@anna" not in str(sentences)
    assert hashtrail(here, "verify").exit_code == 0
    found = [path for path in (here / "data").rglob("*.db") if b"@anna" in path.read_bytes()]
    assert found == []


def test_post_under_a_handle_of_two_accounts_is_refused(workspace: Make, tmp_path: Path) -> None:
    page = "https://bsky.app/profile/anna.bsky.social/post/"
    own = post("", "Mine", "anna.bsky.social", network="bluesky")
    records = [
        own | {"uri": "at://did:plc:anna/app.bsky.feed.post/1", "url": f"{page}1"},
        own | {"uri": "at://did:plc:carl/app.bsky.feed.post/2", "url": f"{page}2"},
        post("3", f"Read {page}1", links=[f"{page}1"]),
    ]
    here = workspace(*records)
    assert hashtrail(here, "forget", "did:plc:anna").exit_code == 0
    for _ in range(2):
        assert texts(here) == ["Mine", "Read [removed]"]
        hashtrail(here, "import", str(tmp_path / "lines.jsonl"))


def test_article_with_the_path_of_a_profile_is_not_a_profile(
    workspace: Make, tmp_path: Path
) -> None:
    page = "https://docs.example/users/install"
    here = workspace(post("1", f"{page}/linux install@docs.example", links=[f"{page}/linux"]))
    (tmp_path / "more.jsonl").write_text(json.dumps(post("2", page, links=[page])))
    hashtrail(here, "import", str(tmp_path / "more.jsonl"))
    assert hashtrail(here, "retag").exit_code == 0
    assert hashtrail(here, "forget", page).exit_code == 0
    assert texts(here) == [f"{page}/linux install@docs.example", "[removed]"]
    assert links(here) == [(f"{page}/linux",)]


@pytest.mark.parametrize(
    "named", ["?utm_campaign=@anna@trail.example", "#:~:text=@anna@trail.example"]
)
def test_article_stays_when_one_link_names_the_author(
    workspace: Make, tmp_path: Path, named: str
) -> None:
    here = workspace(
        post("1", f"Read {ARTICLE}", links=[ARTICLE]),
        post("2", f"Also {ARTICLE}{named}", links=[f"{ARTICLE}{named}"]),
    )
    assert hashtrail(here, "retag").exit_code == 0
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    for _ in range(2):
        assert stored(here, "SELECT id, url FROM articles") == [(1, ARTICLE)]
        assert texts(here)[0] == f"Read {ARTICLE}"
        assert "anna" not in texts(here)[1]
        assert links(here) == [(ARTICLE,)]
        assert hashtrail(here, "verify").exit_code == 0
        hashtrail(here, "import", str(tmp_path / "lines.jsonl"))


def test_front_page_is_erased_without_the_other_pages_of_its_host(workspace: Make) -> None:
    page = "https://s.example/share?id=1"
    here = workspace(post("1", f"https://s.example/ and {page}", links=[page]))
    assert hashtrail(here, "forget", "https://s.example/").exit_code == 0
    assert texts(here) == [f"[removed] and {page}"]
    assert left_by_verify(here) == ""


@pytest.mark.parametrize("spelling", ["acct:anna@trail.example", "https://trail.example/@anna"])
def test_author_is_found_under_each_spelling_of_the_handle(workspace: Make, spelling: str) -> None:
    here = workspace(post("1", "Mine", "anna@trail.example"))
    assert hashtrail(here, "forget", f"mastodon:{spelling}").exit_code == 0
    assert texts(here) == []


@pytest.mark.parametrize(
    ("erased", "mention"),
    [
        ("github:anna", "https://github.com/anna/repo"),
        (ANNA, "https://s.example/?u=https%3A%2F%2Ftrail.example%2F%40anna"),
        (ANNA, "anna@trail.example"),
        ("did:plc:abcd", "https://bsky.app/profile/did:plc:abcd/post/1"),
        ("bluesky:anna.bsky.social", "https://bsky.app/search?q=anna.bsky.social"),
    ],
)
def test_restored_backup_loses_the_mentions_too(
    workspace: Make, tmp_path: Path, erased: str, mention: str
) -> None:
    article = {"type": "article", "url": ARTICLE, "title": "Leases", "text": f"See {mention} on"}
    post_of_article = post("1", f"Raft leases by {mention} here", links=[ARTICLE])
    here = workspace(post_of_article, article)
    assert hashtrail(here, "retag").exit_code == 0
    assert hashtrail(here, "backup").exit_code == 0
    (backup,) = (here / "data/state/backups").glob("hashtrail-*.db")
    kept = tmp_path / backup.name
    kept.write_bytes(backup.read_bytes())
    assert hashtrail(here, "forget", erased).exit_code == 0
    assert hashtrail(here, "restore", str(kept)).exit_code == 0
    assert left_by_verify(here) == ""
    assert mention not in str(
        stored(here, "SELECT text FROM posts UNION SELECT text FROM articles")
    )
    assert mention not in str(stored(here, "SELECT sentence FROM evidence"))


def test_preview_counts_the_posts_that_lose_a_mention(workspace: Make) -> None:
    here = workspace(post("1", "hi @anna"), post("2", "mail anna@trail.example"), post("3", "Raft"))
    shown = hashtrail(here, "forget", ANNA, "--dry-run")
    assert "2 other posts would lose a mention or link in the text." in shown.output


def test_preview_counts_mentions_without_an_at_sign(workspace: Make) -> None:
    here = workspace(post("1", "see https://github.com/anna/repo"))
    shown = hashtrail(here, "forget", "github:anna", "--dry-run")
    assert "1 other post would lose" in shown.output


TRACKED = f"{ARTICLE}?utm_campaign=@anna@trail.example"


def test_article_that_is_stored_under_a_link_with_the_name_stays(
    workspace: Make, tmp_path: Path
) -> None:
    here = workspace(
        post("1", f"Read {TRACKED}", links=[TRACKED]),
        post("2", f"Also {ARTICLE}", links=[ARTICLE]),
        {"type": "article", "url": TRACKED, "title": "Leases", "text": "A lease expires."},
    )
    assert hashtrail(here, "retag").exit_code == 0
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    for _ in range(2):
        assert stored(here, "SELECT url, title FROM articles") == [(ARTICLE, "Leases")]
        assert texts(here)[1] == f"Also {ARTICLE}"
        assert left_by_verify(here) == ""
        assert hashtrail(here, "verify").exit_code == 0
        hashtrail(here, "import", str(tmp_path / "lines.jsonl"))


OWN_URLS = (
    {"uri": "https://trail.example/anna@trail.example/8"},
    {"url": "https://list.example/anna@trail.example/6"},
)


@pytest.mark.parametrize("own", OWN_URLS)
def test_post_with_the_handle_in_its_own_url_is_erased_and_refused(
    workspace: Make, tmp_path: Path, own: dict[str, str]
) -> None:
    here = workspace(post("1", "By another") | own)
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    for _ in range(2):
        assert texts(here) == []
        assert left_by_verify(here) == ""
        hashtrail(here, "import", str(tmp_path / "lines.jsonl"))


def test_restored_rows_keep_their_own_urls(workspace: Make, tmp_path: Path) -> None:
    named = f"{ARTICLE}?by=@anna@trail.example"
    records = [
        post("1", f"Read {TRACKED}", links=[TRACKED]),
        post("2", f"Also {ARTICLE}", links=[ARTICLE]),
        *(post(f"3{number}", "By another") | own for number, own in enumerate(OWN_URLS)),
        {"type": "article", "url": TRACKED, "title": "Leases", "text": "A lease expires."},
        {"type": "article", "url": named, "title": "Clocks", "text": "A clock drifts."},
    ]
    here = workspace(*records)
    assert hashtrail(here, "retag").exit_code == 0
    assert hashtrail(here, "backup").exit_code == 0
    (backup,) = (here / "data/state/backups").glob("hashtrail-*.db")
    kept = tmp_path / backup.name
    kept.write_bytes(backup.read_bytes())
    for path in (here / "data/state").glob("hashtrail.db*"):
        path.unlink()
    for path in (here / "data/state/backups").iterdir():
        path.unlink()
    (tmp_path / "other.jsonl").write_text(json.dumps(post("9", "Raft")))
    assert hashtrail(here, "import", str(tmp_path / "other.jsonl")).exit_code == 0
    assert hashtrail(here, "forget", ANNA).exit_code == 0
    assert hashtrail(here, "restore", str(kept)).exit_code == 0
    assert stored(here, "SELECT url FROM articles") == [(ARTICLE,)]
    assert [uri for (uri,) in stored(here, "SELECT uri FROM posts") if "[" in uri] == []
    assert left_by_verify(here) == ""
    assert hashtrail(here, "verify").exit_code == 0
    assert hashtrail(here, "retag").exit_code == 0
