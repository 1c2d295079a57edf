"""Fallacy 3: bandwidth is infinite.

Bodies, headers and decompressed data end at their limits. A bomb costs no more than a normal page.
"""

from __future__ import annotations

import pytest

from crawler.models.outcomes import Outcome
from tests.fallacies.cases import ROOMY, Case, Rig
from tests.hostile_replies import TEXT

CASES = (
    # bodies without an end
    Case("/endless-body", Outcome.TOO_LARGE, purpose="api"),
    Case("/endless-chunks", Outcome.TOO_LARGE, purpose="api"),
    Case("/endless-body", Outcome.TOO_LARGE, purpose="api", limits=ROOMY),
    Case("/endless-chunk-extension", Outcome.PROTOCOL_ERROR, message="has more than"),
    Case("/endless-trailers", Outcome.PROTOCOL_ERROR),
    # bodies at the cap
    Case("/100k", Outcome.OK, size=100_000, purpose="page"),
    Case("/100k-plus-one", Outcome.TOO_LARGE, purpose="page"),
    Case("/100k-plus-one", Outcome.OK, size=100_001, purpose="feed"),
    Case("/ten-gigabytes", Outcome.TOO_LARGE, purpose="api", message="announces"),
    # a larger feed is cut
    Case("/endless-body", Outcome.OK, size=300_000),
    Case("/endless-chunks", Outcome.OK, size=300_000),
    Case("/bomb-gzip", Outcome.OK, size=300_000),
    Case("/robots-rule-early", Outcome.OK, size=524_288, purpose="robots"),
    Case("/endless-body", Outcome.OK, size=524_288, purpose="robots"),
    # bombs: 200 MB from a few kilobytes
    Case("/bomb-gzip", Outcome.TOO_LARGE, purpose="api", limits=ROOMY),
    Case("/bomb-deflate", Outcome.TOO_LARGE, purpose="api", limits=ROOMY),
    Case("/bomb-br", Outcome.TOO_LARGE, purpose="api", limits=ROOMY),
    Case("/bomb-zstd", Outcome.TOO_LARGE, purpose="api", limits=ROOMY),
    Case("/robots-bomb", Outcome.OK, size=524_288, purpose="robots", limits=ROOMY),
    Case("/gzip-twice", Outcome.BAD_ENCODING, message="gzip, gzip"),
    Case("/gzip-two-headers", Outcome.BAD_ENCODING),
    Case("/gzip-five-deep", Outcome.BAD_ENCODING),
    Case("/zstd-huge-window", Outcome.BAD_ENCODING),
    # heads without an end
    Case("/endless-status-line", Outcome.PROTOCOL_ERROR),
    Case("/endless-headers", Outcome.PROTOCOL_ERROR),
    Case("/endless-interim", Outcome.PROTOCOL_ERROR),
    Case("/interim-20000", Outcome.PROTOCOL_ERROR),
    Case("/headers-50000", Outcome.PROTOCOL_ERROR),
    Case("/cookies-10000", Outcome.PROTOCOL_ERROR),
    Case("/header-1mb", Outcome.PROTOCOL_ERROR),
    Case("/header-70kb-in-two", Outcome.PROTOCOL_ERROR, message="65,536"),
    # large, but within bounds
    Case("/headers-500", Outcome.OK, size=2),
    Case("/header-40kb", Outcome.OK, size=2),
    # the body of a redirect is not read
    Case("/to-fine-endless-body", Outcome.OK, size=len(TEXT), hops=1),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_oversized_response_ends_at_its_limit(rig: Rig, case: Case):
    rig.check(case)
