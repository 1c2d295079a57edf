"""The pause of the garbage collector during a page."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.paused_collector import paused_collector


@pytest.fixture(autouse=True)
def _enabled_collector() -> Iterator[None]:
    yield
    gc.enable()


def test_collector_is_enabled_again_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), paused_collector():
        1 // int(gc.isenabled())
    assert gc.isenabled()


def test_disabled_collector_stays_disabled() -> None:
    gc.disable()
    with paused_collector():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_page_leaves_no_garbage() -> None:
    body = (
        b"<html><body><p>" + b"A lease is a lock that ends by itself. " * 40 + b"</p></body></html>"
    )
    page = PageInput("https://x.example/", body)
    extract_page(page)
    gc.collect()
    extract_page(page)
    assert gc.collect() == 0
    assert gc.isenabled()
