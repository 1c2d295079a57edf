"""Titles, summaries, authors and tags of entries, as their authors wrote them."""

from __future__ import annotations

import pytest

from crawler.models.outcomes import Failure, Outcome
from crawler.sources.formats.feed_model import Feed
from tests.sources.feed_documents import atom, entries_of, parsed, rss


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Pass &lt;I&gt; by value in Map&lt;A&gt;", "Pass <I> by value in Map<A>"),
        ("Where &lt;head&gt; and &lt;style&gt; go", "Where <head> and <style> go"),
        ("Use &lt;b&gt;bold&lt;/b&gt; words", "Use bold words"),
        ("Area of 20 m&lt;sup&gt;2&lt;/sup&gt;", "Area of 20 m2"),
        ("One&lt;br /&gt; line", "One line"),
        ("&lt;div&gt;&lt;p&gt;Boxed&lt;/p&gt;&lt;/div&gt;", "Boxed"),
        ("Logo &lt;img src='x.png' alt=''&gt;", "Logo"),
        ("a &lt; b and c &gt; d", "a < b and c > d"),
        ("Tea &amp;amp; cake", "Tea & cake"),
        ("<![CDATA[Fast &lt;canvas&gt; drawing]]>", "Fast <canvas> drawing"),
        ("Nested <b>bold</b> markup", "Nested bold markup"),
        ("&lt;![CDATA[Escaped twice]]&gt;", "Escaped twice"),
    ],
)
def test_title_keeps_words_that_look_like_tags_and_loses_markup(written: str, title: str) -> None:
    assert entries_of(rss(f"<title>{written}</title>"))[0].title == title
    assert entries_of(atom(f"<title>{written}</title>"))[0].title == title


@pytest.mark.parametrize(
    ("kind", "written", "title"),
    [
        ("text", "How &amp;lt; is parsed", "How &lt; is parsed"),
        ("html", "How &amp;lt; is parsed", "How < is parsed"),
        ("html", "&lt;em&gt;Open", "Open"),
        ("html", "List&lt;Object&gt; explained", "List<Object> explained"),
        ("xhtml", "<div xmlns='http://www.w3.org/1999/xhtml'>A <i>b</i></div>", "A b"),
    ],
)
def test_type_of_an_atom_title_is_respected(kind: str, written: str, title: str) -> None:
    assert entries_of(atom(f'<title type="{kind}">{written}</title>'))[0].title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('"R&D, in short"', '"R&D, in short"'),
        ("Caf&eacute; &mdash; open", "Café — open"),
        ("Null\x00 and \x1b escape", "Null and escape"),
        ("Lone &#55357; half", "Lone � half"),
    ],
)
def test_characters_that_xml_forbids_cost_only_themselves(written: str, title: str) -> None:
    document = rss(f"<title>{written}</title>", "<title><![CDATA[x&y]]></title>")
    assert [entry.title for entry in entries_of(document)] == [title, "x&y"]


def test_run_of_zero_width_joiners_is_one_joiner() -> None:
    title = (
        "Weekly" + "\u200d" * 900 + " news" + "\u200c " * 300 + "here \U0001f469\u200d\U0001f680"
    )
    assert entries_of(rss(f"<title>{title}</title>"))[0].title == (
        "Weekly\u200d news here \U0001f469\u200d\U0001f680"
    )


@pytest.mark.parametrize(
    ("elements", "summary"),
    [
        ("<media:content><media:description>alt</media:description></media:content>"
         "<description>Words.</description>", "Words."),
        ("<itunes:summary>Pod.</itunes:summary><description>Words.</description>", "Words."),
        ("<description> </description><content:encoded>Whole.</content:encoded>", "Whole."),
        ("<description>&lt;img src='a.png'&gt;</description>"
         "<content:encoded>Whole.</content:encoded>", "Whole."),
        ("<media:group><media:description>Film.</media:description></media:group>", "Film."),
        ("<description><p>Not <em>escaped</em>.</p></description>", "Not escaped."),
        ("<description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;</description>", "One two"),
        ("<description>&lt;style&gt;p{}&lt;/style&gt;a&lt;script&gt;1&lt;/script&gt;b"
         "&lt;!-- c --&gt;</description>", "ab"),
        ("<description>&lt;x-card title='&lt;b'&gt;a&lt;/x-card&gt;</description>", "a"),
    ],
)  # fmt: skip
def test_summary_is_the_best_text_of_an_entry(elements: str, summary: str) -> None:
    assert entries_of(rss(f"<title>t</title>{elements}"))[0].summary == summary


@pytest.mark.parametrize("name", ["summary", "content"])
@pytest.mark.parametrize(
    ("kind", "written", "summary"),
    [
        ("text", "A Map&lt;K&gt; has &amp;lt; and &lt;br&gt;", "A Map<K> has &lt; and <br>"),
        ("text", "&lt;b&gt;Raw&lt;/b&gt; tags", "<b>Raw</b> tags"),
        ("text", "&lt;p&gt;Not a text&lt;/p&gt;", "Not a text"),
        ("TEXT/plain", "x &lt; y", "x < y"),
        ("", "A Map&lt;K&gt; in &lt;head&gt; &amp;amp; more", "A Map<K> in <head> & more"),
        ("", "&lt;p&gt;One&lt;p&gt;two", "One two"),
        ("", "Go &lt;a href='/x'&gt;there&lt;/a&gt;", "Go there"),
        ("html", "A &lt;i&gt;b", "A b"),
        ("xhtml", "<div xmlns='http://www.w3.org/1999/xhtml'>A <i>b</i></div>", "A b"),
    ],
)
def test_type_of_an_atom_text_is_respected(
    name: str, kind: str, written: str, summary: str
) -> None:
    declared = f' type="{kind}"' if kind else ""
    document = atom(f"<title>t</title><{name}{declared}>{written}</{name}>")
    assert entries_of(document)[0].summary == summary


def test_text_of_a_malformed_feed_keeps_words_that_look_like_tags() -> None:
    document = atom("<title>t</title><summary>A Map&lt;K&gt; here</summary>")
    broken = document.replace("</entry>", "<broken></entry>")
    assert entries_of(broken)[0].summary == "A Map<K> here"


@pytest.mark.parametrize("reference", ["&#145;", "&#x91;", "&#0145;"])
def test_reference_to_a_control_character_is_the_one_of_windows(reference: str) -> None:
    for document in (
        rss(f"<title>Tea {reference} &#129; cake</title>"),
        atom(f"<title>Tea {reference} &#129; cake</title>"),
        rss(f"<title>Tea {reference} &#129; cake</title><broken>"),
    ):
        assert entries_of(document)[0].title == "Tea ‘ cake"


def test_summary_of_a_long_text_is_cut_at_a_word() -> None:
    text = "&lt;p class='lead'&gt;" + "word " * 5_000 + "&lt;/p&gt;"
    summary = entries_of(rss(f"<description>{text}</description>"))[0].summary
    assert 1_990 < len(summary) <= 2_000
    assert summary.endswith("word…")


@pytest.mark.parametrize(
    ("elements", "authors"),
    [
        ("<author>bo@lab.technology (Bo Example)</author>", ("Bo Example",)),
        ("<author>bo@lab.international</author>", ()),
        ("<author>bo@lab.institute</author><dc:creator>Bo Li</dc:creator>", ("Bo Li",)),
        ("<author>bo@lab.example</author><itunes:author>The Lab</itunes:author>", ("The Lab",)),
        ("<dc:creator>Bo</dc:creator><dc:creator>Cy</dc:creator>", ("Bo", "Cy")),
        ("<author><name>Bo</name><title>Writer</title></author>", ("Bo",)),
        ("<atom:author><atom:name>Bo</atom:name></atom:author>", ("Bo",)),
        ("<author>bo at lab dot example</author>", ()),
        ("<author>Bo Li (bo [at] lab [dot] example)</author>", ("Bo Li",)),
        ("<dc:author>Bo at Large</dc:author>", ("Bo at Large",)),
        ("<dc:creator>Bo</dc:creator><itunes:author>The Lab</itunes:author>", ("Bo",)),
    ],
)  # fmt: skip
def test_authors_are_names_without_mail_addresses(elements: str, authors: tuple[str, ...]) -> None:
    assert entries_of(rss(f"<title>t</title>{elements}"))[0].authors == authors


def test_tags_are_terms_texts_and_keywords() -> None:
    elements = (
        "<category>Raft</category><dc:subject>Clocks</dc:subject>"
        "<itunes:keywords>queues, caches</itunes:keywords><category/>"
        "<categories><category>Leases</category></categories>"
    )
    entry = entries_of(rss(f"<title>t</title>{elements}"))[0]
    assert entry.tags == ("Raft", "Clocks", "Leases", "queues", "caches")
    entry = entries_of(atom('<title>t</title><category term="raft" label="Raft"/>'))[0]
    assert entry.tags == ("raft",)


def test_error_entry_of_a_generator_is_not_a_post() -> None:
    error = (
        "<title>Bridge returned error 403! (20400)</title>"
        "<link href='https://rss.example/?action=display&amp;_error_time=20400'/>"
    )
    failure = parsed(atom(error))
    assert isinstance(failure, Failure)
    assert failure.outcome is Outcome.BAD_FEED
    assert "RSS-Bridge" in failure.message
    words = "<title>Bridge returned error 403! Why?</title><link href='/bridges'/>"
    assert [entry.url for entry in entries_of(atom(error, words))] == [
        "https://notes.example/bridges"
    ]


@pytest.mark.parametrize(
    "document",
    [
        "<rss version='2.0'><channel><title>Cut",
        "<rss version='2.0'><channel><title>T</title><item",
        "<?xml?xml version='1.0'?><rss:rss version='2.0'><rss:channel><rss:item><rss:title>A",
    ],
)
def test_malformed_feed_without_entries_is_a_failure(document: str) -> None:
    failure = parsed(document)
    assert isinstance(failure, Failure)
    assert failure.outcome is Outcome.BAD_FEED


def test_well_formed_feed_without_entries_is_empty() -> None:
    feed = parsed(rss())
    assert isinstance(feed, Feed)
    assert (feed.title, feed.entries) == ("Notes", ())


def test_malformed_feed_keeps_its_readable_entries() -> None:
    document = rss("<title>One</title><link>/1</link>").replace(
        "</channel></rss>", "<item><title>Cu"
    )
    assert entries_of(document)[0].url == "https://notes.example/1"
