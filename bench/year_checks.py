"""The checks at the end of a simulated year: nothing is missing, and what should is flat."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING

from bench.year_world import MOVED_TO, MOVING, NAMES, STOPPED

if TYPE_CHECKING:
    from bench.year_workspace import NightMeasures, YearWorkspace

_MOST_BACKUPS = 12  # seven days, four weeks, and one that is not needed any more
_LONGEST_GONE_DAYS = 120  # until an article that vanished must have the state `gone`
_MOST_GROWTH = 1.25
# Measures that must not grow after the first third of a year: in total, or for each article.
FLAT = ("log_bytes", "run_sources")
FLAT_PER_ARTICLE = ("archive_bytes", "database_bytes", "fetches", "site_bytes")
_LONG_YEAR = 200  # nights, from which growth differs clearly from noise


def end_problems(home: YearWorkspace, nights: Sequence[NightMeasures]) -> Iterator[str]:
    """Yield what differs in `home` from an undisturbed year, after all `nights`."""
    yield from _missing_posts(home)
    yield from _wrong_sources(home)
    yield from _unread_articles(home)
    backups = len(list((home.state / "backups").glob("*.db")))
    if backups > _MOST_BACKUPS:
        yield f"end: {backups} backups, at most {_MOST_BACKUPS} are expected"
    command = [sys.executable, "-m", "crawler", "--workspace", str(home.folder), "verify"]
    verified = subprocess.run(command, capture_output=True, text=True)
    if verified.returncode:
        yield f"end: verify: {verified.stdout}{verified.stderr}"
    if len(nights) >= _LONG_YEAR:
        yield from _growth(nights)


def _missing_posts(home: YearWorkspace) -> Iterator[str]:
    for name in NAMES:
        expected = len(home.world.published(name, home.world.plan.days - 1))
        like = f"https://{name}.example/article-%"
        sql = f"SELECT count(*) FROM posts WHERE url LIKE '{like}' OR uri LIKE '{like}'"
        ((stored,),) = home.rows(sql)
        if stored != expected:
            yield f"end: {stored} of {expected} posts of the feed {name} are stored"


def _wrong_sources(home: YearWorkspace) -> Iterator[str]:
    sql = "SELECT name, failures, polled_url, stopped FROM sources"
    for name, failures, polled_url, stopped in home.rows(sql):
        if failures and name != STOPPED:
            yield f"end: the source {name} fails"
        if name == MOVING and f"//{MOVED_TO}.example/" not in polled_url:
            yield f"end: the source {name} is polled at its old URL"
        if name == STOPPED and not stopped:
            yield f"end: the source {name} is still polled"


def _unread_articles(home: YearWorkspace) -> Iterator[str]:
    world = home.world
    last = world.plan.days - 1
    for url, title, state in home.rows("SELECT url, text, state FROM articles"):
        name, number = url.split("//")[1].split(".")[0], int(url.rsplit("-", 1)[1])
        if world.exists(name, number, last):
            if not title or state != "ok":
                yield f"end: the article {url} is online, and its state is {state}"
        elif last - number - world.plan.article_days > _LONGEST_GONE_DAYS and state != "gone":
            yield f"end: the article {url} vanished, and its state is {state}"


def _growth(nights: Sequence[NightMeasures]) -> Iterator[str]:
    """Compare the last tenth of the year with the tenth after its first third."""
    tenth = len(nights) // 10
    early, late = nights[len(nights) // 3 :][:tenth], nights[-tenth:]
    for name in (*FLAT, *FLAT_PER_ARTICLE):
        before, after = _typical(early, name), _typical(late, name)
        if after > _MOST_GROWTH * before:
            yield f"end: {name} grew from {before:,.0f} to {after:,.0f}"


def _typical(nights: Sequence[NightMeasures], name: str) -> float:
    """Return the median of a measure, divided by the number of articles if it grows with them."""
    shares = (night.articles if name in FLAT_PER_ARTICLE else 1 for night in nights)
    return median(getattr(night, name) / share for night, share in zip(nights, shares, strict=True))
