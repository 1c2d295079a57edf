"""Hidden text of an article is read; hidden menus, dialogs and copies are not."""

from __future__ import annotations

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article
from tests.extract.made import PROSE, made

VISIBLE = "".join(
    f"<p>Broker {n} keeps its log on a local disk and acknowledges a batch after {n} followers "
    "have stored the batch on theirs, which costs one more trip through the network.</p>"
    for n in range(2, 9)
)
HIDDEN = (
    "<p>A follower that restarts truncates its log at the last agreed offset before it asks the "
    "leader for the records that follow.</p>"
    "<p>Operators see the truncation as one line in the log of the broker, next to the epoch of "
    "the leader at that time.</p>"
)
PHRASE = "truncates its log at the last agreed offset"


def text_of(inside: str) -> str:
    body = f"<!doctype html><html><head><title>Logs</title></head><body>{inside}</body></html>"
    article = extract_page(PageInput("https://x.example/logs", body.encode()))
    assert isinstance(article, Article), article
    return article.text


@pytest.mark.parametrize(
    "section",
    [
        f'<section hidden="until-found">{HIDDEN}</section>',
        f'<div id="rest" style="display:none">{HIDDEN}</div><button>Weiterlesen</button>',
        f'<h2><button aria-expanded="false">Logs</button></h2><div hidden>{HIDDEN}</div>',
        f'<a role="button" href="#t9">Mehr</a><hr><div id="t9" hidden>{HIDDEN}</div>',
        f'<div class="accordion-panel" style="display: none;">{HIDDEN}</div>',
        f'<div class="TranscriptText" style="DISPLAY:NONE">{HIDDEN}</div>',
        f'<div aria-hidden="true">{HIDDEN}</div>',
    ],
)
def test_section_that_a_reader_opens_is_read(section: str) -> None:
    text = text_of(f"<article><h1>Logs</h1>{VISIBLE}{section}</article>")
    assert PHRASE in text
    assert "Broker 8" in text


@pytest.mark.parametrize(
    "section",
    [
        f'<div style="display:none">{HIDDEN}</div>',
        f'<div role="dialog" class="more" hidden>{HIDDEN}</div><button>Close</button>',
        f'<div class="newsletter-panel" hidden>{HIDDEN}</div>',
        f'<div class="modal"><div class="content" hidden>{HIDDEN}</div></div>',
        f'<form hidden class="more">{HIDDEN}</form>',
        f"<template>{HIDDEN}</template>",
        f"<noscript>{HIDDEN}</noscript>",
        f'<div class="related content" style="visibility:hidden">{HIDDEN}</div>',
    ],
)
def test_other_hidden_text_of_a_long_page_is_left_out(section: str) -> None:
    assert PHRASE not in text_of(f"<article><h1>Logs</h1>{VISIBLE}{section}</article>")


def test_hidden_copy_of_visible_text_is_read_once() -> None:
    copy = f'<div class="mobile-content" hidden>{VISIBLE}</div>'
    assert text_of(f"<article><h1>Logs</h1>{VISIBLE}{copy}</article>").count("Broker 4 ") == 1


@pytest.mark.parametrize(
    "page",
    [
        '<div id="app" style="visibility: hidden"><main>{}</main></div>',
        '<div id="shell">Loading</div><div hidden><article>{}</article></div>',
        '<main aria-hidden="true"><article>{}</article></main>',
        "<p>Loading, please wait.</p><template><article>{}</article></template>",
        "<x-post><template shadowrootmode=open><article>{}</article></template></x-post>",
        '<div hidden><div class="post" style="display:none"><article>{}</article></div></div>',
        "<noscript><article>{}</article></noscript>",
    ],
)
def test_page_with_only_hidden_text_is_read(page: str) -> None:
    text = text_of(page.format(f"<h1>Logs</h1>{VISIBLE}{HIDDEN}"))
    assert PHRASE in text
    assert "Broker 2" in text


def test_streamed_part_takes_the_place_of_its_template() -> None:
    text = text_of(
        f'<article><h1>Logs</h1><template id="B:1"></template>{VISIBLE}</article>'
        f'<footer>End</footer><div hidden id="S:1">{HIDDEN}</div>'
    )
    assert text.index(PHRASE) < text.index("Broker 2")


@pytest.mark.parametrize(
    "panel",
    [
        '<div role="tabpanel" hidden><pre><code>log.truncate(offset)</code></pre></div>',
        '<div class="tab-pane" style="display:none"><pre>log.truncate(offset)</pre></div>',
    ],
)
def test_code_in_a_hidden_panel_of_tabs_is_read(panel: str) -> None:
    shown = '<div role="tabpanel"><pre><code>log.Truncate(offset)</code></pre></div>'
    text = text_of(f"<article><h1>Logs</h1>{VISIBLE}{shown}{panel}{HIDDEN}</article>")
    assert "log.truncate(offset)" in text
    assert "log.Truncate(offset)" in text


def test_code_in_a_panel_of_a_dialog_is_left_out() -> None:
    panel = '<div class="modal"><div role="tabpanel" hidden><pre>share(page)</pre></div></div>'
    assert "share(page)" not in text_of(f"<article><h1>Logs</h1>{VISIBLE}{panel}</article>")


@pytest.mark.parametrize(
    "copy",
    [
        '<p class="print-only">{}</p>',
        '<div class="click-to-tweet"><a href="#">{}</a></div>',
        '<div class="bctt-click-to-tweet"><span><a href="#">{}</a></span>'
        '<a class="bctt-ctt-btn" href="#">Click To Tweet</a></div>',
    ],
)
def test_copy_of_a_sentence_for_print_or_to_share_is_left_out(copy: str) -> None:
    sentence = "truncates its log at the last agreed offset before it asks the leader"
    inside = f"<article><h1>Logs</h1>{VISIBLE}{HIDDEN}{copy.format(sentence)}{VISIBLE}</article>"
    text = text_of(inside)
    assert text.count(sentence) == 1
    assert "Click To" not in text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("d-none d-md-block", "d-md-none"),
        ("hidden md:block", "md:hidden"),
        ("hide-for-small-only", "show-for-small-only"),
        ("desktop", "mobile"),
    ],
)
def test_copy_for_another_width_of_the_screen_is_read_once(first: str, second: str) -> None:
    sentence = "<p>Every broker of the cluster keeps one copy of the epoch of its leader.</p>"
    copies = f'<div class="{first}">{sentence}</div><div class="{second}">{sentence}</div>'
    text = text_of(f"<article><h1>Logs</h1>{VISIBLE}{copies}{HIDDEN}</article>")
    assert text.count("one copy of the epoch") == 1


def test_collapsed_text_without_a_paragraph_is_read() -> None:
    answer = "A replica that has lost its disk votes again only after it has read the whole log."
    item = f"<div class='collapse' aria-hidden='true'><div class='inner'>{answer}</div></div>"
    assert answer in made(below=f"<div>{PROSE}<h2>Who votes?</h2>{item}</div>").text


def test_hidden_copy_of_text_without_a_paragraph_is_read_once() -> None:
    answer = "A replica that has lost its disk votes again only after it has read the whole log."
    copy = f"<div>{answer}</div><div aria-hidden='true'><div>{answer}</div></div>"
    assert made(below=f"{copy}{PROSE}").text.count(answer) == 1
