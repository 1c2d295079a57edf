"""`hashtrail posts`: stored responses in, posts out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.errors import InputError, UsageError

URL = "https://social.example/api/v1/timelines/tag/Raft?limit=40"
STATUS = {
    "id": "111",
    "uri": "https://social.example/users/ada/statuses/111",
    "url": "https://social.example/@ada/111",
    "visibility": "public",
    "content": '<p>Leases <a href="https://blog.example.org/leases">explained</a> #Raft</p>',
    "card": {"url": "https://blog.example.org/leases", "title": "Leases"},
    "account": {"id": "1", "acct": "ada", "display_name": "Ada", "indexable": True},
    "tags": [{"name": "raft"}],
}
RSS = "<rss version='2.0'><channel><item><title>Leases</title></item></channel></rss>"


def run_filter(*rows: Any, kind: str = "mastodon", arguments: tuple[str, ...] = ("--json",)) -> Any:
    """Run `hashtrail posts --kind KIND ARGUMENTS` with one JSON line of input for each row."""
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    command = ["posts", "--kind", kind, *arguments]
    return CliRunner().invoke(cli, command, input=lines, standalone_mode=False)


def written(result: Result) -> list[dict[str, Any]]:
    """The JSON lines that the filter wrote."""
    assert result.exception is None, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_response_gives_text_links_cards_hashtags_and_author() -> None:
    row = {"url": URL, "options": ["social.example", "Raft"], "body": [STATUS]}
    assert written(run_filter(row)) == [
        {
            "posts": [
                {
                    "text": "Leases explained #Raft",
                    "links": ["https://blog.example.org/leases"],
                    "cards": ["https://blog.example.org/leases"],
                    "hashtags": ["Raft"],
                    "author": "Ada",
                }
            ],
            "outcome": "ok",
        }
    ]


def test_options_as_object_equal_options_as_list() -> None:
    listed = {"url": URL, "options": ["social.example", "Raft"], "body": [STATUS]}
    named = listed | {"options": {"server": "social.example", "hashtag": "Raft"}}
    first, second = written(run_filter(listed, named))
    assert first == second


def test_body_as_string_is_the_text_of_the_response() -> None:
    url = "https://blog.example.org/feed.xml"
    (line,) = written(run_filter({"url": url, "options": [url], "body": RSS}, kind="feed"))
    assert [post["text"] for post in line["posts"]] == ["Leases"]


def test_unusable_response_gives_its_outcome_and_no_posts() -> None:
    row = {"url": URL, "options": ["social.example", "Raft"], "body": "<html>"}
    assert written(run_filter(row)) == [{"posts": [], "outcome": "bad_content"}]


def test_without_json_each_post_is_one_line_and_a_failure_goes_to_standard_error() -> None:
    good = {"url": URL, "options": ["social.example", "Raft"], "body": [STATUS]}
    result = run_filter(good, good | {"body": {}}, arguments=())
    assert result.stdout.split() == [
        "Ada",
        "Leases",
        "explained",
        "#Raft",
        "https://blog.example.org/leases",
    ]
    assert result.stderr.startswith("bad_content: social.example ")


def test_unknown_kind_lists_the_known_kinds() -> None:
    error = run_filter(kind="minitel").exception
    assert isinstance(error, UsageError)
    assert "'minitel'" in error.message
    assert "mastodon" in error.hint


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ({"options": [], "body": []}, '"url" or "body" is missing'),
        ({"url": URL, "options": []}, '"url" or "body" is missing'),
        ({"url": URL, "options": "x", "body": []}, "neither an object nor a list"),
        ({"url": URL, "options": ["a", "b", "lenient", "d"], "body": []}, "4 options"),
        ({"url": URL, "options": {"port": 1}, "body": []}, "'port'"),
        ({"url": URL, "options": ["no host", "Raft"], "body": []}, "'no host'"),
    ],
)
def test_invalid_line_names_its_number_and_the_problem(row: dict[str, Any], part: str) -> None:
    good = {"url": URL, "options": ["social.example", "Raft"], "body": [STATUS]}
    error = run_filter(good, row).exception
    assert isinstance(error, InputError)
    assert error.message.startswith("standard input, object 2")
    assert part in error.message
