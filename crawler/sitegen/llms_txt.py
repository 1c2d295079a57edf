"""The file `llms.txt` (https://llmstxt.org): the site in a few links for language models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler import site_urls
from crawler.markdown_text import escape_markdown
from crawler.sentence_splitter import split_sentences
from crawler.sitegen.digest_text import without_control_characters
from crawler.sitegen.opml_files import SOURCES_PATH
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import TopicFacts
from crawler.text_cleaning import shorten

_LISTS = (
    ("index.html", "Front page", "stories of this week"),
    ("weeks.html", "Weeks", "all articles by ISO week; finished weeks have a digest as text"),
    ("topics.html", "Topics", "all topics in their hierarchy"),
    ("kinds.html", "Kinds of articles", "post-mortems, case studies, papers, talks and others"),
    ("entities.html", "Systems and organizations", "articles by the system that they name"),
    ("figures.html", "Figures of scale", "numbers that articles state, with their sentences"),
    ("sources.html", "Sites", "articles by site"),
)
_DATA = (
    ("feeds.html", "Feeds", "Atom and JSON feeds of every list"),
    ("feeds/all.json", "Newest articles", "JSON Feed"),
    (SOURCES_PATH, "Sources", "the feeds that are read, as OPML"),
    ("site.json", "Counts", "number of articles by topic, as JSON"),
)
_OPTIONAL = (
    ("about.html", "About", "how articles are selected and tagged, licence, contact and removal"),
    ("status.html", "Status", "last runs and failing sources"),
    ("decisions.html", "Decisions", "changes by the curator, with reasons"),
)
_DETAILS = (
    "Each article has a page with its topics, the evidence of each topic and the posts that share "
    "it. Replace `.html` by `.md` or `.json` in the URL of an article or a topic for a version "
    "without layout. The texts of the articles belong to their authors: link to the original."
)
_DEFINITION_WORDS = 30
_Entry = tuple[str, str, str]


def render_llms_txt(model: SiteModel) -> OutputFile:
    """Return `llms.txt` for the site in `model`."""
    lines = [
        f"# {escape_markdown(model.settings.title)}",
        "",
        f"> {escape_markdown(model.settings.tagline)}",
        "",
        _DETAILS,
        *_section(model, "Topics", (_topic(topic) for topic in model.topics.values())),
        *_section(model, "Lists", _LISTS),
        *_section(model, "Data", _DATA),
        *_section(model, "Optional", _OPTIONAL),
    ]
    return OutputFile("llms.txt", without_control_characters("\n".join(lines) + "\n").encode())


def _topic(topic: TopicFacts) -> _Entry:
    sentences = split_sentences(topic.definition)
    first = next((sentence.text for sentence in sentences), "")
    path = site_urls.alternate_path(site_urls.topic_path(topic.slug), "md")
    return path, topic.label, shorten(first, _DEFINITION_WORDS)


def _section(model: SiteModel, heading: str, entries: Iterable[_Entry]) -> Iterator[str]:
    """Yield the lines of a section; none for a section without links."""
    links = [
        f"- [{escape_markdown(name)}]({model.absolute_url(path) or path}): {escape_markdown(note)}"
        for path, name, note in entries
    ]
    if links:
        yield from ("", f"## {heading}", "", *links)
