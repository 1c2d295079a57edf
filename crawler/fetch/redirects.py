"""Follow a redirect: the next request, or the reason why it is not made. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.fetch.request_headers import redirect_target
from crawler.models.http_exchange import FetchRequest, Hop, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.redirect_pages import page_redirect_target
from crawler.url_parser import origin_of

MAX_HOPS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})  # RFC 9110 section 15.4: the others turn a POST into a GET


def is_redirect(task: FetchRequest, response: Response) -> bool:
    """Whether a `response` to a task redirects by its status, or a page by its content."""
    return response.status in REDIRECTS or page_target(task, response) is not None


def page_target(task: FetchRequest, response: Response) -> str | None:
    """Return the URL to which a page redirects by its content, or None.

    `response` answers `task`. An empty URL means that a warning page has no link.
    """
    is_html = "html" in response.header("content-type").lower()
    if task.purpose != "page" or response.status != 200 or not is_html:
        return None
    return page_redirect_target(response.body, task.url, response.header("refresh"))


def redirected_request(
    task: FetchRequest, response: Response, hops: Sequence[Hop]
) -> FetchRequest | Failure:
    """Return the request after a redirect `response` to a task, or a Failure.

    `hops` are all redirects so far, this one included. Headers are sent only to their own origin:
    credentials have many names. A body is sent again only within an origin.
    """
    target = redirect_target(replace(response, final_url=task.url)) or page_target(task, response)
    if not target:
        return Failure(
            task.url,
            "fetch",
            Outcome.BAD_REDIRECT,
            "a redirect without a usable URL",
            status=response.status,
        )
    refusal = _refusal(task, target, response.status, hops)
    if refusal:
        return Failure(task.url, "fetch", *refusal, status=response.status)
    is_same_origin = origin_of(task.url) == origin_of(target)
    return replace(
        task,
        url=target,
        headers=task.headers if is_same_origin else (),
        body=task.body if response.status in _KEEPS_METHOD else None,
    )


def _refusal(
    task: FetchRequest, target: str, status: int, hops: Sequence[Hop]
) -> tuple[Outcome, str] | None:
    if task.secrets:
        return Outcome.BAD_REDIRECT, "a request with a secret may not be redirected"
    if target in {hop.url for hop in hops}:
        return Outcome.REDIRECT_LOOP, "the redirects form a loop"
    if len(hops) > MAX_HOPS:
        return Outcome.REDIRECT_LOOP, f"more than {MAX_HOPS} redirects"
    if (
        task.purpose in ("feed", "api")
        and task.url.startswith("https:")
        and not target.startswith("https:")
    ):
        return Outcome.BAD_REDIRECT, "a source may not redirect from https to http"
    if (
        task.body is not None
        and status in _KEEPS_METHOD
        and origin_of(task.url) != origin_of(target)
    ):
        return Outcome.BAD_REDIRECT, "a request with a body may not be redirected to another origin"
    return None
