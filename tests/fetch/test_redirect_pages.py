"""Pages that redirect by their content: alias pages and warning pages, but not articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.fetch.redirects import is_redirect, redirected_request
from crawler.models.http_exchange import FetchRequest, Hop, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.redirect_pages import page_redirect_target

PAGE = "https://old.example/2019/leases/"
NEW = "https://new.example/leases"
ARTICLE = "<article>" + "<p>A lease is a lock with an end, and clocks decide it.</p>" * 20


def _response(
    body: str, url: str = PAGE, content_type: str = "text/html", refresh: str = ""
) -> Response:
    headers = (("content-type", content_type), *([("refresh", refresh)] if refresh else []))
    return Response(url, url, 200, headers, body.encode(), datetime(2026, 11, 1, tzinfo=UTC))


def _target(page: str, url: str = PAGE) -> str | None:
    return page_redirect_target(page.encode(), url)


def _refresh(content: str) -> str:
    return f'<html><head><meta http-equiv="refresh" content="{content}"></head></html>'


@pytest.mark.parametrize(
    "page",
    [
        _refresh(f"0; url={NEW}"),
        _refresh(f"0;URL='{NEW}'"),
        _refresh(f"1, {NEW}"),
        _refresh(f"0.5; url={NEW}#part"),
        f"<META CONTENT='0;url={NEW}' HTTP-EQUIV='Refresh'>",
        f"<meta http-equiv=refresh content=0;url={NEW}>",
        f"<title>Moved</title>{_refresh(f'5; url={NEW}')}<p>This page moved. Follow the link.</p>",
        f"<script>{'var x = 1; ' * 300}</script>{_refresh(f'0; url={NEW}')}",
        f'<base href="https://new.example/">{_refresh("0; url=leases")}',
        f"<noscript>{_refresh(f'0; url={NEW}')}</noscript><script>location = x</script>",
        f'<script>location.replace("{NEW}")</script>',
        f"<script>window.location.href = '{NEW}' + window.location.hash;</script>",
        f'<script>window.opener = null; location="{NEW.replace("/", chr(92) + "/")}"</script>',
        f'<title>Moved</title><link rel="canonical" href="{NEW}">',
    ],
)
def test_page_that_refreshes_at_once_redirects(page: str) -> None:
    assert _target(page) == NEW


def test_refresh_header_redirects() -> None:
    assert page_redirect_target(b"", PAGE, f"0; url={NEW}") == NEW


def test_escaped_url_of_a_refresh_is_unescaped() -> None:
    page = _refresh("0; url=/leases?a=1&amp;b=2")
    assert _target(page) == "https://old.example/leases?a=1&b=2"


@pytest.mark.parametrize(
    "page",
    [
        "<p>Hello</p>",
        _refresh("300"),
        _refresh("0"),
        _refresh(f"30; url={NEW}"),
        _refresh("0; url=/2019/leases/#top"),
        _refresh("0; url=javascript:alert(1)"),
        _refresh("0; url=ftp://new.example/leases"),
        f"<!--[if lt IE 9]>{_refresh(f'0; url={NEW}')}<![endif]-->",
        f"<noscript>{_refresh('0; url=/without-scripts')}</noscript><div id=app></div>",
        f"<pre>{_refresh(f'0; url={NEW}').replace('<', '&lt;')}</pre>",
        _refresh(f"0; url={NEW}") + ARTICLE,
        f'<script>if (old) location.replace("{NEW}")</script>',
        f'<script>function leave() {{ location.href = "{NEW}" }}</script>',
        f'<link rel="canonical" href="{NEW}"><p>Leases</p>',
        f'<link rel="canonical" href="{NEW}"><script src="app.js"></script>',
        f'<link rel="canonical" href="{PAGE}">',
    ],
)
def test_other_page_does_not_redirect(page: str) -> None:
    assert _target(page) is None


def test_document_that_is_not_html_does_not_redirect() -> None:
    page = _response(_refresh(f"0; url={NEW}"), content_type="text/plain")
    assert not is_redirect(FetchRequest(PAGE, "page"), page)


@pytest.mark.parametrize(
    "link",
    [
        f'<a data-tracking-control-name="external_url_click" href="{NEW}?a=1&amp;b=2">x</a>',
        f"<a id=b href='{NEW}?a=1&amp;b=2' data-tracking-control-name=external_url_click>x</a>",
    ],
)
def test_warning_page_redirects_to_its_marked_link(link: str) -> None:
    page = f'<title>LinkedIn</title><a href="https://help.example/">Learn more</a>{link}'
    assert _target(page, "https://lnkd.in/dAbC12") == f"{NEW}?a=1&b=2"
    assert _target(page) is None


def test_warning_page_without_its_link_is_a_failed_redirect() -> None:
    task = FetchRequest("https://lnkd.in/dAbC12", "page")
    response = _response('<a href="https://help.example/">Help</a>', task.url)
    assert is_redirect(task, response)
    failure = redirected_request(task, response, [Hop(task.url, 200)])
    assert isinstance(failure, Failure)
    assert failure.outcome is Outcome.BAD_REDIRECT


def test_refresh_of_a_feed_or_an_api_is_not_followed() -> None:
    response = _response(_refresh(f"0; url={NEW}"))
    assert not is_redirect(FetchRequest(PAGE, "feed"), response)
    assert not is_redirect(FetchRequest(PAGE, "api"), response)
    assert is_redirect(FetchRequest(PAGE, "page"), response)


def test_pages_that_refresh_to_each_other_are_a_loop() -> None:
    task = FetchRequest(NEW, "page")
    hops = [Hop(PAGE, 200), Hop(NEW, 200)]
    failure = redirected_request(task, _response(_refresh(f"0; url={PAGE}"), NEW), hops)
    assert isinstance(failure, Failure)
    assert failure.outcome is Outcome.REDIRECT_LOOP
