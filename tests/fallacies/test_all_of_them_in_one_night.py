"""All fallacies at once: with 30 % hostile hosts, every page of the others is fetched in time."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import replace

import pytest

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from tests.fallacies.cases import QUICK, Case, Rig, fetcher
from tests.hostile_replies import TEXT

HOSTS, PAGES = 60, 5
BAD = (
    "/bomb-br", "/bomb-gzip", "/chunk-size-text", "/drip-body", "/drip-head", "/endless-body",
    "/endless-headers", "/endless-redirects", "/garbage", "/gzip-truncated", "/hang-up",
    "/headers-50000", "/interim-20000", "/length-twice", "/loop-a", "/pause-in-body",
    "/private-in-3", "/reset", "/short-body", "/silence", "/to-file", "/503",
)  # fmt: skip
LIMITS = replace(
    QUICK, connect=3.0, first_byte=1.5, total=3.0
)  # long enough for a good host on a busy machine
BUDGET_SECONDS = 60


@pytest.mark.parametrize("seed", [1, 2])
def test_run_with_30_percent_hostile_hosts_stores_every_good_page(rig: Rig, seed: int):
    chance = random.Random(seed)
    bad = {f"h{number}.example" for number in chance.sample(range(HOSTS), HOSTS * 3 // 10)}
    hosts = [f"h{number}.example" for number in range(HOSTS)]
    urls = [
        f"http://{host}{chance.choice(BAD) if host in bad else '/fine'}?{page}"
        for host in hosts
        for page in range(PAGES)
    ]
    chance.shuffle(urls)

    async def night() -> list[Response | Failure]:
        async with rig.client(Case("/", Outcome.OK, port="http", limits=LIMITS)) as client:
            way = fetcher(client)
            return await asyncio.gather(*(way.fetch(FetchRequest(url, "feed")) for url in urls))

    started = time.monotonic()
    answers = dict(zip(urls, asyncio.run(night()), strict=True))
    assert time.monotonic() - started < BUDGET_SECONDS
    for url, answer in answers.items():
        if url.split("/")[2] in bad:
            assert answer.url == url
            assert answer.message if isinstance(answer, Failure) else answer.is_cut
        else:
            assert isinstance(answer, Response)
            assert answer.body == TEXT
    assert (
        len(Counter(answer.outcome for answer in answers.values() if isinstance(answer, Failure)))
        >= 5
    )
