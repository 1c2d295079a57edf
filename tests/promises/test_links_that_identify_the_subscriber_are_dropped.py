"""Links that identify the reader of a mail are unwrapped or dropped, and mails stay private."""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime

import pytest

from crawler.errors import InputError
from crawler.importers.click_tracking import bookmark_target, mail_link_target
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.importers.registry import detect_format, format_names
from crawler.random_tokens import looks_random

OPTIONS = ImportOptions(datetime(2026, 11, 22, tzinfo=UTC))
UUID = "8f3a1b2c-1111-2222-3333-0123456789ab"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


MAILGUN = _base64(zlib.compress(b'{"l":"https:\\/\\/a.example\\/leases","r":"me@home.example"}'))
WORDPRESS = _base64(b"12;5;https://a.example/leases;Leases;0a1b2c3d")
SUBSTACK = _base64(b'{"e":"https://a.example/leases"}')

# The link of a mail, and the page that it leads to.
UNWRAPPED = {
    f"https://email.mg.weekly.example/c/{MAILGUN}": "https://a.example/leases",
    f"https://substack.com/redirect/2/{SUBSTACK}.abc": "https://a.example/leases",
    f"https://click.kit-mail3.com/x1/{_base64(b'https://a.example/leases')}": (
        "https://a.example/leases"
    ),
    "https://a1.r.us-east-1.awstrack.me/L0/https:%2F%2Fa.example%2Fses/1/01-0/Ab=4": (
        "https://a.example/ses"
    ),
    "https://nl.example/CL0/https:%2F%2Fa.example%2Fclocks/1/0100/abc=5": (
        "https://a.example/clocks"
    ),
    "https://urldefense.com/v3/__https://a.example/pp__;!!abc!def$": "https://a.example/pp",
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example_pp&d=x": (
        "https://a.example/pp"
    ),
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fsl&data=x": (
        "https://a.example/sl"
    ),
    f"https://weekly.example/wp-admin/admin-ajax.php?action=tnp&nltr={WORDPRESS}": (
        "https://a.example/leases"
    ),
    "https://a.example/two-words#me@home.example": "https://a.example/two-words",
    "https://a.example/two-words#/of/me%40home.example": "https://a.example/two-words",
    f"https://github.com/a/b#{_base64(b'me@home.example')}": "https://github.com/a/b",
    "https://a.example/two-words?me@home.example": "https://a.example/two-words",
    f"https://a.example/two-words?{_base64(b'me@home.example')}": "https://a.example/two-words",
    "https://a.example/y?mc_cid=aa&mc_eid=bb": "https://a.example/y?mc_cid=aa",
    "https://open.sub.example/pub/eng/p/quorums?token=eyJ1c2VyX2lkIjoxfQ": (
        "https://open.sub.example/pub/eng/p/quorums"
    ),
    f"https://a.example/two-words?sid={UUID}": "https://a.example/two-words",
    "https://a.example/two-words?x=bWVAaG9tZS5leGFtcGxlLm9yZw": "https://a.example/two-words",
    **{
        f"https://a.example/two-words?{personal}": "https://a.example/two-words"
        for personal in (
            "__s=abc123def456",
            "customer_id=12345",
            "elq=aaa",
            "lctg=12345678",
            "memberid=12345",
            "nk=5-abcdef",
            "nl_hash=abc",
            "source=email-1234567890ab-1700-digest.reader",
            "spUserID=MTIz",
            "utm_userid=42",
            "vgo_ee=abc%2Bxyz",
            "wickedid=5f4dcc",
        )
    },
}
DROPPED = (
    "https://ada.list-manage.com/track/click?u=1&id=2&e=3",
    "https://app.example/login?jwt=abc",
    "https://click.weekly.example/f/a/Xy12~~/AAB~/Rgh",
    "https://elq.weekly.example/e/er?s=12&lid=34&elq=abc",
    "https://go.weekly.example/e/812345/leases-clocks/abcdef/987654321?h=aB1",
    "https://go.weekly.example/e/812345/leases-clocks/8zk2qx?h=aB1",
    "https://go.weekly.example/webmail/812345/987654321/abc",
    "https://letter.weekly.example/t/r-l-abcdefk-ghjklm-y/",
    "https://letter.weekly.example/ct/7654321:ZyXwVu:m:1:123456789:0F1E:r",
    "https://letter.weekly.example/ctt?m=12&r=MTIz&k=leases",
    "https://letter.weekly.example/2AB-3CD4-56789/cr.aspx",
    "https://letter.weekly.example/click.html?x=a1b&lc=C2&u=d",
    "https://letter.weekly.example/l/9aBcDeFg/7hIjKlMn/2oPqRsTu",
    "https://letter.weekly.example/pub/cc?_ri_=X0Gz&_ei_=Eab",
    "https://letter.weekly.example/u/gm.php?prm=aB1_12_34",
    "https://mailing.weekly.example/x/aBcDeF12~~/AAB~/Rgh",
    "https://weekly.example/?nltr=MTI7NTt",
    "https://weekly.example/component/acym/?ctrl=fronturl&urlid=3&userid=9",
    "https://weekly.example/wp-admin/admin-ajax.php?action=tnp&nltr=MTI7NTtodHRwcw%3D%3D",
    "https://a.example/?reader=me%40home.example",
    "https://a.example/member/me@home.example",
    "https://buttondown.com/c/abcdef0123456789",
    "https://d2v8.eu1.hubspotlinks.com/Ctc/GC+23284/d2v8/JkM2-6q",
    "https://email.c.kajabimail.net/c/eJw1",
    "https://email.mg.weekly.example/c/eJwVzk0OgyAQBeDTyE4yP4CwYNGNvYcF",
    "https://link.mail.beehiiv.com/ss/c/u001.abc/4b0/xyz",
    "https://me@home.example/two-words",
    "https://news.example/8f3a1b2cXyZ09kLmNoPq",
    f"https://news.example/r/8f3a1b2c?m={UUID}",
    "https://substack.com/app-link/post?publication_id=1&token=eyJ1c2VyX2lkIjoxfQ",
    f"https://substack.com/redirect/{UUID}?j=eyJ1IjoiYWJjIn0.xyz",
    "https://track.example/8f3a1b2c9d",
    "https://u1.ct.sendgrid.net/ls/click?upn=u001.abc",
    "https://weekly.example/unsubscribe?id=3",
    "https://l.weekly.example/4fQ2mXz",
    "https://links.weekly.example/s/c/9xKd83jfQq0Zb1/abcDEF123456789",
    "https://t.weekly.example/r/?id=h1a2b3c4d,5e6f,7890&p1=x",
    "https://trk.weekly.example/click?l=raft&r=12345678",
    "https://weekly.example/account/email-settings/abc",
    "https://weekly.example/confirm/12345",
    "https://weekly.example/d%C3%A9sinscription/12345",
    "https://weekly.example/desuscribirse?x=1",
    "https://weekly.example/profile/preferences?c=12",
    "https://weekly.example/u/me=home.example/two-words",
)
PAGES = (
    "https://arxiv.org/abs/2401.01234",
    "https://blog.example/2026/11/leases.html",
    "https://click.palletsprojects.example/click.html",
    "https://dl.acm.org/doi/10.1145/3025012",
    "https://en.wikipedia.org/wiki/Two-phase_commit_protocol",
    "https://forum.example/t/a-b-testing-distributed-systems",
    "https://forum.example/t/a-l-is-for-lamport-clocks/123",
    "https://go.dev/blog/raft2",
    "https://leases.example/e/1234/leases-explained#a-section",
    "https://leases.example/~ada/notes/leases.html",
    "https://links.example.org/how-to-confirm-a-write",
    "https://github.com/golang/go/commit/0123456789abcdef0123456789abcdef01234567",
    "https://link.springer.com/article/10.1007/s00446-020-00379-z",
    "https://medium.com/@ada/clocks-8f3a1b2c3d4e",
    "https://www.notion.so/Design-doc-8f3a1b2c3d4e8f3a1b2c3d4e8f3a1b2c",
    "https://www.usenix.org/conference/osdi24/presentation/huang",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
)


@pytest.mark.parametrize("link", UNWRAPPED)
def test_link_that_contains_its_target_becomes_the_target(link: str) -> None:
    assert mail_link_target(link) == UNWRAPPED[link]


@pytest.mark.parametrize("link", DROPPED)
def test_link_that_identifies_the_reader_is_dropped(link: str) -> None:
    assert mail_link_target(link) == ""


@pytest.mark.parametrize("link", PAGES)
def test_link_to_a_page_is_unchanged(link: str) -> None:
    assert mail_link_target(link) == link


def test_compressed_payload_is_read_up_to_a_limit() -> None:
    bomb = _base64(zlib.compress(b" " * 1_000_000 + b"https://a.example/x"))
    assert mail_link_target(f"https://email.mg.weekly.example/c/{bomb}") == ""


def test_bookmarked_click_counter_is_dropped_and_bookmarked_token_removed() -> None:
    assert bookmark_target("https://ada.list-manage.com/track/click?u=1&id=2") == ""
    assert bookmark_target("https://a.example/p/x?token=abc") == "https://a.example/p/x"
    assert bookmark_target("https://a.example/AbC12345x") == "https://a.example/AbC12345x"


@pytest.mark.parametrize(
    ("text", "random"),
    [("a-post-about-clocks-in-2026", False), ("eJwVzk0OgyAQBeDTyE4yP4Cw", True), (UUID, True)],
)
def test_random_tokens_differ_from_words(text: str, random: bool) -> None:
    assert looks_random(text) is random


LETTER = b"To: me@home.example\nSubject: Issue 7\n\nRead https://a.example/two-words\n"
MAILS = {
    "Newsletters": b"From - Mon Jan 5 10:00:00 2026\nX-Mozilla-Status: 0001\n" + LETTER,
    "folded.eml": b"Return-Path:\n <b@weekly.example>\nFrom: Weekly <n@weekly.example>\n" + LETTER,
    "folded.txt": b"Return-Path:\n <b@weekly.example>\nFrom: Weekly <n@weekly.example>\n" + LETTER,
    "odd.eml": b"X_Odd Header!: 1\n" + LETTER,
    "counted.emlx": b"%d\nFrom: n@weekly.example\n%b" % (len(LETTER) + 23, LETTER),
    "windows.txt": (b"From: n@weekly.example\n" + LETTER).decode().encode("utf-16"),
    "blank.txt": b"\n\nFrom: n@weekly.example\n" + LETTER,
}


@pytest.mark.parametrize("name", MAILS)
def test_mail_is_detected_by_its_content(name: str) -> None:
    (post,) = parse_file(name, MAILS[name], None, OPTIONS).posts
    assert (post.network, post.text) == ("newsletter", "Issue 7")
    assert [link.url for link in post.links] == ["https://a.example/two-words"]


REFUSED = {
    "forwarded.txt": b"Look at this:\n\n> From: Ann\n> To: me@home.example\n> Subject: X\n\nText",
    "pasted.txt": b"Text\n\nDelivered-To: me@home.example\nReceived: by x\nMessage-ID: <1@x>\n",
    "gesendet.txt": b"Von:\tAnn\nGesendet:\tMontag\nAn:\tme@home.example\nBetreff:\tX\n\nText",
    "empty.eml": b"Only some words.",
    "page.html": b"<!DOCTYPE html><html><body><p>Hello</p></body></html>",
    "page.txt": b"<html><body><p>Hello</p></body></html>",
    "semicolons.txt": b"Date;ShareLink;Title;Url\n1;2;3;4\n5;6;7;8\n",
    "pinboard.json": b'[{"href":"https://a.example/raft","description":"Raft"}]',
    "pinboard.txt": b'[{"href":"https://a.example/raft","description":"Raft"}]',
    "object.txt": b'{"bookmarks": []}',
    "contact.txt": b"BEGIN:VCARD\nEMAIL:me@home.example\nEND:VCARD\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_file_that_is_not_prose_is_named_in_the_error(name: str) -> None:
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        parse_file(name, REFUSED[name], None, OPTIONS)


def test_error_lists_the_known_formats() -> None:
    with pytest.raises(InputError) as raised:
        parse_file("contact.txt", REFUSED["contact.txt"], None, OPTIONS)
    assert all(format in raised.value.hint for format in format_names())


def test_mail_is_refused_as_a_paste_even_if_the_format_is_given() -> None:
    with pytest.raises(InputError, match=r"line 1: this is a mail"):
        parse_file("folded.txt", MAILS["folded.txt"], "paste", OPTIONS)


@pytest.mark.parametrize(
    "text",
    [
        "From here on, notes. #Raft",
        "<https://a.example/x> is worth reading #Raft",
        "[A title](https://a.example/x) #Raft",
        "Subject: leases\n\nA post about them.",
        "Raft, Paxos, and friends\nOne, two, and three #Raft",
        "Commit, abort, or block?\nPick two.",
    ],
)
def test_prose_is_detected_as_paste(text: str) -> None:
    assert detect_format("notes.txt", text.encode()) == "paste"


def test_private_notes_and_states_of_bookmarks_are_not_imported() -> None:
    data = (
        b"<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><p>"
        b'<DT><A HREF="https://a.example/x" TAGS="raft,linkding:bookmarks.archived">Raft</A>'
        b"<DD>About Raft.[linkding-notes]my secret[/linkding-notes] More."
        b'<DT><A HREF="https://a.example/y">Paxos</A><DD>Text [linkding-notes]my secret'
    )
    first, second = parse_file("b.html", data, None, OPTIONS).posts
    assert (first.text, first.hashtags) == ("Raft\n\nAbout Raft. More.", ("raft",))
    assert second.text == "Paxos\n\nText"
