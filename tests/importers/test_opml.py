"""Lists of subscriptions: folders, titles, home pages, comments and the scheme of old readers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.errors import InputError
from crawler.importers.opml import Subscription, parse_subscriptions
from crawler.sources.configured_sources import load_sources
from crawler.sources.opml_document import opml_document

HEAD = "<opml version='2.0'><head><title>Reader</title></head><body>"
LIST = f"""{HEAD}
<outline text="I/O &amp; storage"><outline text="Deep \\ down">
  <outline type="rss" text="Disks" title="The disks" xmlUrl="https://disks.example/feed"
    htmlUrl="https://disks.example/"/>
</outline></outline>
<outline text="News" title="News" xmlUrl="https://a.example/rss"/>
<outline text="News" title="News" xmlUrl="https://b.example/rss"/>
<outline text="Old" isComment="true"><outline text="Quiet" xmlUrl="http://quiet.example/rss"/></outline>
</body></opml>"""


def _parse(outlines: str) -> tuple[Subscription, ...]:
    return parse_subscriptions("list.opml", f"{HEAD}{outlines}</body></opml>".encode())


def _run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(folder), *words], catch_exceptions=False)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/hashtrail.toml").write_text("", encoding="utf-8")
    (tmp_path / "data/sources.toml").write_text("# ours\n", encoding="utf-8")
    return tmp_path


def test_outline_has_text_title_folder_home_and_state() -> None:
    disks, first, second, quiet = parse_subscriptions("list.opml", LIST.encode())
    assert disks == Subscription(
        "Disks",
        "https://disks.example/feed",
        "The disks",
        "I\\/O & storage/Deep \\\\ down",
        "https://disks.example/",
    )
    assert (first.text, second.text, quiet.enabled) == ("News", "News", False)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
        (" FEED:http://a.example/rss", "http://a.example/rss"),
        ("https://a.example/rss?a=1&amp;b=2", "https://a.example/rss?a=1&b=2"),
    ],
)
def test_feed_scheme_of_old_readers_becomes_a_web_scheme(written: str, url: str) -> None:
    (subscription,) = _parse(f'<outline text="A" xmlUrl="{written}"/>')
    assert subscription.url == url


def test_list_of_too_many_feeds_is_refused_with_their_number() -> None:
    outlines = "".join(f'<outline xmlUrl="https://a.example/{at}"/>' for at in range(5_001))
    with pytest.raises(InputError, match="lists 5,001 feeds; 5,000 is the most"):
        _parse(outlines)


def test_list_of_the_most_feeds_is_read_in_full() -> None:
    outlines = "".join(f'<outline xmlUrl="https://a.example/{at}"/>' for at in range(5_000))
    assert len(_parse(outlines)) == 5_000


def test_url_that_occurs_twice_is_one_subscription() -> None:
    outline = '<outline text="{}" xmlUrl="https://a.example/rss"/>'
    assert [feed.text for feed in _parse(outline.format("One") + outline.format("Two"))] == ["One"]


def test_deeply_nested_and_unclosed_outlines_end_with_the_feeds_found() -> None:
    outlines = '<outline text="x">' * 2_000 + '<outline text="A" xmlUrl="https://a.example/f">'
    (subscription,) = _parse(outlines)
    assert subscription.folder.count("/") <= 9


def test_imported_list_is_exported_again_unchanged(here: Path) -> None:
    path = here / "list.opml"
    path.write_text(LIST, encoding="utf-8")
    assert "4 of 4 added" in _run(here, "sources", "add", str(path), "--unchecked").output
    exported = _run(here, "export", "--format", "opml").output.encode()
    before = parse_subscriptions("list.opml", LIST.encode())
    after = parse_subscriptions("list.opml", exported)
    assert after == tuple(
        subscription._replace(title=subscription.title or subscription.text)
        for subscription in before
    )
    names = [source.name for source in load_sources(here / "data/sources.toml")]
    assert names == ["Disks", "News", "News (b.example)", "Quiet"]


def test_exported_list_of_the_shipped_sources_is_stable(tmp_path: Path) -> None:
    sources = load_sources(Path(__file__).parents[2] / "data/sources.toml")
    document = opml_document("Feeds", sources)
    feeds = parse_subscriptions("list.opml", document.encode())
    expected = [source for source in sources if getattr(source.options, "url", "")]
    assert [feed.text for feed in feeds] == [source.name for source in expected]
    assert [feed.folder for feed in feeds] == [source.group for source in expected]
    assert [feed.enabled for feed in feeds] == [source.enabled for source in expected]


def test_exported_url_has_no_secret(here: Path) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    table = (
        f'[[source]]\nname = "A"\nkind = "feed"\nurl = "https://a.example/f?access_token={secret}"'
    )
    (here / "data/sources.toml").write_text(table, encoding="utf-8")
    assert secret not in _run(here, "export", "--format", "opml").output
    assert secret in json.loads(_run(here, "sources", "list", "--json").output)["options"]["url"]
