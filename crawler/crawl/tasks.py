"""Turn the request of a source into a fetch task; a night and `sources check` share this step."""

from __future__ import annotations

from crawler.model import FetchTask, Request


def fetch_task(
    request: Request,
    etag: str | None = None,
    last_modified: str | None = None,
) -> FetchTask:
    """Return the task that fetches `request` under the purpose that the source declared.

    The purpose decides whether robots.txt applies, how large the body may be and whether the
    answer is archived. `etag` and `last_modified` make the request conditional (RFC 9110, 13.1).
    """
    return FetchTask(
        request.url,
        request.purpose,
        request.accept,
        request.headers,
        request.body,
        etag,
        last_modified,
    )
