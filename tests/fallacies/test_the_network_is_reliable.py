"""Fallacy 1: the network is reliable.

Answers stop, break, lie about themselves or never come; each is a named failure and leaves nothing
behind.
"""

from __future__ import annotations

import pytest

from crawler.models.outcomes import Outcome
from tests.fallacies.cases import Case, Rig
from tests.hostile_replies import TEXT

CASES = (
    # nobody there
    Case("http://example.org/", Outcome.CONNECT, port="closed"),
    Case("http://example.org:{port}/fine", Outcome.DNS, names=()),
    Case("/hang-up", Outcome.PROTOCOL_ERROR, message="without a response"),
    Case("/head-only", Outcome.PROTOCOL_ERROR, message="without a response"),
    Case("/reset", Outcome.CONNECT, message="reset"),
    # the body stops
    Case("/short-body", Outcome.TRUNCATED, requests=2),
    Case("/no-body-at-all", Outcome.TRUNCATED),
    Case("/reset-in-body", Outcome.TRUNCATED),
    Case("/chunk-unended", Outcome.TRUNCATED),
    Case("/gzip-truncated", Outcome.BAD_ENCODING, message="ends early"),
    Case("/gzip-without-check", Outcome.BAD_ENCODING, message="ends early"),
    Case("/gzip-one-byte", Outcome.BAD_ENCODING),
    Case("/deflate-truncated", Outcome.BAD_ENCODING),
    Case("/br-truncated", Outcome.BAD_ENCODING),
    Case("/zstd-truncated", Outcome.BAD_ENCODING),
    # the body is damaged
    Case("/gzip-corrupt", Outcome.BAD_ENCODING),
    Case("/gzip-wrong-check", Outcome.BAD_ENCODING),
    Case("/gzip-trailing", Outcome.BAD_ENCODING),
    Case("/gzip-plain", Outcome.BAD_ENCODING),
    Case("/deflate-trailing", Outcome.BAD_ENCODING),
    Case("/br-corrupt", Outcome.BAD_ENCODING),
    Case("/br-trailing", Outcome.BAD_ENCODING),
    Case("/zstd-corrupt", Outcome.BAD_ENCODING),
    Case("/chunk-size-text", Outcome.PROTOCOL_ERROR),
    Case("/chunk-size-huge", Outcome.PROTOCOL_ERROR),
    Case("/chunk-size-wrong", Outcome.PROTOCOL_ERROR),
    # the length lies
    Case("/length-negative", Outcome.PROTOCOL_ERROR),
    Case("/length-text", Outcome.PROTOCOL_ERROR),
    Case("/length-huge", Outcome.PROTOCOL_ERROR),
    Case("/length-plus", Outcome.PROTOCOL_ERROR),
    Case("/length-twice", Outcome.PROTOCOL_ERROR),
    Case("/length-list", Outcome.PROTOCOL_ERROR),
    Case("/length-and-chunked", Outcome.PROTOCOL_ERROR),
    Case("/long-body", Outcome.OK, size=10),
    # it is not HTTP
    Case("/no-status-line", Outcome.PROTOCOL_ERROR),
    Case("/http09", Outcome.PROTOCOL_ERROR),
    Case("/garbage", Outcome.PROTOCOL_ERROR),
    Case("/status-text", Outcome.PROTOCOL_ERROR),
    Case("/status-99", Outcome.PROTOCOL_ERROR),
    Case("/status-999", Outcome.PROTOCOL_ERROR),
    Case("/switching", Outcome.PROTOCOL_ERROR),
    Case("/500", Outcome.SERVER_ERROR),
    Case("/502", Outcome.SERVER_ERROR),
    # and sometimes it works
    Case("/fine", Outcome.OK, size=len(TEXT)),
    Case("/until-close", Outcome.OK, size=len(TEXT)),
    Case("/empty", Outcome.OK, size=0),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_transport_fault_is_a_named_failure(rig: Rig, case: Case):
    rig.check(case)
