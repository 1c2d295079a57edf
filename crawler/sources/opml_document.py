"""Write feeds as OPML 2.0 (http://opml.org/spec2.opml), with folders and disabled feeds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from crawler.sources.configured_sources import Source
from crawler.text_cleaning import clean_line
from crawler.url_secrets import without_secrets

_FOLDER = re.compile(r"(?:[^/\\]|\\.)+")
_ESCAPED = re.compile(r"\\(.)")


def opml_document(title: str, sources: Iterable[Source]) -> str:
    """Return an OPML document named `title` with the `sources` that have a URL of a feed.

    `sources add` reads it back. URLs lose their secrets, because people publish such lists.
    """
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = clean_line(title)
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, ElementTree.Element] = {}
    for source in sources:
        if url := getattr(source.options, "url", ""):
            ElementTree.SubElement(
                _folder(body, source.group, folders), "outline", _attributes(source, url)
            )
    ElementTree.indent(root)
    document = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'


def _attributes(source: Source, url: str) -> dict[str, str]:
    """Return the attributes of a feed; XML 1.0 has no control characters."""
    text = clean_line(source.text or source.name)
    attributes = {
        "type": "rss",
        "text": text,
        "title": clean_line(source.title) or text,
        "xmlUrl": without_secrets(url),
    }
    if source.home:
        attributes["htmlUrl"] = without_secrets(source.home)
    if not source.enabled:
        attributes["isComment"] = "true"
    return attributes


def _folder(
    body: ElementTree.Element, group: str, folders: dict[str, ElementTree.Element]
) -> ElementTree.Element:
    """Return the outline of the folder `group`, made at its first use."""
    parent, path = body, ""
    for part in _FOLDER.findall(group):
        path = f"{path}/{part}"
        if path not in folders:
            name = clean_line(_ESCAPED.sub(r"\1", part))
            folders[path] = ElementTree.SubElement(parent, "outline", text=name, title=name)
        parent = folders[path]
    return parent
