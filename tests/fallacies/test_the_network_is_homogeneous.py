"""Fallacy 8: the network is homogeneous.

Old servers, odd servers and exact servers are all read, as long as what they mean is certain.
"""

from __future__ import annotations

import pytest

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Outcome
from tests.fallacies.cases import Case, Rig
from tests.hostile_replies import TEXT

FINE = len(TEXT)

CASES = (
    # ways to end a body
    Case("/fine", Outcome.OK, size=FINE),
    Case("/until-close", Outcome.OK, size=FINE),
    Case("/http10", Outcome.OK, size=FINE),
    Case("/chunked", Outcome.OK, size=2 * FINE),
    Case("/chunk-extension", Outcome.OK, size=5),
    Case("/chunk-trailer", Outcome.OK, size=5),
    Case("/transfer-unknown", Outcome.PROTOCOL_ERROR, message="transfer-encoding"),
    # ways to code it
    Case("/gzip", Outcome.OK, size=FINE),
    Case("/x-gzip", Outcome.OK, size=FINE),
    Case("/gzip-members", Outcome.OK, size=2 * FINE),
    Case("/gzip-padded", Outcome.OK, size=FINE),
    Case("/gzip-empty", Outcome.OK, size=0),
    Case("/deflate", Outcome.OK, size=FINE),
    Case("/deflate-raw", Outcome.OK, size=FINE),
    Case("/br", Outcome.OK, size=FINE),
    Case("/zstd", Outcome.OK, size=FINE),
    Case("/zstd-frames", Outcome.OK, size=2 * FINE),
    Case("/identity", Outcome.OK, size=FINE),
    Case("/coding-unknown", Outcome.BAD_ENCODING, message="compress"),
    Case("/coding-nonsense", Outcome.BAD_ENCODING),
    # ways to write a head
    Case("/status-only", Outcome.OK, size=2),
    Case("/reason-garbage", Outcome.OK, size=2),
    Case("/line-feeds-only", Outcome.OK, size=2),
    Case("/header-folded", Outcome.OK, size=2),
    Case("/header-latin1", Outcome.OK, size=2),
    Case("/header-utf8", Outcome.OK, size=2),
    Case("/interim-few", Outcome.OK, size=2),
    Case("/header-without-colon", Outcome.PROTOCOL_ERROR),
    Case("/header-space-name", Outcome.PROTOCOL_ERROR),
    Case("/header-nul", Outcome.PROTOCOL_ERROR),
    Case("/http2", Outcome.PROTOCOL_ERROR),
    Case("/http99", Outcome.PROTOCOL_ERROR),
    # statuses that nobody registered
    Case("/418", Outcome.CLIENT_ERROR),
    Case("/520", Outcome.SERVER_ERROR),
    # ways to write an address
    Case("HTTP://EXAMPLE.ORG:{port}/fine", Outcome.OK),
    Case("http://example.org.:{port}/fine", Outcome.OK),
    Case("http://bücher.example:{port}/fine", Outcome.OK),
    Case("http://xn--bcher-kva.example:{port}/fine#part", Outcome.OK),
    Case("http://under_score.example:{port}/a/../fine", Outcome.OK),
    Case("http://example.org:{port}/f%69ne", Outcome.NOT_FOUND),
    Case("http://example.org:{port}/caf\u00e9?q=\u00fc b", Outcome.NOT_FOUND),
    Case("http://2130706433:{port}/fine", Outcome.OK),
    Case("http://127.1:{port}/fine", Outcome.OK),
    Case("https://fine.example/fine", Outcome.OK, port="tls"),
    Case("https://fine.example:8443/fine", Outcome.OK, port="tls"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_any_http_response_is_parsed(rig: Rig, case: Case):
    rig.check(case)


@pytest.mark.parametrize("path", ["/header-latin1", "/header-utf8"])
def test_header_values_can_be_stored_as_text(rig: Rig, path: str):
    answer = rig.fetch(Case(path, Outcome.OK))
    assert isinstance(answer, Response)
    assert answer.header("X-Name") == "Zürich"


def test_path_is_sent_as_the_url_standard_serializes_it(rig: Rig):
    answer = rig.fetch(Case('/echo?a=1;b=2&c=%2f%2F+%20é|[]^`{}"<>', Outcome.OK))
    assert isinstance(answer, Response)
    assert answer.body.startswith(
        b"GET /echo?a=1;b=2&c=%2f%2F+%20%C3%A9|[]^`{}%22%3C%3E HTTP/1.1\r\n"
    )
