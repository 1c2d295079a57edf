"""Fallacy 4: the network is secure.

Requests to private networks are refused, invalid certificates rejected, and secrets not sent.
"""

from __future__ import annotations

import pytest

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Outcome
from tests.fallacies.cases import Case, Rig

REFUSED = Outcome.REFUSED_ADDRESS
CLOSED = ()

CASES = (
    # addresses that are not public, by themselves and by name
    Case("http://127.0.0.1:{port}/fine", REFUSED, opened=CLOSED, connections=0),
    Case("http://localhost:{port}/fine", Outcome.REFUSED_URL, opened=CLOSED, connections=0),
    Case("http://localhost/", REFUSED, opened=CLOSED, connections=0),
    Case("http://0x7f.1:{port}/fine", REFUSED, opened=CLOSED, connections=0),
    Case("http://①②⑦。⓪。⓪。①:{port}/fine", REFUSED, opened=CLOSED, connections=0),
    Case("http://[::ffff:127.0.0.1]:{port}/fine", REFUSED, opened=CLOSED, connections=0),
    Case("http://[64:ff9b::7f00:1]:{port}/fine", REFUSED, opened=CLOSED, connections=0),
    Case("http://[2002:7f00:1::]:{port}/fine", REFUSED, opened=CLOSED, connections=0),
    Case("http://10.0.0.1/", REFUSED, connections=0),
    Case("http://inside.example/", REFUSED, names=("10.1.2.3",)),
    Case(
        "http://mixed.example:{port}/fine", REFUSED, names=("127.0.0.1", "10.0.0.1"), connections=0
    ),
    Case("http://169.254.169.254/", REFUSED, opened=("0.0.0.0/0", "::/0")),
    Case("http://metadata.example/", REFUSED, names=("169.254.169.254",), opened=("0.0.0.0/0",)),
    Case("http://example.org/fine", REFUSED, port="http", opened=CLOSED, connections=0),
    # the same, at the end of a chain of redirects
    *(Case(f"/private-in-{hops}", REFUSED, requests=hops, hops=hops) for hops in range(1, 6)),
    Case("/to-metadata", REFUSED, requests=1),
    Case("/to-private", REFUSED, requests=1),
    Case("/to-userinfo", Outcome.REFUSED_URL, requests=1),
    Case("http://fine.example/to-port-22", Outcome.REFUSED_URL, port="http", requests=1),
    Case(
        "http://robots-private.example/fine",
        Outcome.ROBOTS_UNREACHABLE,
        purpose="page",
        port="http",
        requests=1,
    ),
    # addresses that say too much, or something else
    Case("http://user:secret@example.org/", Outcome.REFUSED_URL, port="http", connections=0),
    Case("http://example.org:6379/", Outcome.REFUSED_URL, port="http", connections=0),
    Case("http://example.org\\@127.0.0.1:{port}/", Outcome.REFUSED_URL, connections=0),
    Case("http://example.org/\r\nX-Injected: 1", Outcome.REFUSED_URL, port="http", connections=0),
    Case("file:///etc/passwd", Outcome.REFUSED_URL),
    Case("/fine", Outcome.PROTOCOL_ERROR, headers=(("X-Ours", "a\r\nX-Injected: 1"),), requests=0),
    # certificates
    Case("https://fine.example/fine", Outcome.OK, port="tls"),
    Case("https://expired.example/fine", Outcome.TLS, message="expired", port="tls", requests=0),
    Case("https://self-signed.example/fine", Outcome.TLS, port="tls", requests=0),
    Case(
        "https://wrong-name.example/fine",
        Outcome.TLS,
        message="wrong-name.example",
        port="tls",
        requests=0,
    ),
    Case("https://203.0.112.1/fine", Outcome.TLS, port="tls", requests=0),
    # invalid TLS
    Case("https://example.org/", Outcome.TLS, port="tls-old"),
    Case("https://example.org/", Outcome.TLS, port="tls-alert"),
    Case("https://example.org/", Outcome.TLS, port="tls-http"),
    Case("https://example.org/", Outcome.TLS, port="tls-garbage"),
    Case("https://example.org/", Outcome.TLS, port="tls-hang-up"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_request_to_an_unsafe_target_is_refused(rig: Rig, case: Case):
    rig.check(case)


def test_requests_have_no_cookie_referer_or_authorization(rig: Rig):
    first, second = rig.fetch(Case("/echo", Outcome.OK)), rig.fetch(Case("/echo?again", Outcome.OK))
    for answer in (first, second):
        assert isinstance(answer, Response)
        assert not {"cookie:", "referer:", "origin:", "authorization:"} & {
            word.lower() for word in answer.body.decode().split()
        }


def test_token_is_not_sent_to_another_server(rig: Rig):
    token = (("Authorization", "Bearer secret"),)
    same_server = rig.fetch(Case("/echo", Outcome.OK, headers=token))
    assert isinstance(same_server, Response)
    assert b"secret" in same_server.body
    other_server = rig.fetch(
        Case("http://one.example/to-another-host", Outcome.OK, headers=token, port="http", hops=1)
    )
    assert isinstance(other_server, Response)
    assert b"secret" not in other_server.body
