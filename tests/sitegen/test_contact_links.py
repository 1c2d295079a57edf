"""Links to the contact of the site, with a prepared message."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.sitegen.contact_links import contact_label, contact_url, message_url
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]


@pytest.mark.parametrize("contact", ["me@site.example", "mailto:me@site.example"])
def test_mail_address_becomes_one_mailto_link(contact: str) -> None:
    assert contact_url(contact) == "mailto:me@site.example"
    assert contact_label(contact) == "me@site.example"


@pytest.mark.parametrize("contact", ["", "javascript:alert(1)", "mailto:", "a@b@c", "ask us"])
def test_text_without_mail_name_gives_an_empty_url(contact: str) -> None:
    assert contact_url(contact) == ""
    assert message_url(contact, "subject", "body") == ""


@pytest.mark.parametrize(
    ("contact", "subject", "body"),
    [
        ("mailto:me@site.example?cc=you@site.example", "subject", "body"),
        ("https://forge.example/me/trail/issues/new?labels=topic", "title", "body"),
        ("https://lab.example/me/trail/-/issues/new", "issue[title]", "issue[description]"),
    ],
)
def test_message_is_filled_in(contact: str, subject: str, body: str) -> None:
    url = urlsplit(message_url(contact, "A & B", "first\nsecond?"))
    query = parse_qs(url.query)
    assert query[subject] == ["A & B"]
    assert query[body][0].splitlines() == ["first", "second?"]
    assert "+" not in url.query


def test_other_web_page_is_linked_without_a_message() -> None:
    assert message_url("https://me.example/contact", "a", "b") == "https://me.example/contact"


def test_article_page_links_to_prepared_messages(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article("Warm caches", url="https://blog.example/warm", topics={"caching": "likely"})
    build(contact="mailto:me@site.example", base_url="https://trail.example/")
    html = page("article/1-warm-caches.html")
    assert html.count('href="mailto:me@site.example?subject=') == 2
    for part in ("article%201", "https%3A%2F%2Fblog.example%2Fwarm", "caching%20%28likely%29"):
        assert part in html
    about = page("about.html")
    assert '<a class="button" href="mailto:me@site.example">me@site.example</a>' in about


def test_article_page_without_contact_links_to_the_about_page(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.article("Warm caches")
    build()
    assert page("article/1-warm-caches.html").count('href="../about.html#contact"') >= 2
