"""The status page: the last nights, the causes of failures, and the state of every source."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from crawler.group_by_key import group_by
from crawler.monitoring.facts import load_facts
from crawler.monitoring.failure_causes import group_failures
from crawler.sitegen.counter_labels import label_counters
from crawler.sitegen.day_strip import STATES, read_day_strip
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.run_status import CrawlStatus, SourceStatus
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.status_json import StatusFacts, render_status_json
from crawler.store.machine_measures import last_machine_measures
from crawler.store.run_monitoring import silence_limits

SUBJECT = "site"
TEMPLATE = "site/status.html"
_SHOWN_NIGHTS = 10
_GROUPS = ("failing", "silent", "changed", "not polled yet", "up")


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `status.html` with `status.json` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("status.html", lambda: _status_pages(model), ("status.html",))


def read_status_facts(model: SiteModel) -> StatusFacts:
    """Return the facts that the snapshot of `model` contains."""
    status, facts = model.crawl_status, load_facts(model.db)
    polled = len(status.sources) - len(status.unpolled)
    return StatusFacts(
        nights=facts.nights,
        strip=read_day_strip(model.db),
        failures=group_failures(status.failing, polled),
        pages=next((pages for pages in facts.pages if not pages.source), None),
        backlog=facts.backlog,
        machine=last_machine_measures(model.db),
        silence=silence_limits(model.db),
    )


def _status_pages(model: SiteModel) -> list[Page | OutputFile]:
    status, facts = model.crawl_status, read_status_facts(model)
    last_good = facts.nights.last_good
    context = {
        "facts": facts,
        "last_good": last_good.finished.isoformat().replace("+00:00", "Z") if last_good else "",
        "states": STATES,
        "shown_nights": [cell for cell in facts.strip if cell.started][: -_SHOWN_NIGHTS - 1 : -1],
        "failures": facts.failures,
        "groups": _by_state(status),
        "counters": label_counters(status.last.counts) if status.last else [],
    }
    return [Page("status.html", context), render_status_json(model.settings.title, status, facts)]


def _by_state(status: CrawlStatus) -> list[tuple[str, list[SourceStatus]]]:
    """Return the enabled sources by their state, those that need attention first."""
    silent = {source.name for source in status.silent}
    changed = {source.name for source in status.changed}

    def state(source: SourceStatus) -> str:
        if source.failing:
            return "failing"
        if source.name in silent:
            return "silent"
        if source.name in changed:
            return "changed"
        return "up" if source.last_ok else "not polled yet"

    groups = group_by(status.sources, state)
    return [(name, groups[name]) for name in _GROUPS if name in groups]
