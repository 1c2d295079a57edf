"""Print the plan and the costs of 10 thousand, 100 thousand and 1 million sources.

    python -m bench.scaling [--sources 10000 ...] [--slots 256] [--hours 24] [--prices FILE]

The night is simulated (`bench.polite_simulation`). CPU time, disk and memory are measured figures
of `FIGURES` times the numbers of the simulation. Prices are inputs. `--check` compares the output
with the block in docs/SCALING.md, and `--write` replaces it.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.polite_hosts import Shares, generate_hosts
from bench.polite_simulation import Capacity, Night, least_seconds, simulate
from crawler.fetch.politeness import PolitenessPolicy

PRICES = Path(__file__).with_name("scaling_prices.toml")
PAGE = Path(__file__).parents[1] / "docs/SCALING.md"
SIZES = (10_000, 100_000, 1_000_000)
_START, _END = "<!-- begin: python -m bench.scaling -->\n", "<!-- end -->\n"


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured figures; the page docs/SCALING.md names the source of each.

    Milliseconds of CPU time for a page and a poll, kilobytes of disk for an article, gigabytes of
    the database at which one machine was measured.
    """

    page_ms: float = 15.2  # python -m bench crawl: fetch, extract, tag, store
    poll_ms: float = 1.0  # python -m bench crawl: fetch
    feed_ms: float = 1.5  # python -m bench feeds: 58 kB, the mean of 215 feeds, at 38 MB/s
    archive_kb: float = 25.0  # docs/OPERATING.md
    database_kb: float = 15.0  # docs/OPERATING.md
    published_kb: float = 63.0  # snapshot and site on disk, docs/OPERATING.md
    backup_kb: float = 170.0  # eleven copies, docs/OPERATING.md


FIGURES = Figures()


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of one size: the simulated `night` and what follows from it."""

    sources: int
    hosts: int
    night: Night
    best: float

    @property
    def cpu_hours(self) -> float:
        """CPU time of a night in hours, without annotating and publishing."""
        count = self.night.requests
        ms = (
            count["page"] * FIGURES.page_ms
            + count["feed"] * FIGURES.feed_ms
            + (count.total() - count["page"]) * FIGURES.poll_ms
        )
        return ms / 3_600_000

    @property
    def articles_of_year(self) -> int:
        """Articles after a year of such nights."""
        return 365 * self.night.requests["page"]


def plan(sources: int, capacity: Capacity, shares: Shares | None = None) -> Plan:
    """Return the plan of a number of `sources` within a `capacity`, with these `shares`."""
    shares = shares or Shares()
    hosts = generate_hosts(sources, shares)
    policy = PolitenessPolicy()
    night = simulate(hosts, policy, capacity, shares)
    return Plan(sources, len(hosts), night, least_seconds(hosts, policy, capacity.slots))


def cost_of_month(numbers: Plan, prices: Mapping[str, float]) -> dict[str, float]:
    """Return the costs of a month by part, with `prices` per unit, after a year."""
    night = numbers.night
    gigabytes = numbers.articles_of_year / 1e6
    local = gigabytes * (FIGURES.database_kb + FIGURES.published_kb + FIGURES.backup_kb)
    return {
        "CPU": 30 * numbers.cpu_hours * prices["core_hour"],
        "disk": local * prices["disk_gb_month"],
        "archive": gigabytes * FIGURES.archive_kb * prices["object_gb_month"],
        "archive requests": 30 * night.requests["page"] / 1e8 * prices["object_put_million"],
        "traffic": 30 * night.kilobytes / 1e6 * prices["traffic_gb"],
    }


def table(plans: Sequence[Plan], prices: Mapping[str, float], currency: str) -> str:
    """Return the plans with their costs as Markdown; `prices` are in the `currency`."""
    rows: dict[str, list[str]] = {
        "hosts (rate limits)": [f"{numbers.hosts:,}" for numbers in plans],
        "requests of a night": [f"{numbers.night.requests.total():,}" for numbers in plans],
        "of them 304": [f"{numbers.night.requests['not modified']:,}" for numbers in plans],
        "of them pages": [f"{numbers.night.requests['page']:,}" for numbers in plans],
        "refused (429)": [f"{numbers.night.requests['refused']:,}" for numbers in plans],
        "no response": [f"{numbers.night.requests['no response']:,}" for numbers in plans],
        "deferred to another night": [f"{numbers.night.deferred:,}" for numbers in plans],
        "received": [f"{numbers.night.kilobytes / 1e6:,.1f} GB" for numbers in plans],
        "all polls ended after": [_hours(numbers.night.polled) for numbers in plans],
        "99 % of hosts ended after": [
            _hours(numbers.night.seconds_until(0.99)) for numbers in plans
        ],
        "night ended after": [_hours(numbers.night.seconds) for numbers in plans],
        "lower bound": [_hours(numbers.best) for numbers in plans],
        "CPU time of polls and pages": [f"{numbers.cpu_hours:,.2f} h" for numbers in plans],
        "articles after a year": [f"{numbers.articles_of_year:,}" for numbers in plans],
    }
    rows["archive after a year"] = [_gigabytes(numbers, FIGURES.archive_kb) for numbers in plans]
    rows["database after a year"] = [_gigabytes(numbers, FIGURES.database_kb) for numbers in plans]
    rows["snapshot and site"] = [_gigabytes(numbers, FIGURES.published_kb) for numbers in plans]
    rows["backups"] = [_gigabytes(numbers, FIGURES.backup_kb) for numbers in plans]
    costs = [cost_of_month(numbers, prices) for numbers in plans]
    for part in costs[0]:
        rows[f"{part}, {currency} a month"] = [f"{cost[part]:,.2f}" for cost in costs]
    rows[f"total, {currency} a month"] = [f"{sum(cost.values()):,.2f}" for cost in costs]
    head = [f"{numbers.sources:,} sources" for numbers in plans]
    lines = ["| | " + " | ".join(head) + " |", "|---|" + "---|" * len(plans)]
    lines += [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()]
    return "\n".join(lines) + "\n"


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"


def _gigabytes(numbers: Plan, kilobytes: float) -> str:
    return f"{numbers.articles_of_year * kilobytes / 1e6:,.0f} GB"


def main() -> None:
    """Print, check or write the table of the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", nargs="+", type=int, default=SIZES)
    parser.add_argument("--slots", type=int, default=256)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--prices", type=Path, default=PRICES)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    prices = tomllib.loads(options.prices.read_text(encoding="utf-8"))
    capacity = Capacity(options.slots, options.hours)
    plans = [plan(sources, capacity) for sources in options.sources]
    text = table(plans, prices, str(prices["currency"]))
    print(text, end="")
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(_START)
    current, _, after = rest.partition(_END)
    if options.write:
        PAGE.write_text(f"{before}{_START}\n{text}\n{_END}{after}", encoding="utf-8")
    elif options.check and current.strip() != text.strip():
        sys.exit("docs/SCALING.md differs. Run: python -m bench.scaling --write")


if __name__ == "__main__":
    main()
