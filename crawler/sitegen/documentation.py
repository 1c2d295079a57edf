"""The documentation as pages below `docs/`, from the Markdown files of the repository.

The pages are written if `[site] docs` is true, and by `make docs-site` without the other pages.
`docs/contents.toml` has their order. A link to a file that is not a page becomes its text.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from markupsafe import Markup

from crawler.sitegen.markdown_pages import MarkdownPage, parse_markdown
from crawler.sitegen.rendered_file import OutputFile, hashed_name
from crawler.sitegen.template_renderer import Renderer

CONTENTS = "docs/contents.toml"
_TEMPLATE = "site/documentation.html"
_FOLDER = "docs/"
_PICTURES = ("docs/diagrams/", "docs/images/")
_SCRIPTS = ("documentation.css", "documentation.js")
_EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_FILE_NAME = re.compile(r">(?:docs/)?([A-Z]+\.md)</a>")
_DESCRIPTION_LENGTH = 160


@dataclass(frozen=True, slots=True)
class DocumentationPage:
    """A page: its file in the repository, its path in the site, and its content."""

    source: str
    path: str
    content: MarkdownPage

    @property
    def description(self) -> str:
        """The start of the page, for search engines."""
        text = next((section.text for section in self.content.sections if section.text), "")
        if len(text) <= _DESCRIPTION_LENGTH:
            return text
        return text[:_DESCRIPTION_LENGTH].rpartition(" ")[0] + " …"


@dataclass(frozen=True, slots=True)
class DocumentationGroup:
    """Pages below one heading of the navigation."""

    title: str
    pages: tuple[DocumentationPage, ...]


def page_path(source: str) -> str:
    """Return the path in the site of the file `source`, for example `docs/install.html`."""
    name = source.rpartition("/")[2].removesuffix(".md").lower()
    return f"{_FOLDER}{'index' if name == 'readme' else name}.html"


def read_documentation(root: Path) -> tuple[DocumentationGroup, ...]:
    """Return the groups of pages that docs/contents.toml below `root` lists, in its order."""
    groups = tomllib.loads((root / CONTENTS).read_text(encoding="utf-8"))["group"]
    paths = {source: page_path(source) for group in groups for source in group["pages"]}
    pages = {source: _read_page(root, source, paths) for source in paths}
    titles = {source.rpartition("/")[2]: page.content.title for source, page in pages.items()}
    return tuple(
        DocumentationGroup(
            group["title"], tuple(_with_titles(pages[source], titles) for source in group["pages"])
        )
        for group in groups
    )


def render_documentation(
    root: Path, scripts: Path, renderer: Renderer, *, is_alone: bool = False
) -> Iterator[OutputFile]:
    """Yield the pages below `docs/`, their pictures, their style and their search index.

    `root` has the Markdown files, `scripts` the style and the script. `is_alone` leaves out what
    links to the other pages of a site.
    """
    groups = read_documentation(root)
    pages = [page for group in groups for page in group.pages]
    index = _search_index(pages)
    files = {name: _hashed(name, (scripts / name).read_bytes()) for name in _SCRIPTS}
    files["search.js"] = _hashed("search.js", index)
    yield from files.values()
    yield from _pictures(root)
    for number, page in enumerate(pages):
        yield renderer.page(
            _TEMPLATE,
            page.path,
            groups=groups,
            document=page,
            before=pages[number - 1] if number else None,
            after=pages[number + 1] if number + 1 < len(pages) else None,
            files={name: file.path for name, file in files.items()},
            is_alone=is_alone,
        )


def _read_page(root: Path, source: str, paths: dict[str, str]) -> DocumentationPage:
    text = (root / source).read_text(encoding="utf-8")
    content = parse_markdown(text, lambda target: _site_target(source, target, paths))
    return DocumentationPage(source, paths[source], content)


def _with_titles(page: DocumentationPage, titles: Mapping[str, str]) -> DocumentationPage:
    """Return `page` with the titles of other pages in place of their file names in links."""

    def titled(link: re.Match[str]) -> str:
        return str(Markup(">{}</a>").format(titles.get(link[1], link[1])))

    html = Markup(_FILE_NAME.sub(titled, page.content.html))
    return replace(page, content=replace(page.content, html=html))


def _site_target(source: str, target: str, paths: dict[str, str]) -> str | None:
    """Return the `target` of a link in the file `source` as a target in the site.

    Return None for a file of the repository that is not in the site.
    """
    if _EXTERNAL.match(target) or target.startswith("#"):
        return target
    path, hash_sign, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    if file in paths:
        return paths[file].removeprefix(_FOLDER) + hash_sign + anchor
    return file.removeprefix(_FOLDER) if file.startswith(_PICTURES) else None


def _pictures(root: Path) -> Iterator[OutputFile]:
    for folder in _PICTURES:
        for path in sorted((root / folder).iterdir()):
            yield OutputFile(f"{folder}{path.name}", path.read_bytes())


def _hashed(name: str, data: bytes) -> OutputFile:
    return OutputFile(f"{_FOLDER}files/{hashed_name(name, data)}", data)


def _search_index(pages: list[DocumentationPage]) -> bytes:
    """Return a script with every section: page, anchor, title of the page, heading, text."""
    rows = [
        (
            page.path.removeprefix(_FOLDER),
            section.anchor if section.level > 1 else "",
            page.content.title,
            section.title if section.level > 1 else "",
            section.text,
        )
        for page in pages
        for section in page.content.sections
    ]
    return b"documentation(" + msgspec.json.encode(rows) + b")\n"
