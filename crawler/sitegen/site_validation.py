"""Check of a new site before it is published: internal links, anchors, ids and page sizes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from crawler.sitegen.link_targets import LinkTargets, broken_link
from crawler.sitegen.page_links import LinkReader, ids_of_page
from crawler.sitegen.rendered_file import OutputFile

PAGE_LIMIT = 512 * 1024  # bytes

# Sound for our own pages only, as in `page_links`.
_ANCHORS = (re.compile(rb'href="#([^"]*)"'), re.compile(rb'src="#([^"]*)"'))


class SiteLinter:
    """Checks every file once while it is in memory, and stores only the targets of links."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._links = LinkReader()
        self._targets = LinkTargets()

    def add(self, file: OutputFile, *, is_valid: bool = False) -> bytes:
        """Record the links of `file`, and its own problems unless it `is_valid`.

        Return the marks of the paths that it links to, sorted.
        """
        if not is_valid:
            self.problems += file_problems(file)
        links = self._links.read(file)
        self._targets.add(file.path, links.targets)
        return links.marks

    def add_staged(
        self, page: str, problems: Iterable[str], targets: Iterable[tuple[str, str]]
    ) -> None:
        """Record the `problems` that a worker found in a `page`, and the targets of its links."""
        self.problems += problems
        self._targets.add(page, targets)

    def finish(
        self, missing: Callable[[Iterable[str]], set[str]], read: Callable[[str], bytes]
    ) -> list[str]:
        """Return all problems of a site.

        `missing` returns the paths that the site lacks, `read` the bytes of the file at a path.
        """
        return sorted([*self.problems, *self._targets.broken_links(missing, read)])


def file_problems(file: OutputFile) -> list[str]:
    """Return the problems of one `file` alone: its size, its ids and the links within it."""
    if not file.data:
        return [f"{file.path} is empty"]
    if not file.path.endswith(".html"):
        return []
    return list(_page_problems(file))


def _page_problems(file: OutputFile) -> Iterator[str]:
    if len(file.data) > PAGE_LIMIT:
        yield f"{file.path} has {len(file.data):,} bytes, more than {PAGE_LIMIT:,}"
    ids = Counter(ids_of_page(file.data))
    for name, count in ids.items():
        if count > 1:
            yield f'{file.path} has the id "{name.decode()}" {count} times'
    anchors = {anchor for pattern in _ANCHORS for anchor in pattern.findall(file.data)}
    for anchor in sorted(anchors):
        if anchor and anchor not in ids:
            yield broken_link(file.path, f"#{anchor.decode()}")
