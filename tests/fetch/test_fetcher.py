"""The fetcher: redirects, robots.txt, rate limits, and one exchange per URL."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.fetcher import Fetcher, FetcherConfig, Visit
from crawler.fetch.politeness import PolitenessPolicy
from crawler.fetch.robots_policy import RobotsCopy
from crawler.fetch.run_cache import RunCache
from crawler.fetch.warc_archive import WarcArchive
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from tests.virtual_time import START, now, run

NOT_THERE = (404, "", b"Not here")


@dataclass
class Web:
    """A web of answers by URL, each taking a tenth of a second; what is not there is 404.

    It records the requests and their times.
    """

    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[float, FetchRequest]] = field(default_factory=list)
    seconds: float = 0.1

    async def exchange(self, task: FetchRequest) -> Response | Failure:
        self.asked.append((asyncio.get_running_loop().time(), task))
        await asyncio.sleep(self.seconds)
        answer = self.pages.get(task.url, NOT_THERE)
        if isinstance(answer, Failure):
            return replace(answer, url=task.url)
        status, location, body = answer if isinstance(answer, tuple) else (200, "", answer)
        headers = (("location", location),) if location else ()
        return Response(task.url, task.url, status, headers, body, now())

    def urls(self) -> list[str]:
        return [task.url for _, task in self.asked if not task.url.endswith("/robots.txt")]


class Memory(dict[str, RobotsCopy]):
    """A robots memory in a dictionary."""

    def load(self, authority: str) -> RobotsCopy | None:
        return self.get(authority)

    def save(self, authority: str, copy: RobotsCopy) -> None:
        self[authority] = copy


def to(location: str, status: int = 302) -> tuple[int, str, bytes]:
    return status, location, b""


def robots(text: str) -> bytes:
    return f"User-agent: *\n{text}\n".encode()


def fetcher(web: Web, **options: Any) -> Fetcher:
    settings: dict[str, Any] = {
        "agent": "hashtrail",
        "policy": PolitenessPolicy(),
        "robots_cache": Memory(),
        "now": now,
    }
    own = {name: options.pop(name, None) for name in ("cache", "domains")}
    return Fetcher(web.exchange, FetcherConfig(**(settings | options)), **own)


def fetch(web: Web, task: FetchRequest | str, **options: Any) -> Response | Failure:
    async def one() -> Response | Failure:
        return await fetcher(web, **options).fetch(
            FetchRequest(task, "page") if isinstance(task, str) else task
        )

    return run(one())


def fetch_all(web: Web, *tasks: FetchRequest, **options: Any) -> list[Response | Failure]:
    async def all_of_them() -> list[Response | Failure]:
        out = fetcher(web, **options)
        return await asyncio.gather(*(out.fetch(task) for task in tasks))

    return run(all_of_them())


def failed(answer: Response | Failure, outcome: Outcome) -> Failure:
    assert isinstance(answer, Failure), answer
    assert answer.outcome == outcome, answer
    return answer


def good(answer: Response | Failure) -> Response:
    assert isinstance(answer, Response), answer
    return answer


def test_page_response_has_the_robots_rule_and_the_wait() -> None:
    web = Web(
        {
            "https://a.example/robots.txt": robots("Disallow: /private\nAllow: /p"),
            "https://a.example/page": b"hello",
        }
    )
    answer = good(fetch(web, "https://a.example/page#part"))
    assert (answer.body, answer.url, answer.final_url) == (
        b"hello",
        "https://a.example/page#part",
        "https://a.example/page",
    )
    assert "/p" in (answer.robots_rule or "")
    assert answer.waited_ms == pytest.approx(3100, abs=150)


def test_content_signal_of_robots_txt_is_a_header_of_the_page() -> None:
    robots_txt = robots("Content-Signal: search=yes, ai-train=no\nAllow: /")
    answer = good(
        fetch(
            Web({"https://a.example/robots.txt": robots_txt, "https://a.example/page": b"hello"}),
            "https://a.example/page",
        )
    )
    assert answer.header("robots-content-signal") == "ai-train=no, search=yes"


def test_disallowed_page_is_not_requested() -> None:
    web = Web(
        {
            "https://a.example/robots.txt": robots("Disallow: /private"),
            "https://a.example/private/x": b"secret",
        }
    )
    failure = failed(fetch(web, "https://a.example/private/x"), Outcome.BLOCKED_ROBOTS)
    assert "/private" in (failure.robots_rule or "")
    assert web.urls() == []


@pytest.mark.parametrize("purpose", ["feed", "api"])
def test_feed_and_api_requests_ignore_robots_txt(purpose: Any) -> None:
    web = Web(
        {"https://a.example/robots.txt": robots("Disallow: /"), "https://a.example/feed": b"<rss/>"}
    )
    assert (
        good(fetch(web, FetchRequest("https://a.example/feed", purpose=purpose))).body == b"<rss/>"
    )
    assert len(web.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_unavailable_robots_txt_allows_everything(status: int) -> None:
    web = Web(
        {
            "https://a.example/robots.txt": (status, "", b"User-agent: *\nDisallow: /"),
            "https://a.example/x": b"x",
        }
    )
    assert good(fetch(web, "https://a.example/x")).body == b"x"


@pytest.mark.parametrize(
    "broken",
    [
        (429, "", b""),
        (500, "", b""),
        (503, "", b""),
        *(
            Failure("", "fetch", outcome, "broken")
            for outcome in (Outcome.TIMEOUT, Outcome.DNS, Outcome.TLS)
        ),
    ],
)
def test_unreachable_robots_txt_blocks_the_host_for_this_run(broken: Any) -> None:
    web = Web({"https://a.example/robots.txt": broken, "https://a.example/x": b"x"})
    answers = fetch_all(
        web,
        FetchRequest("https://a.example/x", "page"),
        FetchRequest("https://a.example/y", "page"),
    )
    assert [failed(answer, Outcome.ROBOTS_UNREACHABLE).url for answer in answers] == [
        "https://a.example/x",
        "https://a.example/y",
    ]
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, Outcome.NOT_FOUND),
        (410, Outcome.GONE),
        (403, Outcome.FORBIDDEN),
        (451, Outcome.LEGAL),
        (429, Outcome.RATE_LIMITED),
        (500, Outcome.SERVER_ERROR),
    ],
)
def test_error_status_returns_a_failure_with_that_status(status: int, outcome: Outcome) -> None:
    failure = failed(
        fetch(Web({"https://a.example/x": (status, "", b"sorry")}), "https://a.example/x"), outcome
    )
    assert failure.status == status


@pytest.mark.parametrize(("hours", "allowed"), [(1, True), (23, True), (25, False), (-2, False)])
def test_last_good_robots_txt_is_used_for_a_day(hours: int, allowed: bool) -> None:
    web = Web(
        {
            "https://a.example/robots.txt": Failure("", "fetch", Outcome.TIMEOUT, "slow"),
            "https://a.example/x": b"x",
        }
    )
    known = Memory(
        {"https://a.example": RobotsCopy(START - timedelta(hours=hours), robots("Disallow: /y"))}
    )
    assert isinstance(fetch(web, "https://a.example/x", robots_cache=known), Response) is allowed
    assert isinstance(fetch(web, "https://a.example/y", robots_cache=known), Failure)


def test_good_robots_txt_is_cached_for_other_runs() -> None:
    copies = Memory()
    web = Web({"https://a.example/robots.txt": robots("Disallow: /y"), "https://a.example/x": b"x"})
    fetch(web, "https://a.example/x", robots_cache=copies)
    assert copies["https://a.example"].body == robots("Disallow: /y")


def test_robots_txt_is_read_once_per_authority_and_follows_redirects() -> None:
    web = Web(
        {
            "http://a.example/robots.txt": to("https://www.a.example/robots.txt"),
            "https://www.a.example/robots.txt": robots("Disallow: /x"),
        }
    )
    answers = fetch_all(web, *(FetchRequest(f"http://a.example/x{n}", "page") for n in range(9)))
    assert {failed(answer, Outcome.BLOCKED_ROBOTS).outcome for answer in answers} == {
        Outcome.BLOCKED_ROBOTS
    }
    assert len(web.asked) == 2


def test_robots_txt_redirect_loop_does_not_block_pages() -> None:
    web = Web(
        {
            "https://a.example/robots.txt": to("https://b.example/robots.txt"),
            "https://b.example/robots.txt": to("https://a.example/robots.txt"),
            "https://a.example/x": b"a",
            "https://b.example/x": b"b",
        }
    )
    assert [
        good(answer).body
        for answer in fetch_all(
            web,
            FetchRequest("https://a.example/x", "page"),
            FetchRequest("https://b.example/x", "page"),
        )
    ] == [b"a", b"b"]


def test_five_redirects_are_followed_and_recorded() -> None:
    web = Web(
        {f"https://h{n}.example/": to(f"https://h{n + 1}.example/", 301 + n % 2) for n in range(5)}
        | {"https://h5.example/": b"there"}
    )
    answer = good(fetch(web, "https://h0.example/"))
    assert (answer.url, answer.final_url, answer.body) == (
        "https://h0.example/",
        "https://h5.example/",
        b"there",
    )
    assert [(hop.url, hop.status) for hop in answer.hops] == [
        (f"https://h{n}.example/", 301 + n % 2) for n in range(5)
    ]


def test_sixth_redirect_fails_with_its_hops() -> None:
    web = Web({f"https://h{n}.example/": to(f"https://h{n + 1}.example/") for n in range(9)})
    failure = failed(fetch(web, "https://h0.example/"), Outcome.REDIRECT_LOOP)
    assert (failure.url, len(failure.hops)) == ("https://h0.example/", 6)


def test_redirect_loop_fails_at_the_first_repeat() -> None:
    web = Web(
        {
            "https://a.example/": to("https://b.example/"),
            "https://b.example/": to("https://a.example/"),
        }
    )
    assert len(failed(fetch(web, "https://a.example/"), Outcome.REDIRECT_LOOP).hops) == 2


@pytest.mark.parametrize(
    "location",
    [
        "",
        "file:///etc/passwd",
        "ftp://a.example/",
        "data:text/html,x",
        "javascript:alert(1)",
        "http://",
        "http://[::1",
        "https://a.example:x/",
    ],
)
def test_redirect_without_usable_target_fails(location: str) -> None:
    failed(
        fetch(Web({"https://a.example/": (302, location, b"")}), "https://a.example/"),
        Outcome.BAD_REDIRECT,
    )


@pytest.mark.parametrize("target", ["https://b.example/x", "https://a.example/private"])
def test_redirect_target_obeys_its_own_robots_txt(target: str) -> None:
    web = Web(
        {
            "https://a.example/": to(target),
            target: b"secret",
            "https://b.example/robots.txt": robots("Disallow: /"),
            "https://a.example/robots.txt": robots("Disallow: /private"),
        }
    )
    failure = failed(fetch(web, "https://a.example/"), Outcome.BLOCKED_ROBOTS)
    assert failure.url == "https://a.example/"
    assert [hop.url for hop in failure.hops] == ["https://a.example/"]
    assert target not in web.urls()


@pytest.mark.parametrize(("purpose", "followed"), [("page", True), ("feed", False), ("api", False)])
def test_only_pages_may_redirect_from_https_to_http(purpose: Any, followed: bool) -> None:
    web = Web({"https://a.example/": to("http://a.example/"), "http://a.example/": b"plain"})
    assert (
        isinstance(fetch(web, FetchRequest("https://a.example/", purpose=purpose)), Response)
        is followed
    )


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("https://a.example/next", True),
        ("https://b.example/next", False),
        ("http://a.example/next", False),
        ("https://a.example:8443/next", False),
    ],
)
def test_request_headers_are_not_sent_to_another_origin(target: str, kept: bool) -> None:
    web = Web({"https://a.example/": to(target), target: b"there"})
    fetch(
        web,
        FetchRequest(
            "https://a.example/",
            "page",
            headers=(("authorization", "Bearer t"), ("x-api-key", "k")),
        ),
    )
    assert bool(web.asked[-1][1].headers) is kept


@pytest.mark.parametrize(("status", "body"), [(302, None), (303, None), (307, "{}"), (308, "{}")])
def test_only_307_and_308_send_a_body_again(status: int, body: str | None) -> None:
    web = Web(
        {
            "https://a.example/": to("https://a.example/next", status),
            "https://a.example/next": b"[]",
        }
    )
    fetch(web, FetchRequest("https://a.example/", purpose="api", body="{}"))
    assert web.asked[-1][1].body == body


def test_request_body_is_never_sent_to_another_origin() -> None:
    web = Web({"https://a.example/": to("https://b.example/", 307), "https://b.example/": b"[]"})
    failed(
        fetch(web, FetchRequest("https://a.example/", purpose="api", body="{}")),
        Outcome.BAD_REDIRECT,
    )


def test_validators_are_sent_unchanged() -> None:
    web = Web({"https://a.example/f": (304, "", b"")})
    answer = good(
        fetch(
            web,
            FetchRequest(
                "https://a.example/f", purpose="feed", etag='W/"x"', last_modified="yesterday"
            ),
        )
    )
    assert answer.status == 304
    assert (web.asked[-1][1].etag, web.asked[-1][1].last_modified) == ('W/"x"', "yesterday")


def test_url_of_five_hundred_posts_is_requested_once() -> None:
    web = Web({"https://a.example/x": b"hello"})
    answers = fetch_all(web, *[FetchRequest("https://a.example/x", "page")] * 500)
    assert {good(answer).body for answer in answers} == {b"hello"}
    assert web.urls() == ["https://a.example/x"]


def test_two_short_links_to_one_page_make_one_request_and_have_own_hops() -> None:
    web = Web(
        {
            "https://s.example/1": to("https://a.example/x"),
            "https://s.example/2": to("https://a.example/x"),
            "https://a.example/x": b"hello",
        }
    )
    answers = [
        good(answer)
        for answer in fetch_all(
            web,
            FetchRequest("https://s.example/1", "page"),
            FetchRequest("https://s.example/2", "page"),
        )
    ]
    assert [(answer.url, answer.hops[0].url) for answer in answers] == [
        ("https://s.example/1",) * 2,
        ("https://s.example/2",) * 2,
    ]
    assert Counter(web.urls())["https://a.example/x"] == 1


def test_failure_is_cached_for_the_run() -> None:
    web = Web({"https://a.example/x": Failure("", "fetch", Outcome.TIMEOUT, "slow")})
    answers = fetch_all(web, *[FetchRequest("https://a.example/x", "page")] * 5)
    assert {failed(answer, Outcome.TIMEOUT).url for answer in answers} == {"https://a.example/x"}
    assert web.urls() == ["https://a.example/x"]


def test_lost_connection_is_retried_exactly_once() -> None:
    web = Web({"https://a.example/x": Failure("", "fetch", Outcome.TRUNCATED, "cut")})
    answers = fetch_all(web, *[FetchRequest("https://a.example/x", "page")] * 5)
    assert {failed(answer, Outcome.TRUNCATED).url for answer in answers} == {"https://a.example/x"}
    assert len(web.urls()) == 2


def test_successful_retry_returns_its_response() -> None:
    web = Web({"https://a.example/x": Failure("", "fetch", Outcome.CONNECT, "reset")})

    async def recovering(task: FetchRequest) -> Response | Failure:
        answer = await web.exchange(task)
        web.pages["https://a.example/x"] = (
            b"hello" if not task.url.endswith("robots.txt") else web.pages["https://a.example/x"]
        )
        return answer

    async def one() -> Response | Failure:
        return await Fetcher(
            recovering,
            FetcherConfig(
                agent="hashtrail", policy=PolitenessPolicy(), robots_cache=Memory(), now=now
            ),
        ).fetch(FetchRequest("https://a.example/x", "page"))

    assert good(run(one())).body == b"hello"


def test_host_that_times_out_three_times_is_deferred() -> None:
    web = Web(
        {f"https://a.example/{n}": Failure("", "fetch", Outcome.TIMEOUT, "slow") for n in range(9)}
    )
    answers = fetch_all(web, *(FetchRequest(f"https://a.example/{n}", "page") for n in range(9)))
    assert Counter(answer.outcome for answer in answers if isinstance(answer, Failure)) == {
        Outcome.TIMEOUT: 3,
        Outcome.DEFERRED: 6,
    }


def test_dropped_bodies_are_read_from_the_archive(
    tmp_path: Path,
) -> None:
    web = Web({f"https://h{n}.example/": b"body %d " % n * 100 for n in range(20)})
    with WarcArchive(tmp_path, START) as archive:
        tasks = [FetchRequest(f"https://h{n}.example/", purpose="feed") for n in range(20)]

        async def twice() -> list[Response | Failure]:
            out = fetcher(
                web, store=archive.store, cache=RunCache(archive.read, max_body_bytes=3_000)
            )
            first = [out.archive(task, good(await out.fetch(task))) for task in tasks]
            again = [out.archive(task, good(await out.fetch(task))) for task in tasks]
            assert [page.archive_offset for page in again] == [
                page.archive_offset for page in first
            ]
            return [*first, *again]

        answers = run(twice())
    assert [good(answer).body for answer in answers] == [web.pages[task.url] for task in tasks] * 2
    assert len(web.asked) == 20


def test_requests_to_one_host_are_sequential_with_gaps() -> None:
    web = Web({f"https://a.example/{n}": b"x" for n in range(6)}, seconds=2)
    fetch_all(web, *(FetchRequest(f"https://a.example/{n}", "page") for n in range(6)))
    starts = [at for at, _ in web.asked]
    assert [later - earlier for earlier, later in pairwise(starts)] == pytest.approx([6.0] * 6)


def test_hosts_are_independent_except_on_a_shared_platform() -> None:
    web = Web({})
    fetch_all(web, *(FetchRequest(f"https://h{n}.example/", purpose="feed") for n in range(9)))
    assert {at for at, _ in web.asked} == {0.0}
    web = Web({})
    fetch_all(web, *(FetchRequest(f"https://h{n}.substack.com/", purpose="feed") for n in range(9)))
    assert len({at for at, _ in web.asked}) == 9


def test_crawl_delay_extends_the_gap() -> None:
    web = Web(
        {
            "https://a.example/robots.txt": robots("Crawl-delay: 20"),
            "https://a.example/1": b"1",
            "https://a.example/2": b"2",
        }
    )
    fetch_all(
        web,
        FetchRequest("https://a.example/1", "page"),
        FetchRequest("https://a.example/2", "page"),
    )
    assert web.asked[2][0] - web.asked[1][0] == pytest.approx(20.1)


def test_crawl_delay_of_an_hour_allows_one_page_and_defers_others() -> None:
    web = Web(
        {
            "https://a.example/robots.txt": robots("Crawl-delay: 3600"),
            "https://a.example/1": b"1",
            "https://a.example/2": b"2",
        }
    )
    first, second = fetch_all(
        web,
        FetchRequest("https://a.example/1", "page"),
        FetchRequest("https://a.example/2", "page"),
    )
    assert good(first).body == b"1"
    assert "one page per run" in failed(second, Outcome.DEFERRED).message


def test_pages_beyond_the_budget_are_deferred() -> None:
    web = Web({f"https://a.example/{n}": b"x" for n in range(8)})
    answers = fetch_all(
        web,
        *(FetchRequest(f"https://a.example/{n}", "page") for n in range(8)),
        policy=PolitenessPolicy(per_host=5),
    )
    assert [isinstance(answer, Response) for answer in answers] == [True] * 5 + [False] * 3
    assert {failed(answer, Outcome.DEFERRED).outcome for answer in answers[5:]} == {
        Outcome.DEFERRED
    }


def test_three_refusals_defer_all_visits_to_a_host() -> None:
    web = Web(
        {f"https://a.example/{n}": (429, "", b"") for n in range(8)} | {"https://b.example/": b"b"}
    )
    answers = fetch_all(
        web,
        *(FetchRequest(f"https://a.example/{n}", purpose="feed") for n in range(8)),
        FetchRequest("https://b.example/", "page"),
    )
    assert Counter(answer.outcome for answer in answers[:8] if isinstance(answer, Failure)) == {
        Outcome.RATE_LIMITED: 3,
        Outcome.DEFERRED: 5,
    }
    assert good(answers[8]).body == b"b"


def test_retry_after_applies_to_all_visits_to_a_host() -> None:
    later = START + timedelta(hours=1)
    web = Web(
        {"https://a.example/1": Failure("", "fetch", Outcome.SERVER_ERROR, "503", later, 503)}
    )
    answers = fetch_all(
        web,
        FetchRequest("https://a.example/1", purpose="feed"),
        FetchRequest("https://a.example/2", purpose="feed"),
    )
    assert failed(answers[1], Outcome.DEFERRED).retry_after == later
    assert len(web.asked) == 1


def test_concurrent_exchanges_do_not_exceed_the_setting() -> None:
    running = most = 0

    async def exchange(task: FetchRequest) -> Response | Failure:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        await asyncio.sleep(1)
        running -= 1
        return Response(task.url, task.url, 404, (), b"", now())

    async def all_of_them() -> None:
        out = Fetcher(
            exchange,
            FetcherConfig(
                concurrency=4,
                agent="hashtrail",
                policy=PolitenessPolicy(),
                robots_cache=Memory(),
                now=now,
            ),
        )
        await asyncio.gather(
            *(out.fetch(FetchRequest(f"https://h{n}.example/", "page")) for n in range(20))
        )

    run(all_of_them())
    assert most == 4


def test_bot_check_is_detected_with_any_status() -> None:
    web = Web({"https://a.example/x": b"<title>Just a moment</title>"})

    async def challenged(task: FetchRequest) -> Response | Failure:
        answer = await web.exchange(task)
        return (
            replace(answer, headers=(("cf-mitigated", "challenge"),))
            if isinstance(answer, Response)
            else answer
        )

    async def one() -> Response | Failure:
        out = Fetcher(
            challenged,
            FetcherConfig(
                agent="hashtrail", policy=PolitenessPolicy(), robots_cache=Memory(), now=now
            ),
        )
        return await out.fetch(FetchRequest("https://a.example/x", "feed"))

    failed(run(one()), Outcome.CHALLENGE)


@pytest.mark.parametrize(
    "url", ["", "mailto:a@b.example", "/relative", "http://", "http://[::1", "javascript:alert(1)"]
)
@pytest.mark.parametrize("purpose", ["page", "feed"])
def test_invalid_url_fails_without_a_request(url: str, purpose: Any) -> None:
    web = Web({})
    failed(fetch(web, FetchRequest(url, purpose)), Outcome.REFUSED_URL)
    assert not web.asked


@pytest.mark.parametrize("outcome", [Outcome.REFUSED_ADDRESS, Outcome.REFUSED_URL])
def test_blocked_host_fails_with_its_own_outcome(outcome: Outcome) -> None:
    failed(
        fetch(
            Web({"http://a.example/robots.txt": Failure("", "fetch", outcome, "private")}),
            "http://a.example/x",
        ),
        outcome,
    )


def test_robots_txt_that_redirects_to_the_domain_of_another_worker_is_left_to_one_for_both() -> (
    None
):
    web = Web(
        {
            "https://a.example/robots.txt": to("https://b.example/robots.txt"),
            "https://b.example/robots.txt": robots("Disallow: /no"),
            "https://a.example/yes": b"Yes",
        }
    )

    async def visits(domains: frozenset[str], visit: Visit) -> Visit | Response | Failure:
        visiting = fetcher(web, domains=domains)
        place: Visit | Response | Failure = visit
        while isinstance(place, Visit) and visiting.may_make(place):
            place = await visiting.step(place)
        return place

    first = Visit.first(FetchRequest("https://a.example/yes", "page"), START)
    left = run(visits(frozenset({"a.example"}), first))
    assert left == replace(first, robots_domains=("b.example",))
    assert not [task for _, task in web.asked if "b.example" in task.url]
    response = run(visits(left.domains, left))
    assert isinstance(response, Response)
    assert response.body == b"Yes"
