"""Mail: letters of any program, attached letters, charsets and links that name the reader."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.models.posts import Post

READER = "reader@mail.test"
HEADER = (
    f"From: Cluster Notes <post@notes.test>\nTo: {READER}\nDate: Wed, 4 Jun 2025 08:00:00 +0200\n"
)
PAGE = "https://blog.test/fencing-tokens"


def _posts(data: str | bytes, name: str = "letter.eml") -> tuple[Post, ...]:
    data = data.encode() if isinstance(data, str) else data
    return parse_file(name, data, None, ImportOptions(datetime(2026, 1, 2, tzinfo=UTC))).posts


def _letter(body: str, subject: str = "Fences", kind: str = "text/plain") -> str:
    return f"{HEADER}Subject: {subject}\nContent-Type: {kind}; charset=utf-8\n\n{body}\n"


def _links(data: str | bytes, name: str = "letter.eml") -> list[str]:
    return [link.url for post in _posts(data, name) for link in post.links]


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


FROM = "From - Wed Jun 04 08:00:00 2025\n"


@pytest.mark.parametrize("name", ["Newsletters", "Inbox", "letters.txt", "list.mbox", "a.eml"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_mailbox_is_recognized_whatever_its_name(name: str, ending: str) -> None:
    text = FROM + _letter(PAGE) + "\n" + FROM + _letter(f"{PAGE}2", "Clocks")
    posts = _posts(text.replace("\n", ending), name)
    assert [(post.text, len(post.links)) for post in posts] == [("Fences", 1), ("Clocks", 1)]


@pytest.mark.parametrize(
    "line",
    [
        "From the desk of Ann",
        "From here on: read it twice.",
        "From 2019 to 2025 we ran three quorums.",
        "From Monday 10:30 the cluster was down.",
        "From 10:30 on\nWarning: the lock expired.",
        "From: Ann",
        ">From what I saw at 10:30",
    ],
)
def test_line_of_a_body_that_begins_with_from_does_not_end_the_letter(line: str) -> None:
    body = f"Hello.\n\n{line}\nNothing new here.\n\nSee {PAGE}"
    (post,) = _posts(FROM + _letter(body), "Inbox")
    assert [link.url for link in post.links] == [PAGE]


@pytest.mark.parametrize("separator", ["From ann@notes.test Wed Jun  4 08:00:00 2025", "From -"])
def test_letters_without_a_blank_line_or_a_date_between_them_are_separate(separator: str) -> None:
    gap = "" if "2025" in separator else "\n"
    text = f"{separator}\n{_letter(PAGE)}{gap}{separator}\n{_letter(PAGE, 'Clocks')}"
    assert [post.text for post in _posts(text, "Inbox")] == ["Fences", "Clocks"]


@pytest.mark.parametrize(
    "first",
    ["Return-Path:\n <bounce@notes.test>\n", "Received: from a\n\tby b; x\n", "X-Odd:\n 1\n"],
)
@pytest.mark.parametrize("name", ["saved", "saved.txt", "saved.eml"])
def test_folded_first_header_is_a_mail_and_no_mail_address_is_public(first: str, name: str) -> None:
    (post,) = _posts(first + _letter(f"{PAGE} for {READER}"), name)
    assert [link.url for link in post.links] == [PAGE]
    assert READER not in repr(post)


def _mixed(*parts: str) -> str:
    written = "".join(f"--cut\n{part}\n" for part in parts)
    head = f"{HEADER}Subject: Fwd: two letters\nContent-Type: multipart/mixed; boundary=cut\n\n"
    return f"{head}{written}--cut--\n"


def test_links_of_all_attached_letters_are_imported() -> None:
    attached = [
        f"Content-Type: message/rfc822\n\n{_letter(f'{PAGE}{number}')}" for number in range(2)
    ]
    text = "Content-Type: text/plain\n\nBoth are good."
    assert _links(_mixed(text, *attached)) == [f"{PAGE}0", f"{PAGE}1"]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64",
        'Content-Type: application/octet-stream; name="issue.eml"\n'
        "Content-Transfer-Encoding: base64\n"
        'Content-Disposition: attachment; filename="issue.eml"',
    ],
)
def test_attached_letter_in_base64_gives_its_links(head: str) -> None:
    encoded = b64encode(_letter(PAGE).encode()).decode()
    assert _links(_mixed(f"{head}\n\n{encoded}")) == [PAGE]


def test_letters_attached_to_each_other_are_read_to_a_limited_depth() -> None:
    letter = _letter(PAGE)
    for _ in range(20):
        letter = _mixed(f"Content-Type: message/rfc822\n\n{letter}").replace("cut", "cut" + "x")
    _posts(letter)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("cp-1251", "cp1251"), ("x-unknown", "utf-8"), ("utf8mb4", "utf-8"), ("", "cp1251")],
)
def test_letter_in_an_unknown_or_missing_charset_has_its_links_and_titles(
    charset: str, encoding: str
) -> None:
    kind = f"text/html; charset={charset}" if charset else "text/html"
    words = "Токены ограждения и часы в распределённых системах"
    body = f'<p>{words * 3}</p><a href="{PAGE}">{words}</a>'
    head = f"{HEADER}Subject: Fences\nContent-Type: {kind}\n\n".encode()
    (post,) = _posts(head + body.encode(encoding))
    assert [(link.url, link.shown) for link in post.links] == [(PAGE, words)]


def test_subject_and_link_texts_lose_mail_addresses() -> None:
    body = f'<a href="{PAGE}">For {READER}: fences</a>'
    (post,) = _posts(_letter(body, f"Fences for {READER}", "text/html"))
    assert post.text == "Fences for"
    assert READER not in repr(post)


SUBSTACK = _base64(json.dumps({"e": 1, "u": "r-77", "exp": 1}).encode())
HIDDEN = _base64(zlib.compress(json.dumps({"r": READER, "h": "a1b2"}).encode()))
OPEN = _base64(zlib.compress(json.dumps({"r": READER, "u": PAGE}).encode()))


@pytest.mark.parametrize(
    ("link", "target"),
    [
        (f"http://email.mg.lists.test/c/{HIDDEN}", ""),
        (f"http://email.mg.lists.test/c/{OPEN}", PAGE),
        (f"https://email.kjbm.lists.test/c/{HIDDEN}", ""),
        (f"https://email.abc.kajabimail.net/c/{HIDDEN}?url=1", ""),
        (
            "https://x7.r.eu-west-1.awstrack.me/L0/https:%2F%2Fblog.test%2Ffencing-tokens/1/01-ab/Qz=9",
            PAGE,
        ),
        ("https://x7.r.eu-west-1.awstrack.me/I0/0102018f-1a2b3c4d/Zq1=377", ""),
        (f"https://substack.com/redirect/2/{SUBSTACK}.Qm4Zx81_kLp", ""),
        (
            "https://open.substack.com/pub/eng/p/fences?token=eyJ1IjoxfQ&utm_source=email",
            "https://open.substack.com/pub/eng/p/fences",
        ),
        ("https://substack.com/redirect/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0?j=eyJ1IjoieCJ9", ""),
        (f"https://click.lists.test/?qs=9f8e7d6c5b4a39281706&u={READER}", ""),
    ],
)
def test_link_that_counts_or_names_the_reader_is_unwrapped_or_dropped(
    link: str, target: str
) -> None:
    links = _links(
        _letter(f'<a href="{link}">Fences</a> <a href="{PAGE}9">x</a>', kind="text/html")
    )
    assert [url.partition("?")[0] for url in links] == [*filter(None, [target]), f"{PAGE}9"]
    assert not any("token" in url.partition("?")[2] or READER in url for url in links)
