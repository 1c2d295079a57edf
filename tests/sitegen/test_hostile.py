"""Hostile text is harmless in every published file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
from lxml import html as lxml_html

from crawler.markdown_text import escape_markdown
from tests.sitegen.conftest import build_in
from tests.sitegen.factory import Factory

PAYLOADS = [
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "{{7*7}} {% raw %} {# x #}",
    "<!--><svg/onload=alert(1)>",
    "` onfocus=alert(1) autofocus",
    "line\u2028separator\u2029paragraph",
    "[x](javascript:alert(1)) <https://x> **b** | # h",
    "&lt;script&gt; &amp; &#x3C;",
    "\u202eright to left\u202c \x0b\x00 \ufffe",
    "😈" * 70,
]

CALLS = [f"hashtrail.{name}" for name in ("index", "segment", "words", "documents", "spellings")]

_TAGS_OF_MAIL = {"a", "h1", "h2", "h3", "li", "link", "main", "meta", "ol", "p", "small"}
_TAGS_OF_MAIL |= {"span", "title", "ul"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in which every text that others wrote is a payload."""
    folder, factory = tmp_path_factory.mktemp("hostile"), Factory()
    for number, payload in enumerate(PAYLOADS):
        slug = f"t{number}"
        text = f"{payload} [{payload}](https://a.example/) [x]({payload}) [t](topic:t0)"
        confused = json.dumps([payload, "t0"])
        texts = {"definition": payload, "text": text, "confused_with": confused}
        factory.topic(slug, label=payload, aliases=json.dumps([payload]), **texts)
        author = factory.author(payload, handle=f"{payload}{number}", url="javascript:alert(1)")
        article = factory.article(
            payload,
            url=f"https://example.org/{number}?q=\"'<>",
            host=f"{payload}{number}.example",
            authors=json.dumps([payload]),
            state=("ok", "gone", payload)[number % 3],
            **dict.fromkeys(
                [
                    "site_name",
                    "kind",
                    "kind_reason",
                    "summary",
                    "summary_source",
                    "language",
                    "state_evidence",
                ],
                payload,
            ),
        )
        factory.tagging("article", article, slug, "certain", [(payload, payload, 0, payload)])
        factory.post(
            payload,
            article,
            author_id=author,
            url="javascript:alert(1)",
            network=payload,
            language=payload,
        )
        factory.post(payload, topics={slug: "certain"}, author_id=author, url="data:text/html,x")
        factory.alias(article, f"javascript:alert({number})", payload, payload)
        factory.post(
            f"{payload} words",
            article,
            network="hackernews",
            url=f"https://news.example/{number}",
            counts=json.dumps({"points": payload, "replies": 2}),
        )
        if number:
            factory.tagging("article", article, "t0", "weak", [("text", payload, 0, "learned")])
            ends = {"article_id": article, "other_id": article - 1}
            factory.row("related_articles", **ends, score=1, reason=payload)
            factory.row("article_links", article_id=article, url=payload, target_id=article - 1)
    for number, payload in enumerate(PAYLOADS):
        names = dict.fromkeys(["title", "kind", "why", "listed_in"], payload)
        for position, url in enumerate(["https://a.example/\"'<>", "javascript:alert(1)"], 1):
            values = {"position": position, "url": url, "authors": json.dumps([payload])}
            factory.row("reading_list", topic=f"t{number}", **values, **names)
    for payload in PAYLOADS:
        log = dict.fromkeys(["who", "action", "subject", "reason"], payload)
        factory.row("curation_log", at="2026-11-20T03:00:00Z", **log)
        for change in ("topic-added", "state", payload):
            values = {"article_id": 1, "at": "2026-11-20T03:00:00Z", "detail": payload}
            factory.row("article_changes", change=change, **values)
    for kind in ("system", "organisation"):
        factory.entity(kind, list(range(1, len(PAYLOADS) + 1)), PAYLOADS[0], kind=kind)
    for number, payload in enumerate(PAYLOADS):
        factory.entity(payload, [1, 2, 3], payload, slug=f"{payload}{number}")
        figure = f"{number + 1} ms {payload}"
        factory.entity(figure, [number + 1], payload, slug=figure, kind="figure")
    factory.run(
        "2026-11-20T03:00:00Z", message=PAYLOADS[0], counts=json.dumps({PAYLOADS[0]: PAYLOADS[1]})
    )
    factory.run("2026-11-27T03:00:00Z")  # the week of the articles has a digest
    factory.row(
        "curation_log",
        at="2026-11-20T03:00:00Z",
        who=PAYLOADS[0],
        action=PAYLOADS[1],
        subject=PAYLOADS[2],
        reason=PAYLOADS[3],
    )
    factory.row("sources", name=PAYLOADS[1], kind="feed", url="https://a.example/?b=\"'<>")
    factory.row(
        "sources",
        name=PAYLOADS[0],
        kind=PAYLOADS[1],
        last_outcome=PAYLOADS[2],
        last_message=PAYLOADS[3],
        failures=1,
    )
    build_in(
        folder,
        factory,
        base_url="https://trail.example/",
        contact="mailto:a@trail.example",
        title=PAYLOADS[0],
        tagline=PAYLOADS[1],
    )
    return folder / "site/public"


def test_hostile_text_adds_no_element_or_attribute(site: Path) -> None:
    for path in sorted(site.rglob("*.html")):
        tree = lxml_html.fromstring(path.read_bytes())
        scripts = [script.get("src") or script.get("type") for script in tree.iter("script")]
        assert all(
            re.fullmatch(
                r"(\.\./)*/?(https://trail\.example/)?assets/[a-z]+\.[0-9a-f]{8}\.js|application/ld\+json",
                name,
            )
            for name in scripts
        ), path
        assert not [
            element
            for element in tree.iter()
            if any(name.startswith("on") for name in element.attrib)
        ], path
        assert not list(tree.iter("img", "iframe", "object", "embed", "style")), path


def test_hostile_urls_never_become_links(site: Path) -> None:
    for path in sorted(site.rglob("*.html")):
        links = lxml_html.fromstring(path.read_bytes()).xpath("//@href")
        assert not [
            link for link in links if re.match(r"\s*(?:java|data|vb)", link, re.IGNORECASE)
        ], path


def test_linked_data_is_valid_json_with_the_title(site: Path) -> None:
    page = lxml_html.fromstring(next(site.glob("article/1-*.html")).read_bytes())
    (data,) = page.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(data)["name"] == PAYLOADS[0]


def test_feeds_are_well_formed_and_keep_titles(site: Path) -> None:
    for path in [
        path for kind in ("atom", "opml", "svg", "xml") for path in site.rglob(f"*.{kind}")
    ]:
        ElementTree.fromstring(path.read_bytes())
    feed = feedparser.parse((site / "feeds/all.atom").read_bytes(), sanitize_html=False)
    assert not feed.bozo
    titles = {entry.title for entry in feed.entries}
    assert {payload for payload in PAYLOADS[:8] if payload == payload.strip()} <= titles


def test_every_json_file_is_valid(site: Path) -> None:
    for path in site.rglob("*.json"):
        json.loads(path.read_bytes())


def test_search_index_contains_only_calls_with_json_values(site: Path) -> None:
    for path in (site / "search").iterdir():
        call, _, rest = path.read_text(encoding="utf-8").partition("(")
        assert call in CALLS
        json.loads(f"[{rest.rstrip().removesuffix(')')}]")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_escapes_hostile_text(payload: str) -> None:
    line = escape_markdown(payload)
    assert "\n" not in line
    assert not re.search(r"(?<!\\)[<>\[\]`*_#|]", line)


def test_file_names_have_no_special_characters(site: Path) -> None:
    names = [str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()]
    assert not [
        name for name in names if not re.fullmatch(r"[A-Za-z0-9_./-]{1,150}", name) or ".." in name
    ]


def test_digest_for_mail_has_no_scripts_and_no_foreign_schemes(site: Path) -> None:
    (path,) = site.glob("week/*.mail.html")
    tree = lxml_html.fromstring(path.read_bytes())
    tags = {element.tag for element in tree.iter()} - {"html", "head", "body"}
    assert tags <= _TAGS_OF_MAIL
    assert all(link.startswith("https://") for link in tree.xpath("//body//@href"))


def test_content_of_a_week_in_feeds_has_no_scripts(site: Path) -> None:
    (item,) = json.loads((site / "feeds/site/weeks.json").read_bytes())["items"]
    tree = lxml_html.fromstring(f"<div>{item['content_html']}</div>")
    assert not list(tree.iter("script", "img", "svg", "iframe", "style"))
    assert not [name for element in tree.iter() for name in element.attrib if name[:2] == "on"]
    content = ElementTree.fromstring((site / "feeds/site/weeks.atom").read_bytes())
    (html,) = [node.text for node in content.iter("{http://www.w3.org/2005/Atom}content")]
    assert "<script>" not in (html or "")


def test_plain_text_has_no_control_characters(site: Path) -> None:
    for path in site.rglob("*.txt"):
        assert not re.search(
            "[\\x00-\\x08\\x0b-\\x1f\\x7f\u202a-\u202e\u2066-\u2069]", path.read_text()
        ), path
