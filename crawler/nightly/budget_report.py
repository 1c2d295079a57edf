"""Report the budget of a run: the used part, the limits, and the due work that was not reached."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from crawler.counted_nouns import counted_noun
from crawler.crawl.run_budget import RunBudget
from crawler.sitegen.run_report_tables import format_budget
from crawler.store.run_measures import RunMeasure

_NAMES = {"hours": "time", "requests": "requests", "megabytes": "download", "disk_mb": "disk"}


@dataclass(frozen=True, slots=True)
class Backlog:
    """The numbers of due articles, posts and sources that a run did not reach."""

    articles: int
    posts: int
    sources: int


def budget_measures(budget: RunBudget, backlog: Backlog) -> tuple[RunMeasure, ...]:
    """Return the used part and the limit of each part of `budget`, and the `backlog`."""
    groups = {
        "budget_used": budget.used(),
        "budget_limit": budget.limits(),
        "backlog": asdict(backlog),
    }
    return tuple(
        RunMeasure(measure, subject, round(value, 4))
        for measure, values in groups.items()
        for subject, value in values.items()
    )


def budget_notes(budget: RunBudget, backlog: Backlog) -> tuple[str, ...]:
    """Return a sentence if `budget` ended the run before the `backlog` was reached."""
    left = {
        "source": backlog.sources,
        "post": backlog.posts,
        "article": backlog.articles,
    }
    waiting = [counted_noun(number, noun) for noun, number in left.items() if number]
    if not budget.ended_by or not waiting:
        return ()
    number = ", ".join(waiting)
    return (f"{_reason(budget)} Not reached: {number}. They come first in the next run.",)


def _reason(budget: RunBudget) -> str:
    name = budget.ended_by
    if name == "free_mb":
        return "Little free disk space is left ([budget] free_mb), so no further request started."
    limit = format_budget(name, budget.limits()[name])
    return f"The budget for {_NAMES[name]} ([budget] {name}) is used up: {limit}."
