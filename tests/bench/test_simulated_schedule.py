"""The simulated schedule and the plan: polite, complete, reproducible, and bounded."""

from __future__ import annotations

import tomllib

import pytest

from bench.crawl_schedule import SECONDS, night_seconds
from bench.polite_hosts import Host, Shares, generate_hosts
from bench.polite_simulation import Capacity, least_seconds, simulate
from bench.scaling import PRICES, cost_of_month, plan, table
from crawler.fetch.politeness import PolitenessPolicy
from crawler.models.http_exchange import FetchRequest
from tests.virtual_time import run

POLICY = PolitenessPolicy(3.0, 50)
CALM = Shares(unchanged=0.0, slow=0.0, refusing=0.0, dead=0.0)


def test_night_of_one_host_takes_its_delays() -> None:
    night = simulate([Host(1, 10, 0.1)], POLICY, Capacity(4), CALM)
    assert night.requests == {"feed": 1, "robots.txt": 1, "page": 10}
    assert 11 * 3.0 < night.seconds < 11 * 3.0 + 12 * 0.15 + 0.01


def test_hosts_wait_at_the_same_time_while_slots_are_free() -> None:
    hosts = [Host(1, 10, 1.0)] * 20
    wide, narrow = (simulate(hosts, POLICY, Capacity(slots), CALM).seconds for slots in (20, 1))
    assert wide < 11 * 3.0 + 12 * 1.5 + 0.1
    assert narrow > 20 * 12 * 0.7


def test_pages_above_the_budget_of_a_host_are_deferred() -> None:
    night = simulate([Host(0, 60, 0.1)], POLICY, Capacity(4), CALM)
    assert (night.requests["page"], night.deferred) == (50, 10)


def test_host_without_response_is_given_up() -> None:
    night = simulate([Host(0, 60, 0.1, is_dead=True)], POLICY, Capacity(4), CALM)
    assert night.requests == {"no response": 3}
    assert night.deferred == 57


def test_refusing_host_is_left_alone_after_a_retry_later() -> None:
    night = simulate([Host(200, 0, 0.1, refuses=True)], POLICY, Capacity(4), CALM)
    assert night.requests["refused"] == 1
    assert night.deferred > 0


def test_crawl_delay_of_a_host_is_obeyed() -> None:
    night = simulate([Host(0, 5, 0.1, crawl_delay=10.0)], POLICY, Capacity(4), CALM)
    assert night.seconds > 5 * 10.0


def test_unchanged_feeds_cost_headers_only() -> None:
    changed, unchanged = (
        simulate([Host(100, 0, 0.1)], POLICY, Capacity(4), Shares(unchanged=share))
        for share in (0.0, 1.0)
    )
    assert unchanged.requests == {"not modified": 100}
    assert unchanged.kilobytes < changed.kilobytes / 20


def test_nothing_begins_after_the_budget_of_time() -> None:
    night = simulate([Host(0, 50, 0.1)], POLICY, Capacity(4, hours=60 / 3600), CALM)
    assert night.requests["page"] < 20
    assert night.seconds < 61


@pytest.mark.parametrize("sources", [50, 2000])
def test_generated_night_is_reproducible_and_above_the_bound(sources: int) -> None:
    hosts = generate_hosts(sources, Shares())
    assert hosts == generate_hosts(sources, Shares())
    assert sum(host.sources for host in hosts) == sources
    first, again = (simulate(hosts, POLICY, Capacity(64), Shares()) for _ in range(2))
    assert first == again
    assert first.seconds >= least_seconds(hosts, POLICY, 64)


def test_simulation_agrees_with_the_pipeline_on_a_clock_that_jumps() -> None:
    tasks = [FetchRequest(f"https://h{n % 5}.example/{n}", "page") for n in range(50)]
    piped = run(night_seconds(tasks, POLICY, 32))
    simulated = simulate([Host(0, 10, SECONDS)] * 5, POLICY, Capacity(32), CALM).seconds
    assert simulated == pytest.approx(piped, rel=0.05)


def test_table_has_every_size_and_the_sum_of_its_costs() -> None:
    prices = tomllib.loads(PRICES.read_text(encoding="utf-8"))
    plans = [plan(sources, Capacity(64)) for sources in (100, 1000)]
    text = table(plans, prices, "EUR")
    assert "100 sources | 1,000 sources" in text
    total = sum(cost_of_month(plans[1], prices).values())
    assert f"{total:,.2f} |" in text.splitlines()[-1]
