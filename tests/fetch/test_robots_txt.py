"""robots.txt by RFC 9309, checked with cases of this project and with published ones."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.robots import robots
from crawler.errors import InputError
from crawler.fetch.robots_txt import MAX_BYTES, RobotsDecision, RobotsTxt

CASES = Path(__file__).resolve().parents[2] / "../shared/corpora/urls/robots_cases.jsonl.gz"
SITE = "http://example.org"


def verdict(
    body: str | bytes, path: str = "/private/x", agent: str = "hashtrail"
) -> RobotsDecision:
    return RobotsTxt.parse(body.encode() if isinstance(body, str) else body).decide(
        agent, SITE + path
    )


def allowed(body: str | bytes, path: str = "/private/x", agent: str = "hashtrail") -> bool:
    return verdict(body, path, agent).allowed


# RFC 9309 section -> file, path, allowed
RULES = [
    (
        "2.2.1 merged groups",
        "user-agent: hashtrail\ndisallow: /a\nuser-agent: x\ndisallow: /\n"
        "user-agent: HashTrail\ndisallow: /private",
        "/private/x",
        False,
    ),
    (
        "2.2.1 own group before *",
        "user-agent: *\ndisallow: /\nuser-agent: hashtrail\ndisallow: /a",
        "/private/x",
        True,
    ),
    ("2.2.1 no group at all", "user-agent: other\ndisallow: /", "/private/x", True),
    ("2.2.1 the whole token counts", "user-agent: hash\ndisallow: /", "/private/x", True),
    (
        "2.2.1 a version is no part of it",
        "user-agent: hashtrail/9.9 beta\ndisallow: /",
        "/private/x",
        False,
    ),
    (
        "2.2.1 several agents, one group",
        "user-agent: a\nuser-agent: hashtrail\ndisallow: /private",
        "/private/x",
        False,
    ),
    ("2.2.1 the group of nobody", "user-agent: 123\ndisallow: /", "/private/x", True),
    (
        "2.2.2 longest match",
        "user-agent: *\nallow: /private/x\ndisallow: /private",
        "/private/x",
        True,
    ),
    (
        "2.2.2 equal length allows",
        "user-agent: *\ndisallow: /private\nallow: /private",
        "/private/x",
        True,
    ),
    ("2.2.2 empty disallow", "user-agent: *\ndisallow:", "/private/x", True),
    ("2.2.2 robots.txt itself", "user-agent: *\ndisallow: /", "/robots.txt", True),
    ("2.2.2 paths have case", "user-agent: *\ndisallow: /Private", "/private/x", True),
    ("2.2.2 raw rule, encoded URL", "user-agent: *\ndisallow: /ツ", "/%E3%83%84", False),
    ("2.2.2 encoded rule, raw URL", "user-agent: *\ndisallow: /%E3%83%84", "/ツ", False),
    ("2.2.2 lower-case hexadecimals", "user-agent: *\ndisallow: /%e3%83%84", "/%E3%83%84", False),
    ("2.2.2 unreserved is decoded", "user-agent: *\ndisallow: /%62%61%7A", "/baz", False),
    ("2.2.2 query", "user-agent: *\ndisallow: /*?session=", "/a?session=1", False),
    ("2.2.3 star", "user-agent: *\ndisallow: /*/x", "/private/x", False),
    ("2.2.3 end", "user-agent: *\ndisallow: /private$", "/private/x", True),
    ("2.2.3 star and end", "user-agent: *\ndisallow: /*.gif$", "/private/x.gif", False),
    ("2.2.3 comment", "user-agent: *  # all\ndisallow: /private # not this", "/private/x", False),
    (
        "2.2.4 sitemaps are no rules",
        "user-agent: a\nsitemap: http://x/\nuser-agent: hashtrail\ndisallow: /",
        "/private/x",
        False,
    ),
    (
        "2.2.4 nor is crawl-delay",
        "user-agent: hashtrail\ncrawl-delay: 3\nuser-agent: b\ndisallow: /",
        "/private/x",
        False,
    ),
]


@pytest.mark.parametrize(
    ("body", "path", "expected"), [row[1:] for row in RULES], ids=[row[0] for row in RULES]
)
def test_rules_follow_rfc_9309(body: str, path: str, expected: bool):
    assert allowed(body, path) is expected


@pytest.mark.parametrize("body", [
    b"", b"\x00" * 1000, b"\xff\xfe\x00", b"<!doctype html><html><body>Not found</body></html>",
    b"User-agent\nDisallow", b"disallow: /",
    b"\xef\xbb\xbf", b":" * 9999, b"user-agent:\ndisallow: /",
])  # fmt: skip
def test_invalid_robots_txt_allows_everything(body: bytes):
    assert allowed(body)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r", "\n\n"])
def test_every_line_end_ends_a_line(end: str):
    assert not allowed(end.join(["user-agent: *", "disallow: /private", ""]))


def test_other_separators_do_not_end_a_line():
    for mark in ("\x0b", "\x0c", "\x1c", "\x85", "\u2028"):
        assert allowed(f"user-agent: *\ndisallow: /a{mark}disallow: /")


def test_byte_order_mark_is_removed():
    assert not allowed(b"\xef\xbb\xbfuser-agent: *\ndisallow: /")


def test_bytes_that_are_not_utf8_are_compared_percent_encoded():
    assert not allowed(b"user-agent: *\ndisallow: /caf\xe9", "/caf%E9")


def test_rules_beyond_the_size_limit_are_ignored():
    rule = b"\nuser-agent: *\ndisallow: /\n"
    assert not allowed(b"#" * (MAX_BYTES - len(rule)) + rule)
    assert allowed(b"#" * MAX_BYTES + rule)


def test_decision_has_the_deciding_rule_as_written():
    body = "user-agent: *\nDisallow: /\nAllow: /private   # open\nDisallow: /private/x*z\n"
    assert verdict(body, "/a").rule == "Disallow: /"
    assert verdict(body, "/private/y").rule == "Allow: /private"
    assert verdict(body, "/private/xyz").rule == "Disallow: /private/x*z"
    assert verdict("user-agent: *\ndisallow: /a", "/b").rule == ""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        ("0.5", 0.5),
        ("3600", 3600.0),
        ("-1", None),
        ("abc", None),
        ("inf", None),
        ("", None),
    ],
)
def test_crawl_delay_is_a_number_of_seconds_or_none(value: str, seconds: float | None):
    assert verdict(f"user-agent: *\ncrawl-delay: {value}\n").crawl_delay == seconds


def test_content_signals_come_from_the_matching_group():
    body = (
        "user-agent: *\nContent-Signal: search=yes, ai-train=no\nallow: /\n"
        "user-agent: other\ncontent-signal: search=no\nallow: /"
    )
    assert verdict(body).content_signal == (("ai-train", "no"), ("search", "yes"))
    assert verdict(body, agent="other").content_signal == (("search", "no"),)


def test_contradictory_content_signal_is_no():
    assert verdict(
        "user-agent: *\ncontent-signal: ai-input=no\ncontent-signal: ai-input=yes, nonsense"
    ).content_signal == (("ai-input", "no"),)


@given(st.binary(max_size=400), st.text(max_size=20), st.text(max_size=40))
def test_random_bytes_never_raise(body: bytes, agent: str, path: str):
    assert isinstance(allowed(b"user-agent: *\n" + body, "/" + path, agent), bool)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://[",
        "http://[::1",
        "//",
        "http://example.org",
        "http://example.org?q",
        "http://a:b/robots.txt",
        "\x00",
    ],
)
def test_random_url_never_raises(url: str):
    assert RobotsTxt.parse(b"user-agent: *\ndisallow: /a\nallow: /*b").decide("x", url).allowed


def test_rules_match_the_path_without_normalization():
    body = "user-agent: *\ndisallow: /?q\ndisallow: //twice"
    assert not any(allowed(body, path) for path in ("?q", "/?q", "//twice"))
    assert allowed(body, "/twice")
    assert allowed(body, "")


def test_shortest_of_thirty_thousand_rules_decides_if_no_longer_one_matches():
    rules = b"".join(b"allow: /%x*\n" % number for number in range(30_000))
    assert verdict(b"user-agent: *\nallow: /\n" + rules, "/zzz").rule == "allow: /"


@pytest.mark.skipif(
    not CASES.exists(), reason="the folder of published corpora is not beside this checkout"
)
def test_published_cases_agree_except_for_documented_differences():
    cases = [json.loads(line) for line in gzip.decompress(CASES.read_bytes()).splitlines()]
    others = []
    for case in cases:
        body = (
            base64.b64decode(case["robots_txt_b64"])
            if "robots_txt_b64" in case
            else case["robots_txt"].encode()
        )
        if RobotsTxt.parse(body).decide(case["user_agent"], case["url"]).allowed != (
            case["expected"] == "allowed"
        ):
            others.append(case)
    assert len(others) <= 0.02 * len(cases)
    # RFC 9309 section 2.2.2: the file itself is always allowed, and octets outside ASCII are
    # compared percent-encoded.
    for case in others:
        assert case["url"].endswith("/robots.txt") or not case["url"].isascii()


def test_robots_filter_writes_one_line_per_input_line():
    lines = [
        json.dumps(
            {
                "robots_b64": base64.b64encode(b"user-agent: *\ndisallow: /a").decode(),
                "agent": "x",
                "url": SITE + path,
            }
        )
        for path in ("/a", "/b")
    ]
    assert (
        CliRunner().invoke(robots, ["--json"], "\n".join(lines)).output
        == '{"allowed": false}\n{"allowed": true}\n'
    )
    assert (
        CliRunner().invoke(robots, [], "\n".join(lines)).output
        == f"disallowed  {SITE}/a  disallow: /a\nallowed  {SITE}/b\n"
    )


@pytest.mark.parametrize(
    "case",
    [
        {},
        {"robots_b64": "!", "agent": "x", "url": SITE},
        {"robots_b64": "", "agent": 1, "url": SITE},
    ],
)
def test_robots_filter_error_shows_the_input_format(case: dict[str, object]):
    assert isinstance(
        CliRunner().invoke(robots, ["--json"], json.dumps(case)).exception, InputError
    )
