"""Attack a running explorer and measure it: `python -m tests.explorer.attack_rig 20 5`.

The arguments are the number of attackers at the same time and the rounds of each. Every attacker
sends a costly query, waits for the answer, and sends the next. Meanwhile a reader asks for the
front page again and again.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from tests.explorer.processes import Server, family, memory_mb, running
from tests.explorer.request_fuzz import sample_workspace


def _text(count: int) -> str:
    """An SQL expression for `count` times the letter a."""
    return f"replace(hex(zeroblob({(count + 1) // 2})), '0', 'a')"


_LOOP = "with recursive n(i) as (select 1 union all select i + 1 from n)"
_MANY = ", ".join(f"{n}" for n in range(99))
# One row of many calls: no limit applies, and SQLite does not look at the clock in between.
_CALLS = "select " + ", ".join(
    f"instr({_text(90_000)}, {_text(45_000)} || 'b{n}')" for n in range(90)
)
ATTACKS = (
    "select zeroblob(200000000)",
    f"{_LOOP} select zeroblob(90000) from n",
    "select printf('%.200000000c', 'x')",
    "select printf('%099999d', 1), printf('%.*f', 99999, 1.5)",
    f"select {_text(499_000)} like '%' || {_text(24_990)} || 'b'",
    f"select {_text(90_000)} like '%' || {_text(990)} || 'b'",
    f"{_LOOP} select {_text(90_000)} like '%' || {_text(990)} || 'b' || i from n",
    f"select {_text(90_000)} glob '*' || {_text(490)} || '*b'",
    f"select instr({_text(499_000)}, {_text(250_000)} || 'b')",
    _CALLS,
    f"select length(replace({_text(99_000)}, {_text(50_000)} || 'b', 'c'))",
    f"{_LOOP} select group_concat({_text(9_000)}) from n",
    f"{_LOOP} select group_concat(i, 'abcdefgh') over (order by i) from n limit 1000",
    f"{_LOOP} select count(*) from n",
    f"{_LOOP} select i, {_MANY} from n limit 1000",
    "select count(*) from fetches a, posts b, posts c, articles d, links e, aliases f, evidence g",
    "select a.*, b.* from articles a, articles b, articles c order by random()",
    "select " + ", ".join(f"'{n}'" for n in range(1000)),
    "select " + "(" * 900 + "1" + ")" * 900,
    "select " + "+".join(["1"] * 900),
    "select json_group_array(value) from"
    " json_each('[' || replace(hex(zeroblob(20000)), '0', '1,') || '1]')",
    f"{_LOOP} select md.* from n, articles_fts md where articles_fts match 'a* OR b* OR c*'",
    "select " + " union all select ".join(["randomblob(90000)"] * 200),
    f"{_LOOP} select i from n order by random()",
)


@dataclass
class Report:
    """Figures of one attack. Times in seconds, memory in MB of the whole process tree."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest_answer: float = 0.0
    front: list[float] = field(default_factory=list)
    failed_front: int = 0
    searches: Counter[int] = field(default_factory=Counter)  # searches by HTTP status
    peak_memory: float = 0.0  # shared pages counted once
    peak_resident: float = 0.0  # shared pages counted in every process
    recovery: float = 0.0
    unstoppable: str = ""  # the answer to a query that only killing its process can stop
    killed: int = 0  # processes that ended with it

    @property
    def front_p95(self) -> float:
        return sorted(self.front)[int(len(self.front) * 0.95)]


async def attack(server: Server, attackers: int, rounds: int) -> Report:
    """Attack `server` and wait until it has recovered."""
    report = Report()
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        done = asyncio.Event()
        processes = len(family(server.process.pid))
        reader = asyncio.create_task(_read_front_page(session, server, report, done))
        searcher = asyncio.create_task(_search(session, server, report, done))
        meter = asyncio.create_task(_measure_memory(server, report, done))
        await asyncio.gather(
            *(_attacker(session, server, report, n, rounds) for n in range(attackers))
        )
        ended = time.monotonic()
        while not await _answers(session, server):
            assert time.monotonic() - ended < 60, "no recovery"
        report.recovery = time.monotonic() - ended
        done.set()
        await asyncio.gather(reader, searcher, meter)

        while len(before := set(family(server.process.pid))) < processes:
            await asyncio.sleep(0.05)  # workers that the attack killed are being replaced
        async with session.get(f"{server.url}/public.json", params={"sql": _CALLS}) as answer:
            report.unstoppable = f"{answer.status} {await answer.text()}"
        assert await _answers(session, server)
        report.killed = await _ended(before, server)
    return report


async def _ended(before: set[int], server: Server) -> int:
    """How many of these processes have ended, once the first one has, within 5 s."""
    for _ in range(100):
        if ended := before - set(family(server.process.pid)):
            return len(ended)
        await asyncio.sleep(0.05)
    return 0


async def _attacker(
    session: aiohttp.ClientSession, server: Server, report: Report, number: int, rounds: int
) -> None:
    for turn in range(rounds):
        sql = ATTACKS[(number + turn * 7) % len(ATTACKS)]
        kind = ("", ".json", ".csv")[(number + turn) % 3]
        begun = time.monotonic()
        async with session.get(f"{server.url}/public{kind}?{urlencode({'sql': sql})}") as answer:
            await answer.read()
            report.statuses[answer.status] += 1
        report.slowest_answer = max(report.slowest_answer, time.monotonic() - begun)


async def _read_front_page(
    session: aiohttp.ClientSession, server: Server, report: Report, done: asyncio.Event
) -> None:
    while not done.is_set():
        begun = time.monotonic()
        async with session.get(f"{server.url}/") as answer:
            await answer.read()
            report.failed_front += answer.status != 200
        report.front.append(time.monotonic() - begun)
        await asyncio.sleep(0.02)


async def _search(
    session: aiohttp.ClientSession, server: Server, report: Report, done: asyncio.Event
) -> None:
    """Search for another word each time, so that no response comes from the cache."""
    number = 0
    while not done.is_set():
        number += 1
        async with session.get(f"{server.url}/search?q=word{number}") as answer:
            await answer.read()
            report.searches[answer.status] += 1
        await asyncio.sleep(0.02)


async def _measure_memory(server: Server, report: Report, done: asyncio.Event) -> None:
    while not done.is_set():
        once, every = await asyncio.to_thread(memory_mb, server.process.pid)
        report.peak_memory = max(report.peak_memory, once)
        report.peak_resident = max(report.peak_resident, every)
        await asyncio.sleep(0.05)


async def _answers(session: aiohttp.ClientSession, server: Server) -> bool:
    """Whether a question of an ordinary visitor is answered."""
    async with session.get(f"{server.url}/public.json?sql=select+1") as answer:
        await answer.read()
        return answer.status == 200


def measure(attackers: int, rounds: int) -> Report:
    """Start `hashtrail explore` over the sample site and attack it."""
    with tempfile.TemporaryDirectory() as folder:
        here = sample_workspace(Path(folder))
        (here.data / "hashtrail.toml").write_text("")
        with running(here.root, "explore") as server:
            return asyncio.run(attack(server, attackers, rounds))


if __name__ == "__main__":
    found = measure(int(sys.argv[1]), int(sys.argv[2]))
    print(f"statuses {dict(found.statuses)}, slowest answer {found.slowest_answer:.2f} s")
    print(f"front page p95 {found.front_p95:.2f} s of {len(found.front)}", end=", ")
    print(f"max {max(found.front):.2f} s, failed {found.failed_front}")
    print(f"searches {dict(found.searches)}")
    print(f"memory {found.peak_memory:.0f} MB (resident {found.peak_resident:.0f} MB)")
    print(f"recovery {found.recovery:.2f} s; killed {found.killed}: {found.unstoppable}")
