"""Families of hostile inputs: each makes an input of any size for one stage of the pipeline.

A family is one row: a name, the stage, and a function of the size `n` in bytes or characters.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

Input = str | bytes


@dataclass(frozen=True, slots=True)
class Family:
    """One way to grow an input of a stage.

    It is measured from the size `least`: small inputs hide a fast quadratic step.
    """

    name: str
    stage: str
    make: Callable[[int], Input]
    least: int = 1_000


def _fill(unit: str, before: str = "", after: str = "") -> Callable[[int], bytes]:
    """`unit` repeated to `n` characters, between fixed texts."""
    return lambda n: (before + unit * (n // len(unit)) + after).encode()


def _text(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    return lambda n: before + unit * (n // len(unit)) + after


def _many(make: Callable[[int], str], before: str = "", after: str = "") -> Callable[[int], bytes]:
    """Numbered units up to `n` characters: nothing in the input repeats."""

    def fill(n: int) -> bytes:
        units, length = [], 0
        while length < n:
            units.append(make(len(units)))
            length += len(units[-1])
        return (before + "".join(units) + after).encode()

    return fill


def _tweet(text: str, entities: Callable[[int], object]) -> Callable[[int], bytes]:
    def fill(n: int) -> bytes:
        count = max(n // 60, 1)
        tweet = {"id_str": "1", "full_text": text * count, "entities": entities(count)}
        return b"window.YTD.tweets.part0 = " + json.dumps([{"tweet": tweet}]).encode()

    return fill


def _replies(n: int) -> bytes:
    tweets = [
        {"tweet": {"id_str": str(at), "full_text": "a", "in_reply_to_status_id_str": str(at - 1)}}
        for at in range(1, max(n // 90, 2))
    ]
    return b"window.YTD.tweets.part0 = " + json.dumps(tweets).encode()


_BOOKMARKS = "<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><p>"
_MAIL = "From: A <a@b.example>\nSubject: x\nMIME-Version: 1.0\n"
_HTML_MAIL = _MAIL + "Content-Type: text/html\n\n"
_RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>'
_ITEM = "<item><title>T</title><link>https://h.example/1</link>"
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>'
_PAGE = "<!DOCTYPE html><html><head><title>Clocks and leases</title></head><body><article>"
_PROSE = "<p>" + "A sentence about quorums that goes on for a while, to be read as prose. " * 12
_HEADLINE = _PAGE + "<h1>Clocks and leases</h1>"
_APP = "<!DOCTYPE html><html><head><title>Leases</title></head><body><div id='app'></div>"
_POST = '{"type":"post","uri":"u:1","network":"x","text":"'
_SHARES = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
_JSON_FEED = '{"version":"https://jsonfeed.org/version/1.1","items":['
_OPML = "<opml version='2.0'><body>"
_ROBOTS = "user-agent: *\n"


def _url_entities(count: int) -> object:
    return {"urls": [{"url": "h", "expanded_url": f"https://h.example/{'h' * 50}"}] * count}


def _short_entities(count: int) -> object:
    long = "https://long.example/" + "a" * 1_000
    return {"urls": [{"url": "https://t.co/a", "expanded_url": long}] * count}


def _nested_mail(n: int) -> bytes:
    head = "From: a@b.example\nSubject: x\n"
    parts = (f"Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n" for at in range(n // 60))
    return (head + "".join(parts) + "\nhttps://a.example/x\n").encode()


def _titles_and_headings(n: int) -> bytes:
    numbers = range(n // 100)
    titles = (f"<meta property='og:title' content='Title {number} of many'>" for number in numbers)
    headings = (f"<h1>Heading {number} of many</h1>" for number in numbers)
    return f"<html><head>{''.join(titles)}</head><body>{''.join(headings)}{_PROSE}".encode()


PASTE = (
    Family("ages of posts", "paste", _fill("3d\n", after="text")),
    Family("alternating tags and text", "paste", _fill("#tag\nword\n")),
    Family("arrows of quoted mail", "paste", _fill(">> ")),
    Family("blank lines", "paste", _fill("\n", "a", "b")),
    Family("brackets after a URL", "paste", _fill(")", "https://a.example/")),
    Family("brackets, opening", "paste", _fill("(")),
    Family("buttons and degrees", "paste", _fill("Like\n• 2nd\n"), least=64_000),
    Family("cards without an end", "paste", _fill("Title here\n\nSome words\n\nSite\n\n")),
    Family("combining marks", "paste", _fill("a\u0315\u0300\u05ae")),
    Family("cuts", "paste", _fill("---\n")),
    Family("degrees of contacts", "paste", _fill("• 2nd\n", after="text")),
    Family("dots", "paste", _fill(".", "a")),
    Family("ellipses", "paste", _fill("… more ")),
    Family("handles", "paste", _fill("@ann_x\n", after="text")),
    Family("hashes", "paste", _fill("#")),
    Family("hashtags of digits", "paste", _fill("#1")),
    Family("hashtags without spaces", "paste", _fill("#a")),
    Family("headers of copied posts", "paste", _fill("Ann\n• 2nd\n3d\n")),
    Family("headers, one per paragraph", "paste", _fill("Subject: x\n\nword\n\n")),
    Family("links, all different", "paste", _many(lambda at: f"https://a.example/{at}\n")),
    Family("long lines", "paste", _fill("a b " * 30 + "\n", after="text")),
    Family("long word", "paste", _fill("a")),
    Family("mentions within a sentence", "paste", _fill(" @a \n")),
    Family("names", "paste", _fill("Ann\n", after="text")),
    Family("names and blank lines", "paste", _fill("Ann\n\n\n", "Ann\n3d\n" + "\n" * 9)),
    Family("noise and blank lines", "paste", _fill("1h\n\n\n")),
    Family("numbers of feed posts", "paste", _fill("Feed post number 1\n", after="text")),
    Family("platform lines", "paste", _fill("12\nLike\n\n3 comments\n")),
    Family(
        "posts, all different",
        "paste",
        _many(lambda at: f"Post number {at} says this.\n\n#Tag\n"),
    ),
    Family("quotes", "paste", _fill('"')),
    Family("rising thread markers", "paste", _many(lambda at: f"{at % 900 + 1}/ word\n\n")),
    Family("spaces in a line", "paste", _fill(" ", "a", "b")),
    Family("spaces before an ellipsis", "paste", _fill(" … ", "a", "b")),
    Family("tabs and carriage returns", "paste", _fill("\t\r", "a", "b")),
    Family("words", "paste", _fill("word ")),
    Family("www without a host", "paste", _fill("www.")),
)
EXPORTS = (
    Family("an array in a post", "jsonl", _fill('"a",', _POST + '","hashtags":[', '"b"]}')),
    Family("backslashes", "jsonl", _fill("\\\\", _POST, '"}')),
    Family("brackets without an end", "jsonl", _fill("[", '{"a":')),
    Family("control characters", "jsonl", _fill("\\u0001", _POST, '"}')),
    Family("lone surrogates", "jsonl", _fill("\\ud800", _POST, '"}')),
    Family("many empty objects", "jsonl", _fill("{}\n")),
    Family("one long text", "jsonl", _fill("word ", _POST, '"}')),
    Family(
        "posts, all different", "jsonl", _many(lambda at: _POST.replace("u:1", f"{at}") + 'a"}\n')
    ),
    Family(
        "escaped quotes without an end", "xarchive", _fill('\\"', 'window.YTD.tweets.part0 = ["')
    ),
    Family("expansions of one letter", "xarchive", _tweet("h", _url_entities)),
    Family("expansions of short links", "xarchive", _tweet("https://t.co/a ", _short_entities)),
    Family("nested arrays", "xarchive", _fill("[", "window.YTD.tweets.part0 = ")),
    Family("replies in a chain", "xarchive", _replies),
    Family("commas", "linkedin", _fill(",", _SHARES)),
    Family("doubled quotes and breaks", "linkedin", _fill('""\n', _SHARES + '2026-11-19,,"', '"')),
    Family("quotes", "linkedin", _fill('"', _SHARES)),
    Family(
        "shares, all different",
        "linkedin",
        _many(lambda at: f"2026-11-19,,word {at},,,\n", _SHARES),
    ),
    Family(
        "share ids without digits", "linkedin", _fill("urn:li:share:", _SHARES + "2026,", ",a,,,")
    ),
    Family(
        "outlines, all different",
        "opml",
        _many(lambda at: f'<outline xmlUrl="https://a.example/{at}"/>', _OPML),
    ),
    Family("outlines, nested", "opml", _fill("<outline text='a'>", _OPML)),
    Family(
        "attributes of an outline",
        "opml",
        _many(lambda at: f" a{at}='1'", _OPML + "<outline", "/>"),
    ),
    Family(
        "entities",
        "opml",
        _fill("&amp;", _OPML + "<outline xmlUrl='https://a.example/' text='", "'/>"),
    ),
)
BOOKMARKS = (
    Family("anchors, nested", "bookmarks", _fill('<A HREF="https://a.example/">', _BOOKMARKS)),
    Family(
        "attributes, all different",
        "bookmarks",
        _many(lambda at: f" a{at}=1", _BOOKMARKS + "<A ", ">"),
    ),
    Family(
        "bookmarks, all different",
        "bookmarks",
        _many(lambda at: f'<DT><A HREF="https://a.example/{at}">t</A>', _BOOKMARKS),
    ),
    Family("brackets, opening", "bookmarks", _fill("<", _BOOKMARKS)),
    Family("comments without an end", "bookmarks", _fill("<!--", _BOOKMARKS)),
    Family(
        "entities in a description",
        "bookmarks",
        _fill("&lt;", _BOOKMARKS + '<DT><A HREF="https://a.example/">t</A><DD>'),
    ),
    Family(
        "entities in a title",
        "bookmarks",
        _fill("&amp;", _BOOKMARKS + '<DT><A HREF="https://a.example/">', "</A>"),
    ),
    Family("folders, nested", "bookmarks", _fill("<DL><DT><H3>a</H3>", _BOOKMARKS)),
    Family(
        "private notes without an end",
        "bookmarks",
        _fill("[linkding-notes]", _BOOKMARKS + '<DT><A HREF="https://a.example/">t</A><DD>'),
    ),
    Family(
        "tags of a bookmark",
        "bookmarks",
        _many(
            lambda at: f"t{at},", _BOOKMARKS + '<DT><A HREF="https://a.example/" TAGS="', '">t</A>'
        ),
    ),
)
MAIL = (
    Family(
        "addresses in From",
        "mbox",
        _fill("a@b.example, ", "Subject: x\nFrom: ", "\n\nhttps://a.example/x"),
    ),
    Family(
        "anchors, all different",
        "mbox",
        _many(lambda at: f'<a href="https://a.example/two-words/{at}">t</a>', _HTML_MAIL),
    ),
    Family(
        "base64 links",
        "mbox",
        _fill('<a href="https://a.example/c/eJwVzk0OgyAQBeDTyE4yP4Cw">t</a>', _HTML_MAIL),
    ),
    Family(
        "boundaries",
        "mbox",
        _fill("--b\n", _MAIL + "Content-Type: multipart/mixed; boundary=b\n\n"),
    ),
    Family(
        "encoded words",
        "mbox",
        _fill("=?utf-8?q?a?= ", "From: a@b.example\nSubject: ", "\n\nhttps://a.example/x"),
    ),
    Family(
        "folded header",
        "mbox",
        _fill("\n x", "From: a@b.example\nSubject:", "\n\nhttps://a.example/x"),
    ),
    Family(
        "headers, all different",
        "mbox",
        _many(lambda at: f"X-{at}: a\n", _MAIL, "\nhttps://a.example/x"),
    ),
    Family("letters", "mbox", _fill("From x\nSubject: a\n\nhttps://a.example/two-words\n\n")),
    Family("multipart, nested", "mbox", _nested_mail),
    Family(
        "parameters of Content-Type",
        "mbox",
        _many(
            lambda at: f"; a{at}*0=b", _MAIL + "Content-Type: text/plain", "\n\nhttps://a.example/x"
        ),
    ),
    Family(
        "parentheses in From", "mbox", _fill("(", "Subject: x\nFrom: ", "\n\nhttps://a.example/x")
    ),
    Family(
        "percent signs in a link",
        "mbox",
        _fill("%25", _HTML_MAIL + '<a href="https://a.example/?u=', '">t</a>'),
    ),
    Family("quoted From lines", "mbox", _fill(">", "From x\nSubject: a\n\n", "From x")),
    Family("quotes in From", "mbox", _fill('"', "Subject: x\nFrom: ", "\n\nhttps://a.example/x")),
    Family(
        "quotes in Message-ID",
        "mbox",
        _fill('<"', _MAIL + "Message-ID: ", "\n\nhttps://a.example/x"),
    ),
)
FEEDS = (
    Family(
        "ampersands",
        "feed",
        _fill("&", _RSS + "<item><title>", "</title></item></channel></rss>"),
    ),
    Family(
        "attribute of an item",
        "feed",
        _fill("x", _RSS + "<item a='", "'><title>t</title></item></channel></rss>"),
    ),
    Family(
        "attributes, all different",
        "feed",
        _many(lambda at: f" a{at}='1'", _RSS + _ITEM + "<x", "/></item></channel></rss>"),
    ),
    Family(
        "authors of an entry",
        "feed",
        _many(
            lambda at: f"<author><name>A{at}</name></author>",
            _ATOM + "<entry><title>t</title>",
            "</entry></feed>",
        ),
    ),
    Family(
        "attributes without quotes", "feed", _many(lambda at: f" a{at}=1", _RSS + "<item><b", ">")
    ),
    Family(
        "bases of links",
        "feed",
        _many(
            lambda at: f"<link xml:base='a{at}/' href='x'/>",
            _ATOM + "<entry><title>t</title>",
            "</entry></feed>",
        ),
    ),
    Family("brackets, opening", "feed", _fill("<", _RSS)),
    Family(
        "categories of an entry",
        "feed",
        _many(lambda at: f"<category>c{at}</category>", _RSS + _ITEM, "</item></channel></rss>"),
    ),
    Family("CDATA without an end", "feed", _fill("<![CDATA[", _RSS + _ITEM + "<description>")),
    Family("comments without an end", "feed", _fill("<!--", _RSS)),
    Family(
        "content elements",
        "feed",
        _many(
            lambda at: f"<content>c{at}</content>",
            _ATOM + "<entry><title>t</title>",
            "</entry></feed>",
        ),
    ),
    Family(
        "dates of spaces",
        "feed",
        _fill(" ", _RSS + _ITEM + "<pubDate>Mon,", "</pubDate></item></channel></rss>"),
    ),
    Family("elements, nested", "feed", _fill("<a>", _RSS + _ITEM)),
    Family(
        "enclosures",
        "feed",
        _many(
            lambda at: f"<enclosure url='https://a.example/{at}'/>",
            _RSS + _ITEM,
            "</item></channel></rss>",
        ),
    ),
    Family(
        "entities in a title",
        "feed",
        _fill("&amp;", _RSS + "<item><title>", "</title></item></channel></rss>"),
    ),
    Family(
        "entities without a semicolon",
        "feed",
        _fill("&amp", _RSS + "<item><title>", "</title></item></channel></rss>"),
    ),
    Family(
        "escaped elements, nested",
        "feed",
        _fill(
            "&lt;div&gt;", _RSS + _ITEM + "<description>", "</description></item></channel></rss>"
        ),
    ),
    Family(
        "escaped tags",
        "feed",
        _fill("&lt;b", _RSS + _ITEM + "<description>", "</description></item></channel></rss>"),
    ),
    Family(
        "items, all different",
        "feed",
        _many(
            lambda at: f"<item><title>T</title><link>https://h.example/{at}</link></item>",
            _RSS,
            "</channel></rss>",
        ),
    ),
    Family("items without an end", "feed", _fill(_ITEM, _RSS)),
    Family(
        "JSON items",
        "feed",
        _many(
            lambda at: f'{{"id":"{at}","title":"t","url":"https://a.example/{at}"}},',
            _JSON_FEED,
            '{"id":"x"}]}',
        ),
    ),
    Family(
        "JSON tags",
        "feed",
        _many(lambda at: f'"t{at}",', _JSON_FEED + '{"id":"x","tags":[', '"u"]}]}'),
    ),
    Family(
        "links of an entry",
        "feed",
        _many(
            lambda at: f"<link href='https://a.example/{at}'/>",
            _ATOM + "<entry><title>t</title>",
            "</entry></feed>",
        ),
    ),
    Family(
        "namespaces",
        "feed",
        _many(
            lambda at: f" xmlns:n{at}='http://n.example/{at}'",
            "<rss version='2.0'",
            "><channel><title>A</title></channel></rss>",
        ),
    ),
    Family("processing instructions", "feed", _fill("<?a ?>", _RSS)),
    Family("skipped hours", "feed", _fill("<skipHours>", _RSS)),
    Family(
        "spaces in a title",
        "feed",
        _fill(" ", _RSS + "<item><title>a", "b</title></item></channel></rss>"),
    ),
)
PAGES = (
    Family("anchors, nested", "extract", _fill("<a href=x>a ", _PAGE)),
    Family(
        "attributes, all different",
        "extract",
        _many(lambda at: f" a{at}=1", _PAGE + "<p", ">word</p>"),
    ),
    Family("assignments without an end", "extract", _fill("a={", _APP + "<script>", "</script>")),
    Family("attributes of many elements", "extract", _fill("<p a=1 b=2 c=3 d=4>word</p>", _PAGE)),
    Family("attributes without values", "extract", _many(lambda at: f" a{at}", _PAGE + "<p", ">w")),
    Family(
        "author links",
        "extract",
        _many(lambda at: f"<a rel='author'>By A{at} B, C & D</a>", _HEADLINE, _PROSE),
    ),
    Family("brackets and words", "extract", _fill("<a b ", _PAGE)),
    Family("blank lines", "extract", _fill("\n", _PAGE + "<pre>a", "b</pre>")),
    Family("by by by", "extract", _fill("by ", _PAGE + "<p>")),
    Family(
        "class names", "extract", _many(lambda at: f"c{at} ", _PAGE + "<p class='", "'>word</p>")
    ),
    Family("comments without an end", "extract", _fill("<!--", _PAGE)),
    Family("dates", "extract", _fill("2026-11-", _PAGE + "<p>")),
    Family(
        "dates after the visit",
        "extract",
        _fill("<time class='date'>5 March 3024</time>", _HEADLINE, _PROSE),
    ),
    Family(
        "declared authors of many words",
        "extract",
        _many(
            lambda at: f"<meta name='author' content='{'by ' * 300}N{at}'>",
            "<html><head><title>t</title>",
            "</head><body>" + _PROSE,
        ),
    ),
    Family("declared titles and headings", "extract", _titles_and_headings),
    Family("divisions, nested", "extract", _fill("<div>", _PAGE, "word")),
    Family("dots", "extract", _fill(". ", _PAGE + "<p>")),
    Family("entities", "extract", _fill("&amp;", _PAGE + "<p>")),
    Family("fonts, misnested", "extract", _fill("<b><i></b>", _PAGE)),
    Family(
        "hidden divisions between paragraphs",
        "extract",
        _fill("<p>Some words here, and more of them.</p><div hidden>x</div>", _PAGE),
    ),
    Family(
        "hidden divisions, nested",
        "extract",
        _fill("<div hidden>" * 50 + "word" + "</div>" * 50, _PAGE),
    ),
    Family(
        "hidden paragraphs",
        "extract",
        _fill(f"<div><p hidden>{'word ' * 20}</p></div>", _PAGE),
    ),
    Family("headings", "extract", _fill("<h2>Word</h2>", _PAGE)),
    Family(
        "inline elements, all different",
        "extract",
        _many(lambda at: f"<span>{at}</span><a href='/{at}'>link {at}</a> ", _PAGE, _PROSE),
    ),
    Family(
        "JSON blocks",
        "extract",
        _fill('{"type":"p","text":"a b c"},', _APP + "<script>window.a=[", "{}]</script>"),
    ),
    Family(
        "JSON brackets without an end",
        "extract",
        _fill("[", _APP + '<script type="application/json">', "</script>"),
    ),
    Family(
        "JSON objects without an end",
        "extract",
        _fill('{"a":', _APP + "<script>window.a = ", "</script>"),
    ),
    Family(
        "JSON rows of a stream",
        "extract",
        _fill("1:[\\n", _APP + '<script>self.__next_f.push([1,"', '"])</script>'),
    ),
    Family(
        "JSON-LD authors",
        "extract",
        _many(
            lambda at: f'{{"name":"A{at}"}},',
            _PAGE + '<script type="application/ld+json">{"@type":"Article","author":[',
            "{}]}</script>" + _PROSE,
        ),
    ),
    Family(
        "JSON-LD, nested",
        "extract",
        _fill('{"a":', _PAGE + '<script type="application/ld+json">', "</script>"),
    ),
    Family(
        "links, all different",
        "extract",
        _many(lambda at: f"<p><a href='/{at}'>word {at}</a> and more words.</p>", _PAGE),
    ),
    Family("lists, nested", "extract", _fill("<ul><li>a", _PAGE)),
    Family("long word", "extract", _fill("a", _PAGE + "<p>")),
    Family(
        "meta elements",
        "extract",
        _many(
            lambda at: f"<meta name='author' content='A {at}'>",
            "<html><head><title>t</title>",
            "</head><body><p>a",
        ),
    ),
    Family(
        "numbers like dates",
        "extract",
        _fill("<p>1 a 2 b 3 c 1/1/1999 </p>", _HEADLINE, _PROSE),
    ),
    Family(
        "paragraphs, all different",
        "extract",
        _many(lambda at: f"<p>The paragraph {at} has some words, and more of them.</p>", _PAGE),
    ),
    Family(
        "paragraphs, all equal",
        "extract",
        _fill("<p>Some words here, and more of them.</p>", _PAGE),
    ),
    Family("quotes", "extract", _fill('"', _PAGE + "<p title=")),
    Family("scripts without an end", "extract", _fill("<script>", _PAGE)),
    Family("spaces", "extract", _fill(" ", _PAGE + "<p>a", "b</p>")),
    Family(
        "streamed parts",
        "extract",
        _fill('<template id="B:1"></template><div hidden id="S:1">x</div>', _PAGE),
    ),
    Family("string without an end", "extract", _fill("x", _APP + '<script>"', "</script>")),
    Family("table cells", "extract", _fill("<td>a", _PAGE + "<table><tr>")),
    Family("tables, nested", "extract", _fill("<table><tr><td>", _PAGE)),
    Family(
        "title of dashes",
        "extract",
        _fill(" - ", "<html><head><title>", "</title></head><body><p>word</p>"),
    ),
)
TEXTS = (
    Family("alias of every topic", "tag", _text("Raft Paxos consensus lease quorum. ")),
    Family("blank lines", "tag", _text("\n\n", "Raft", "Raft")),
    Family("capital words", "tag", _text("Ada Lovelace ")),
    Family("dots", "tag", _text(".", "Raft")),
    Family("hashtags", "tag", _text("#raft ")),
    Family("hyphens", "tag", _text("two-phase-")),
    Family("long word", "tag", _text("raft")),
    Family("negations", "tag", _text("not raft, ")),
    Family("quotes", "tag", _text('"raft" ')),
    Family("spaces", "tag", _text(" ", "two", "phase commit")),
    Family("combining marks", "clean", _text("\u0315\u0300\u05ae", "a")),
    Family("combining marks of Hebrew", "clean", _text("\u05b0\u05ad\u05b8", "\u05d0")),
    Family("line separators", "clean", _text("\u2028\u2029\r")),
    Family("surrogates", "clean", _text("\ud800\udc00")),
    Family("spaces and lines", "clean", _text(" \n \n", "a", "b")),
    Family("zero-width joiners", "clean", _text("\u200d\u200c", "a", "b")),
    Family("divided words", "pdf", _text("repli-\ncated ")),
    Family("hyphens at line ends", "pdf", _text("a-\n")),
    Family("pages of dashes", "pdf", _text("- " * 50 + "\n" * 50 + "\f")),
    Family("soft hyphens", "pdf", _text("\u00ad")),
    Family("days and months", "dates", _text("5 mar ")),
    Family("digits", "dates", _text("1")),
    Family("digits and dots", "dates", _text("1.")),
    Family("years", "dates", _text("2024 ")),
    Family("brackets of URLs", "urls", _text("https://a.example/" + "(" * 900 + ")" * 900 + " ")),
    Family("brackets of URLs, opening", "urls", _text("https://a.example/(")),
    Family("closing punctuation", "urls", _text("https://a.example/" + "." * 1_900 + " ")),
    Family("hashes", "urls", _text("#")),
    Family("hashes of full width", "urls", _text("\uff03")),
    Family("hashtags", "urls", _text("#a")),
    Family("hashtags of Devanagari", "urls", _text("#\u0905")),
    Family("hashtags of digits", "urls", _text("#1 ")),
    Family("hashtags of one run", "urls", _text("1", "#", "a")),
    Family("URLs in a row", "urls", _text("http://")),
    Family("anchors, nested", "html", _text("<a href=/x>y")),
    Family("brackets, opening", "html", _text("<")),
    Family("comments without an end", "html", _text("<!--")),
    Family("entities", "html", _text("&amp;")),
    Family("elements, nested", "html", _text("<p><b>")),
    Family("inline tags without an end", "html", _text("<a ")),
    Family("invalid characters", "html", _text("a\0&#xD800;b")),
    Family("scripts without an end", "html", _text("<script ")),
    Family("addresses", "names", _text("a@b.example ")),
    Family("at signs", "names", _text("@")),
    Family("mail of one word", "names", _text("a", "", "@")),
    Family("sentences without an end", "excerpt", _text("word ")),
    Family("sentences of one letter", "excerpt", _text("A. ")),
    Family("abbreviations", "excerpt", _text("e.g. ")),
    Family("capital words", "entities", _text("Ada Lovelace Kubernetes ")),
    Family("dots in names", "entities", _text("Node.js.")),
    Family("versions", "entities", _text("v1.2.3.4 ")),
)
URLS = (
    Family("ampersands", "normalize", _text("&", "https://a.example/?")),
    Family("dots in a host", "normalize", _text("a.", "https://", "example/x")),
    Family("dot segments", "normalize", _text("../", "https://a.example/")),
    Family("fragments", "normalize", _text("#", "https://a.example/")),
    Family("parameters, equal", "normalize", _text("utm_source=a&", "https://a.example/?")),
    Family("percent signs", "normalize", _text("%25", "https://a.example/?u=")),
    Family("redirects in redirects", "normalize", _text("https://t.umblr.com/redirect?z=", "")),
    Family("slashes", "normalize", _text("/", "https://a.example")),
    Family("archives in archives", "normalize", _text("https://web.archive.org/web/2020/", "")),
    Family(
        "AMP paths and a long word",
        "normalize after a host",
        lambda n: "/amp/" * (n // 10) + "a" * (n // 2),
    ),
    *(
        Family(unit, "normalize after a host", _text(unit))
        for unit in (
            "%2F",
            "&a=b",
            "&u=a",
            "-a",
            "/",
            "/20200101000000/",
            "/CL0/https:",
            "/amp/",
            "/web/",
            "a",
            "aHR0c",
            "http:/",
        )
    ),
    Family("counters in counters", "mail link", _text("https://e.example/CL0/", "")),
    Family("hyphens", "mail link", _text("a-", "https://a.example/")),
    Family("identity parameters", "mail link", _text("mc_eid=1&", "https://a.example/?")),
    Family("slashes", "mail link", _text("/", "https://a.example/")),
    Family(
        "token parameters",
        "mail link",
        _text("a=eyJ1c2VyX2lkIjoxfQeyJ1c2VyX2lkIjoxfQ&", "https://a.example/?"),
    ),
)
ROBOTS = (
    Family("groups, all different", "robots", _many(lambda at: f"user-agent: a{at}\nallow: /x\n")),
    Family("rules, all different", "robots", _many(lambda at: f"allow: /{at}*\n", _ROBOTS)),
    Family("wildcards of a rule", "robots", _fill("*a", _ROBOTS + "disallow: /")),
)
REDIRECTS = (
    Family("attributes", "redirect page", _fill("a=")),
    Family("brackets, opening", "redirect page", _fill("<")),
    Family("comments without an end", "redirect page", _fill("<!--")),
    Family("elements without an end", "redirect page", _fill("<meta ")),
    Family("elements without scripts", "redirect page", _fill("<noscript>")),
    Family("locations without an end", "redirect page", _fill("<script>location='")),
    Family("quotes without an end", "redirect page", _fill("<a x='")),
    Family("scripts without an end", "redirect page", _fill("<script>")),
    Family("braces of a URL", "secrets", _text("{}}", "https://a.example/{?a=")),
    Family("colons of a user", "secrets", _text(":", "://")),
    Family("domains of webhooks", "secrets", _text("hooks.slack.com/services/")),
    Family("hosts without a scheme", "secrets", _text("a.b.", "?a=")),
    Family("schemes without a URL", "secrets", _text("://")),
    Family("schemes of URLs", "secrets", _text("https://")),
    Family("separators of a path", "secrets", _text("&a", "https://a.example/")),
    Family("beginnings of JSON Web Tokens", "secrets", _text("eyJ" + "a" * 20 + " ")),
    Family("beginnings of private keys", "secrets", _text("-----BEGIN PRIVATE KEY-----")),
    Family(
        "lines of a private key", "secrets", _text("a1b2" * 16 + " ", "-----BEGIN PRIVATE KEY-----")
    ),
    Family("literals of tokens", "secrets", _text("-ghp_sk-eyJ")),
    Family("parts of a JSON Web Token", "secrets", _text("eyJ" + "a" * 20 + ".")),
    Family(
        "slashes before tokens", "secrets", _text("/reset/aB3dE6gH9jK2mN5p", "https://a.example")
    ),
    Family("digests behind a user", "secrets", _text("@1", "://a:")),
    Family("hosts before other scripts", "secrets", _text("https://a.a.a:80,a:80です")),
    Family("hosts in a list", "secrets", _text("a.example:80,", "https://")),
    Family("mail addresses in a path", "secrets", _text("/a@gmail.com", "https://a.example")),
    Family("URLs in a parameter", "secrets", _text("/%3Fa%3D", "https://a.example/?a=")),
    Family("URLs without a scheme", "secrets", _text("x.example/?token=a ")),
    Family("URLs without a scheme, joined", "secrets", _text("(x.example/", "?a=")),
    Family("user names", "secrets", _text("a@", "https://")),
    Family("unusual paths of webhooks", "secrets", _text("hooks.slack.com//./%73", "https://")),
    Family("URLs with a scheme", "secrets", _text("a://b", "?token=")),
    Family("brackets and words without spaces", "secrets", _text(")さa", "https://x.example/?a=")),
    Family("words before parameters", "secrets", _text("a-", "?a=")),
    Family("words without a separator", "secrets", _text("a", "?a= ")),
    Family("anchors without an end", "linked feeds", _text("<a href=")),
    Family("divisions, nested", "linked feeds", _text("<div>")),
    Family("links to feeds", "linked feeds", _text("<a href='/x.rss'>")),
)
ERASED = (
    Family("AT URIs", "erased", _text("at://did:plc:ada/")),
    Family("at signs", "erased", _text("@")),
    Family("DIDs", "erased", _text("did:plc:ada.")),
    Family("dots after a profile", "erased", _text(".json", "https://h.example/@ada")),
    Family("encoded handles", "erased", _text("%40ada%40h.example", "https://h.example/?q=")),
    Family("encoded slashes", "erased", _text("%2F", "https://x.com/ada/@h.example")),
    Family("handles", "erased", _text("@ada@h.example ")),
    Family("host of many labels", "erased", _text("a-b.", after="/@ada")),
    Family("long profile", "erased", _text("@ada", "https://h.example/")),
    Family("marks after a URL", "erased", _text("_.", "https://x.com/ada@")),
    Family(
        "many posts",
        "erased posts",
        _many(lambda at: f"x:{at} see x.com/{at % 9}\n"),
        least=16_000,
    ),
    Family("parameters", "erased", _text("id=&", "https://news.ycombinator.com/user?@")),
    Family("profiles", "erased", _text("https://m.twitter.com/Ada/1, h.example./%40ada @b ")),
    Family("slashes", "erased", _text("h.example//", "@")),
    Family("repeated encoding", "erased", _text("%2540", "https://h.example/@?q=")),
    Family("underscores", "erased", _text("_", "https://linkedin.com/posts/@")),
    Family("words without spaces", "erased", _text("さ@ada", "https://h.example/@")),
)

FAMILIES = (
    *PASTE,
    *EXPORTS,
    *BOOKMARKS,
    *MAIL,
    *FEEDS,
    *PAGES,
    *TEXTS,
    *URLS,
    *ROBOTS,
    *REDIRECTS,
    *ERASED,
)
