"""Changes that a network reports are applied the same night, with or without an edit date."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.settings.all_settings import Settings
from crawler.settings.fetch import FetchSettings
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from crawler.workspace import Workspace
from tests.crawl.test_recheck_posts import (
    SERVER,
    SOURCES,
    START,
    Net,
    RecheckRig,
    answer,
    failure,
    status,
    toot,
)

ADA = {"acct": "ada", "display_name": "Ada", "indexable": True, "url": f"{SERVER}/@ada"}


@pytest.fixture
def rig(tmp_path: Path) -> RecheckRig:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/sources.toml").write_text(SOURCES)
    return RecheckRig(open_memory(), Workspace(tmp_path, Settings(fetch=FetchSettings())))


def stored(rig: RecheckRig) -> str:
    """Every word that the database has of posts and authors, except their uris."""
    rows = rig.db.execute(
        "SELECT p.text, p.url, p.consent, a.handle, a.name, a.url FROM posts p "
        "LEFT JOIN authors a ON a.id = p.author_id"
    ).fetchall()
    return json.dumps(rows)


def shows(rig: RecheckRig, changes: dict[str, Any]) -> None:
    """Let the network show every post with these changes from now on."""

    def instead(url: str) -> Response | Failure | None:
        if "statuses?" not in url:
            return None
        numbers = [part.split("=")[1] for part in url.split("?")[1].split("&")]
        return answer(url, [status(number) | changes for number in numbers])

    rig.net.instead = instead


@pytest.mark.parametrize(
    "changes",
    [
        {"account": ADA | {"suspended": True}},
        {"account": ADA | {"limited": True}},
        {"account": ADA | {"memorial": True}},
        {"account": ADA | {"moved": {"acct": "elsewhere"}}},
        {"account": ADA | {"noindex": True}},
        {"account": ADA | {"note": "<p>no bots please</p>"}},
        {"account": ADA | {"indexable": False}},
        {"account": {key: value for key, value in ADA.items() if key != "indexable"}},
        {"visibility": "unlisted"},
        {"visibility": "private"},
        {"visibility": "direct"},
    ],
    ids=lambda changes: json.dumps(changes)[:60],
)
def test_narrower_post_or_account_loses_text_and_name(
    rig: RecheckRig, changes: dict[str, Any]
) -> None:
    save_posts(rig.db, "Trail", [toot(1), toot(2)], START)
    shows(rig, changes)
    rig.night(1, ("Trail",))
    assert "Words" not in stored(rig)
    assert "Ada" not in stored(rig)


def test_content_warning_of_a_moderator_is_applied(rig: RecheckRig) -> None:
    save_posts(rig.db, "Trail", [toot(1)], START)
    rig.net.instead = lambda url: answer(url, status("1") | {"sensitive": True})
    rig.night(1, ("Trail",))
    levels = rig.db.execute("SELECT level, text FROM publishable_posts").fetchall()
    assert levels == [("link-only", "")]


def test_text_changed_without_an_edit_date_is_replaced(rig: RecheckRig) -> None:
    save_posts(rig.db, "Trail", [toot(1)], START)
    rig.net.instead = lambda url: answer(url, status("1") | {"content": "<p>Corrected</p>"})
    assert rig.night(1, ("Trail",)).edited == 1
    assert list(rig.texts().values()) == ["Corrected"]


@pytest.mark.parametrize("account", [ADA | {"display_name": "Adam"}, ADA | {"acct": "adam"}])
def test_old_name_is_removed_from_all_old_posts(rig: RecheckRig, account: dict[str, Any]) -> None:
    posts = [toot(number) for number in range(1, 5)]
    save_posts(rig.db, "Trail", posts, START)
    rig.db.execute("UPDATE posts SET next_check = '2026-11-20T00:00:00Z' WHERE id > 2")
    shows(rig, {"account": account})
    rig.night(1, ("Trail",))
    names = rig.db.execute("SELECT handle, name FROM authors").fetchall()
    assert names == [(f"{account['acct']}@social.example", account["display_name"])]
    assert rig.db.execute("SELECT count(author_id) FROM posts").fetchone() == (4,)


@pytest.mark.parametrize("code", [401, 403])
def test_post_refused_three_nights_in_a_row_keeps_only_its_links(
    rig: RecheckRig, code: int
) -> None:
    save_posts(rig.db, "Trail", [toot(1), toot(2)], START)
    rig.net.instead = refusing(rig.net, {"1"}, code)
    for night in (1, 2):
        rig.night(night, ("Trail",))
        assert len(rig.texts()) == 2
    rig.night(3, ("Trail",))
    assert list(rig.texts()) == [toot(2).uri]
    reasons = rig.db.execute("SELECT reasons FROM withheld_posts").fetchall()
    assert reasons == [("refused by its server in 3 checks in a row (HTTP 401 or 403)",)]


def test_server_that_refuses_everything_withdraws_nothing(rig: RecheckRig) -> None:
    save_posts(rig.db, "Trail", [toot(1), toot(2)], START)
    rig.net.instead = lambda url: failure(url, 403, Outcome.FORBIDDEN)
    for night in range(1, 6):
        rig.night(night, ("Trail",))
    assert len(rig.texts()) == 2


def test_deleted_posts_are_removed_the_first_night_despite_40_refusals(rig: RecheckRig) -> None:
    save_posts(rig.db, "Trail", [toot(number) for number in range(1, 61)], START)
    refused = {str(number) for number in range(1, 41)}
    gone = {str(number) for number in range(56, 61)}
    rig.net.instead = refusing(rig.net, refused, 403)
    rig.net.lost = gone
    assert rig.night(1, ("Trail",)).deleted == 5
    deleted = rig.db.execute("SELECT uri FROM posts WHERE deleted_at IS NOT NULL").fetchall()
    assert {uri.rpartition("/")[2] for (uri,) in deleted} == gone
    assert len(rig.texts()) == 55


def test_refused_posts_never_keep_others_from_being_rechecked(rig: RecheckRig) -> None:
    save_posts(rig.db, "Trail", [toot(number) for number in range(1, 121)], START)
    refused = {str(number) for number in range(1, 101)}
    rig.net.instead = refusing(rig.net, refused, 403)
    rig.net.lost = {"120"}
    nights = [rig.night(night, ("Trail",)).deleted for night in range(1, 5)]
    assert sum(nights) == 1


def refusing(net: Net, numbers: set[str], code: int) -> Callable[[str], Response | Failure | None]:
    """A server that leaves these posts out of lists and refuses to show them alone."""

    def instead(url: str) -> Response | Failure | None:
        number = url.rpartition("/")[2]
        if "statuses?" in url:
            listed = [part.split("=")[1] for part in url.split("?")[1].split("&")]
            shown = [each for each in listed if each not in numbers | net.lost]
            return answer(url, [status(each) for each in shown])
        return failure(url, code, Outcome.FORBIDDEN) if number in numbers else None

    return instead
