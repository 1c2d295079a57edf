"""Fallacy 6: there is one administrator.

Each site has its own rules, which are obeyed: robots.txt, refusals, directives about use.
"""

from __future__ import annotations

import pytest

from crawler.extract.robots_directives import parse_directives
from crawler.models.articles import Directives
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from tests.fallacies.cases import Case, Rig


def page(robots: str, expect: Outcome, path: str = "/fine", **more: object) -> Case:
    """A page of a site whose robots file is the one that `/robots-<name>` of the hostile server
    answers with.
    """
    return Case(
        f"http://robots-{robots}.example{path}", expect, purpose="page", port="http", **more
    )  # type: ignore[arg-type]


CASES = (
    # rules in robots.txt
    page("open", Outcome.OK, requests=2),
    page("closed", Outcome.BLOCKED_ROBOTS, requests=1),
    page("empty", Outcome.OK),
    page("other", Outcome.OK),
    page("ours", Outcome.OK),
    page("ours", Outcome.BLOCKED_ROBOTS, "/fine/no", requests=1),
    page("bom", Outcome.BLOCKED_ROBOTS),
    page("cr", Outcome.BLOCKED_ROBOTS),
    page("crlf", Outcome.BLOCKED_ROBOTS),
    page("nul", Outcome.BLOCKED_ROBOTS),
    page("gzip", Outcome.BLOCKED_ROBOTS),
    page("html", Outcome.OK),
    page("rule-early", Outcome.BLOCKED_ROBOTS),
    page("rule-late", Outcome.OK),
    # the file is not there: nothing is forbidden (RFC 9309 section 2.3.1.3)
    page("400", Outcome.OK),
    page("401", Outcome.OK),
    page("403", Outcome.OK),
    page("404", Outcome.OK),
    page("410", Outcome.OK),
    page("451", Outcome.OK),
    page("loop", Outcome.OK),
    # the file is elsewhere, and the rules are those of the first authority
    page("moved", Outcome.BLOCKED_ROBOTS, requests=2),
    page("hops", Outcome.OK),
    # the file cannot be had: everything is forbidden (section 2.3.1.4)
    page("429", Outcome.ROBOTS_UNREACHABLE, requests=1),
    page("500", Outcome.ROBOTS_UNREACHABLE, requests=1),
    page("503", Outcome.ROBOTS_UNREACHABLE, requests=1),
    page("hang-up", Outcome.ROBOTS_UNREACHABLE),
    page("no-http", Outcome.ROBOTS_UNREACHABLE),
    page("gzip-broken", Outcome.ROBOTS_UNREACHABLE),
    # the robots.txt of the redirect target decides
    page("open", Outcome.BLOCKED_ROBOTS, "/to-closed-site", hops=1),
    # refusals have names
    Case("/401", Outcome.FORBIDDEN),
    Case("/402", Outcome.FORBIDDEN),
    Case("/403", Outcome.FORBIDDEN),
    Case("/407", Outcome.FORBIDDEN),
    Case("/429", Outcome.RATE_LIMITED, requests=1),
    Case("/451", Outcome.LEGAL),
    Case("/503", Outcome.SERVER_ERROR, requests=1),
    Case("/404-huge", Outcome.NOT_FOUND),
    Case("/challenge", Outcome.CHALLENGE),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rules_of_each_site_are_obeyed(rig: Rig, case: Case):
    rig.check(case)


@pytest.mark.parametrize(
    ("path", "outcome"),
    [("/429-for-an-hour", Outcome.RATE_LIMITED), ("/503-broken", Outcome.SERVER_ERROR)],
)
def test_refusal_with_a_time_is_recorded_with_that_time(rig: Rig, path: str, outcome: Outcome):
    result = rig.fetch(Case(path, outcome))
    assert isinstance(result, Failure)
    assert result.outcome is outcome
    assert result.retry_after is not None
    assert (result.retry_after.hour, result.retry_after.minute) == (13, 0)


@pytest.mark.parametrize(
    ("path", "directives"),
    [
        ("/fine", Directives()),
        ("/robots-tag", Directives(noarchive=True, max_snippet=50)),
        ("/tdm", Directives(no_ai=True)),
    ],
)
def test_directives_of_a_page_are_recorded(rig: Rig, path: str, directives: Directives):
    answer = rig.fetch(Case(path, Outcome.OK))
    assert isinstance(answer, Response)
    assert parse_directives({}, answer.headers) == directives
