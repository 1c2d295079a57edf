"""The whole site from one snapshot: render, check, swap in.

The published site changes in one step or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from crawler.errors import BuildError
from crawler.models.outcomes import Failure
from crawler.sitegen import publish_gates, search_index, site_feeds, sitemap
from crawler.sitegen.failed_pages import refusal
from crawler.sitegen.link_check import Checker
from crawler.sitegen.output_directory import NewTree
from crawler.sitegen.pages import (
    articles,
    authors,
    front_page,
    posts_without_links,
    publishers,
    redirects,
    static_pages,
    topics,
    weeks,
)
from crawler.sitegen.site_model import Library, read_library
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.sitegen.template_renderer import File, Press, hashed_name
from crawler.workspace import SiteSettings

_ROOMS = (
    front_page,
    topics,
    articles,
    posts_without_links,
    publishers,
    authors,
    weeks,
    site_feeds,
    search_index,
)
_SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did.

    `pages` counts HTML pages, `written` and `unchanged` files, `removed` files that are no more,
    `bytes` the whole site.

    `withheld` has a Failure for each item whose page was replaced, because it failed a check.
    """

    pages: int
    articles: int
    written: int
    unchanged: int
    removed: int
    bytes: int
    withheld: tuple[Failure, ...] = ()


def build_site(
    database: Path,
    target: Path,
    settings: SiteSettings,
    now: datetime,
    templates: Path,
    assets: Path,
    *,
    force: bool = False,
) -> Built:
    """Build the site of the snapshot `database` and publish it at `target`, a symbolic link to the
    newest of the last three builds.

    `templates` holds `site/` and `feeds/`; pages written by hand are looked for in `pages` beside
    the folder `assets`. `now` only names the build.
    Raises StoreError when the snapshot cannot be read, BuildError (the published site stays) when
    the new one would be broken, or,
    without `force`, when a gate is shut: too many articles lost, a busy topic emptied, bytes per
    item more than doubled.
    """
    db = open_snapshot(database)
    tree = NewTree(target, now)
    try:
        library = read_library(db)
        before = publish_gates.read_before(tree.published("site.json"), *tree.published_size())
        counts, hidden = static_pages.topic_counts(library), static_pages.hidden_articles(library)
        renamed = {former: topic.slug for former, topic in library.former_topics.items()}
        lost = publish_gates.losses(before, len(library.articles), counts, hidden, renamed)
        _refuse(lost, force)
        withheld = _fill(tree, library, settings, templates, assets)
        items = len(library.articles) + len(library.notes)
        _refuse(publish_gates.growth(before, tree.bytes, items), force)
        removed = len(tree.vanished())
        tree.publish()
    except BaseException:
        tree.discard()
        raise
    finally:
        db.close()
    pages = sum(path.endswith(".html") for path in tree.paths)
    return Built(
        pages,
        len(library.articles),
        len(tree.written),
        len(tree.unchanged),
        removed,
        tree.bytes,
        withheld,
    )


def _fill(
    tree: NewTree, library: Library, settings: SiteSettings, templates: Path, assets: Path
) -> tuple[Failure, ...]:
    checker = Checker()
    withheld = []
    asset_files = {
        path.name: _asset(path)
        for path in sorted(assets.iterdir())
        if not path.name.startswith(".")
    }
    authored = assets.parent / "pages"
    press = Press(
        library,
        settings,
        [templates, authored],
        {name: file.path for name, file in asset_files.items()},
    )
    for file in chain(asset_files.values(), _pages(tree, library, press, authored)):
        if isinstance(file, Failure):
            withheld.append(file)
            continue
        checker.see(file)
        tree.put(file)
    problems = checker.finish(tree.paths, tree.read)
    if message := refusal(len(withheld), len(library.articles) + len(library.notes)):
        problems = [message, withheld[0].message, *problems]
    if problems:
        raise BuildError(
            f"The site would be broken: {'; '.join(problems[:_SHOWN_PROBLEMS])}.",
            f"{len(problems)} problems; the published site is untouched.",
        )
    return tuple(withheld)


def _pages(
    tree: NewTree, library: Library, press: Press, authored: Path
) -> Iterator[File | Failure]:
    for room in _ROOMS:
        yield from room.files(library, press)
    yield from static_pages.files(library, press, authored)
    yield from sitemap.files(tree.paths, press)
    yield from redirects.files(tree.vanished(), tree.previous, library, press)


def _asset(path: Path) -> File:
    data = path.read_bytes()
    return File(f"assets/{hashed_name(path.name, data)}", data)


def _refuse(reasons: Iterable[str], force: bool) -> None:
    told = " ".join(reasons)
    if told and not force:
        raise BuildError(told, "If that is meant, run: hashtrail build --force")
