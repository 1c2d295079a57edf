"""Article keys: equal for URLs of one page, different for other pages."""

from __future__ import annotations

import json
from pathlib import Path

import ada_url
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cli.normalize import normalize as command
from crawler.links.article_key import normalize_url

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "urls"

SAME = [
    (
        "a wrapper in a wrapper",
        "https://web.archive.org/web/2020/https://l.facebook.com"
        "/l.php?u=https%3A%2F%2Fwww.example.org%2Fa%3Futm_source%3Dx",
        "https://example.org/a",
    ),
    (
        "an AMP cache of a mobile host",
        "https://m-example-org.cdn.ampproject.org/c/s/m.example.org/2024/clocks/amp",
        "https://example.org/2024/clocks/",
    ),
    (
        "a mailed link with tracking inside",
        "https://eur01.safelinks.protection.outlook.com"
        "/?url=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3D1&data=05",
        "http://www.example.org/a/",
    ),
    (
        "brackets, escaped or not",
        "https://en.wikipedia.org/wiki/Raft_%28algorithm%29",
        "https://en.wikipedia.org/wiki/Raft_(algorithm)",
    ),
    (
        "a relative target",
        "https://www.youtube.com/attribution_link?u=%2Fwatch%3Fv%3DdQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ",
    ),
    ("a port that is the scheme's own", "http://example.org:80/a", "https://example.org/a"),
    ("a host with a dot at its end", "https://example.org./a", "https://example.org/a"),
    ("user information", "https://ada:secret@example.org/a", "https://example.org/a"),
    ("an international host", "https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    (
        "a Medium post of a publication with a short title",
        "https://itnext.io/leases-0f1e2d3c4b5a",
        "https://medium.com/p/0f1e2d3c4b5a",
    ),
    (
        "click ids in another letter case",
        "https://clocks.example/drift?FBCLID=a&Gclid=b&MC_CID=c&_HSENC=d&CmpId=e&page=2",
        "https://clocks.example/drift?page=2",
    ),
    (
        "a target that an archive has escaped",
        "https://web.archive.org/web/20210304050607/https%3A%2F%2Fquorum.example%2Fpaxos%3Fp%3D1",
        "https://quorum.example/paxos?p=1",
    ),
    (
        "a cached page with an escaped target",
        "https://webcache.googleusercontent.com/search?q=cache%3Ak3%3Ahttps%3A%2F%2Fquorum.example%2Fb",
        "https://quorum.example/b",
    ),
    (
        "a comment system's link with a short signature",
        "http://disq.us/url?url=https%3A%2F%2Fquorum.example%3A8443%2Fnotes%3Aq_7&cuid=12",
        "https://quorum.example:8443/notes",
    ),
    (
        "a pin's link",
        "https://www.pinterest.com/offsite/?token=7&url=https%3A%2F%2Fquorum.example%2Fc",
        "https://quorum.example/c",
    ),
    (
        "an annotated page",
        "https://via.hypothes.is/https://quorum.example/d",
        "https://hyp.is/go?group=all&url=https%3A%2F%2Fquorum.example%2Fd",
    ),
    (
        "a mail's link with replaced characters",
        "https://urldefense.us/v3/__https://quorum.example/caf*?id=3*part__;w6kj!!A!b$",
        "https://quorum.example/caf%C3%A9?id=3",
    ),
    (
        "parameters of mail tools",
        "https://ring.example/a?_ri_=X&_ei_=E&_di_=d&inf_contact_key=1&cio_id=2&fp_ref=ada&li_ed=3"
        "&nr_email_referer=1&hubs_content=b&hubs_content-cta=c&at_campaign_type=owned&sccid=4",
        "https://ring.example/a?doing_wp_cron=17.5&cn-reloaded=1&nonamp=1",
    ),
    (
        "a later page of comments",
        "https://ring.example/2021/04/rings/comment-page-3/#comment-9",
        "https://ring.example/2021/04/rings/",
    ),
    ("a hashtag on X", "https://twitter.com/hashtag/paxos", "https://x.com/hashtag/paxos?f=live"),
    ("a preview of a channel", "https://t.me/s/rings/7?before=9", "https://t.me/rings/7"),
    ("a video", "https://www.youtube.com/watch/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ"),
    ("a share link", "https://www.threads.com/@a/post/C?xmt=Q", "https://threads.net/@a/post/C"),
    ("white space around", "  https://example.org/a\t", "https://example.org/a"),
]
DIFFERENT = [
    (
        "a repository and its namesake below amp",
        "https://github.com/example/amp",
        "https://github.com/example",
    ),
    ("branches", "https://github.com/a/b/tree/dev", "https://github.com/a/b/tree/main"),
    (
        "a file at a commit and today",
        "https://github.com/a/b/blob/0123456789abcdef0123456789abcdef01234567/x.md",
        "https://github.com/a/b/blob/main/x.md",
    ),
    ("case of a path", "https://example.org/Clocks", "https://example.org/clocks"),
    ("what `?p=` chooses", "https://example.org/?p=12", "https://example.org/?p=13"),
    (
        "dates at a path's end",
        "https://example.org/notes-202006231200",
        "https://example.org/other-202006231200",
    ),
    (
        "an answer and its question",
        "https://stackoverflow.com/a/11227902",
        "https://stackoverflow.com/questions/11227809",
    ),
    ("subdomains", "https://ada.example.org/a", "https://bob.example.org/a"),
    (
        "AMP as a product's name",
        "https://cloud.example.com/amp/pricing",
        "https://cloud.example.com/pricing",
    ),
    ("an escaped slash", "https://example.org/a%2Fb", "https://example.org/a/b"),
    (
        "values that are not a network",
        "https://example.org/maps?from=paris&via=lyon",
        "https://example.org/maps?from=paris&via=nice",
    ),
    (
        "UUIDs that share their last group",
        "https://store.example/item/6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "https://store.example/item/6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    ),
    (
        "titles with a UUID",
        "https://one.example/notes-on-rings-6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "https://two.example/notes-on-rings-6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    ),
    (
        "one word and an id on different hosts",
        "https://one.example/story-1a2b3c4d5e6f",
        "https://two.example/story-1a2b3c4d5e6f",
    ),
    (
        "letters and an id on different hosts",
        "https://one.example/c/a-b-c-0123456789ab",
        "https://two.example/c/a-b-c-0123456789ab",
    ),
    ("searches on X", "https://x.com/search?q=raft", "https://x.com/search?q=paxos"),
    (
        "words that differ in their first letter",
        "https://en.wiktionary.org/wiki/polish",
        "https://en.wiktionary.org/w/index.php?title=Polish",
    ),
    ("numbered tracks", "https://example.org/album?trk=3", "https://example.org/album?trk=4"),
]


@pytest.mark.parametrize(("why", "one", "other"), SAME, ids=[row[0] for row in SAME])
def test_urls_of_one_page_have_the_same_key(why: str, one: str, other: str) -> None:
    assert normalize_url(one).key == normalize_url(other).key != ""


@pytest.mark.parametrize(("why", "one", "other"), DIFFERENT, ids=[row[0] for row in DIFFERENT])
def test_urls_of_different_pages_have_different_keys(why: str, one: str, other: str) -> None:
    assert normalize_url(one).key != normalize_url(other).key


@pytest.mark.parametrize(
    ("url", "reason"),
    [("", "invalid"), ("clocks", "invalid"), ("https://", "invalid"),
     ("mailto:ada@example.org", "not-http"), ("javascript:alert(1)", "not-http"),
     ("http://[::1", "invalid"), ("https://exa mple.org/", "invalid"), ("\ud800", "invalid"),
     ("https://example.org/" + "a" * 9000, "too-long")],
)  # fmt: skip
def test_invalid_url_has_empty_key_and_reason(url: str, reason: str) -> None:
    assert normalize_url(url) == normalize_url(url)
    assert (normalize_url(url).key, normalize_url(url).rules) == ("", (reason,))


def test_redirector_without_target_keeps_its_own_key() -> None:
    assert normalize_url("https://www.google.com/url?q=clocks").key == "google.com/url?q=clocks"
    assert normalize_url("https://www.bing.com/ck/a?u=a1____").key.startswith("bing.com/ck/a")


_PIECES = st.text(st.sampled_from("ab/.?=&#%~:@-_2Fhtps!+;é mC1x"), max_size=40)


@settings(max_examples=300)
@given(
    st.sampled_from(
        [
            "https://example.org/",
            "http://www.youtube.com/watch",
            "https://github.com/a/b/",
            "https://web.archive.org/web/",
            "https://en.wikipedia.org/w/index.php?title=",
            "https://www.notion.so/Cells-",
            "https://example.org/why-leases-expire/amp",
            "https://example.org/a?x=1&amp;",
            "https://example.org/2024/05/a?utm_source=",
            "https://example.org/a?ref=",
            "",
        ]
    ),
    _PIECES,
)
def test_normalize_url_is_idempotent(start: str, rest: str) -> None:
    found = normalize_url(start + rest)
    assert not found.key or normalize_url(f"https://{found.key}").key == found.key


@pytest.mark.parametrize("path", [".%20", "..%20", ".%20%20", "a/.%C2%A0", ".%20/"])
def test_space_after_dots_is_not_dropped(path: str) -> None:
    key = normalize_url(f"https://example.org/{path}").key
    assert normalize_url(f"https://{key}").key == key


def test_keys_of_all_pairs_are_keys_of_themselves() -> None:
    rows = (Path(__file__).parent / "pairs.tsv").read_text().splitlines()[1:]
    keys = [normalize_url(url).key for row in rows for url in row.split("\t")[2:]]
    assert [key for key in keys if normalize_url(f"https://{key}").key != key] == []


@settings(max_examples=100)
@given(st.permutations(["a=1", "b=2", "c=3", "utm_source=x", "fbclid=y"]))
def test_parameter_order_does_not_change_the_key(parameters: list[str]) -> None:
    assert (
        normalize_url("https://example.org/x?" + "&".join(parameters)).key
        == "example.org/x?a=1&b=2&c=3"
    )


def test_normalize_command_writes_one_line_per_url() -> None:
    answer = CliRunner().invoke(
        command,
        ["--json"],
        input=b"https://www.example.org/a?utm_source=x\n\xff\xfe\nhttps://example.org/a\n",
    )
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [line["key"] for line in lines] == ["example.org/a", "", "example.org/a"]
    assert lines[0]["rules"] == ["www", "tracking-utm"]
    assert "example.org/a" in CliRunner().invoke(command, input="https://example.org/a\n").stdout


@pytest.mark.skipif(not CORPUS.exists(), reason="the measured corpora are not beside this checkout")
def test_parser_passes_all_cases_of_the_url_standard() -> None:
    cases = [
        case
        for case in json.loads((CORPUS / "whatwg_urltestdata.json").read_text())
        if isinstance(case, dict)
    ]
    wrong = [
        case["input"]
        for case in cases
        if _parsed(case["input"], case.get("base")) != case.get("href")
    ]
    assert (len(cases) > 500, wrong) == (True, [])


def _parsed(url: str, base: str | None) -> str | None:
    try:
        return str((ada_url.URL(url, base) if base else ada_url.URL(url)).href)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "unit",
    [
        "/amp/",
        "a",
        "-a",
        "/",
        "&u=a",
        "%2F",
        "http:/",
        "/20200101000000/",
        "/CL0/https:",
        "aHR0c",
        "/web/",
        "&a=b",
    ],
)
@pytest.mark.parametrize("host", ["example.org", "web.archive.org", "github.com", "www.google.com"])
def test_long_url_of_a_repeated_part_is_normalized(host: str, unit: str) -> None:
    for start in ("/", "/x?q="):
        assert normalize_url(f"https://{host}{start}" + unit * (4000 // len(unit))).url
