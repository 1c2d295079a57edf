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
from crawler.sitegen.failed_pages import withheld_refusal
from crawler.sitegen.link_check import SiteLinter
from crawler.sitegen.output_directory import OutputDirectory
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
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.sitegen.template_renderer import OutputFile, Renderer, hashed_name
from crawler.workspace import SiteSettings

_ROOMS = (
    front_page,
    topics,
    articles,
    posts_without_links,
    publishers,
    authors,
    weeks,
)
_SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class BuildResult:
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
) -> BuildResult:
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
    tree = OutputDirectory(target, now)
    try:
        model = read_site_model(db)
        before = publish_gates.read_published_site(
            tree.published("site.json"), *tree.published_size()
        )
        counts, hidden = static_pages.topic_counts(model), static_pages.hidden_articles(model)
        renamed = {former: topic.slug for former, topic in model.former_topics.items()}
        lost = publish_gates.find_losses(before, len(model.articles), counts, hidden, renamed)
        _refuse(lost, force)
        withheld = _fill(tree, model, settings, templates, assets)
        items = len(model.articles) + len(model.notes)
        _refuse(publish_gates.find_growth(before, tree.bytes, items), force)
        removed = len(tree.vanished())
        tree.publish()
    except BaseException:
        tree.discard()
        raise
    finally:
        db.close()
    pages = sum(path.endswith(".html") for path in tree.paths)
    return BuildResult(
        pages,
        len(model.articles),
        len(tree.written),
        len(tree.unchanged),
        removed,
        tree.bytes,
        withheld,
    )


def _fill(
    tree: OutputDirectory, model: SiteModel, settings: SiteSettings, templates: Path, assets: Path
) -> tuple[Failure, ...]:
    checker = SiteLinter()
    withheld = []
    asset_files = {
        path.name: _asset(path)
        for path in sorted(assets.iterdir())
        if not path.name.startswith(".")
    }
    authored = assets.parent / "pages"
    renderer = Renderer(
        model,
        settings,
        [templates, authored],
        {name: file.path for name, file in asset_files.items()},
    )
    for file in chain(asset_files.values(), _pages(tree, model, renderer, authored)):
        if isinstance(file, Failure):
            withheld.append(file)
            continue
        checker.see(file)
        tree.put(file)
    problems = checker.finish(tree.paths, tree.read)
    if message := withheld_refusal(len(withheld), len(model.articles) + len(model.notes)):
        problems = [message, withheld[0].message, *problems]
    if problems:
        raise BuildError(
            f"The site would be broken: {'; '.join(problems[:_SHOWN_PROBLEMS])}.",
            f"{len(problems)} problems; the published site is untouched.",
        )
    return tuple(withheld)


def _pages(
    tree: OutputDirectory, model: SiteModel, renderer: Renderer, authored: Path
) -> Iterator[OutputFile | Failure]:
    for room in _ROOMS:
        yield from room.files(model, renderer)
    yield from site_feeds.render_feeds(model, renderer)
    yield from search_index.render_search_index(model, renderer)
    yield from static_pages.files(model, renderer, authored)
    yield from sitemap.render_sitemap(tree.paths, renderer)
    yield from redirects.files(tree.vanished(), tree.previous, model, renderer)


def _asset(path: Path) -> OutputFile:
    data = path.read_bytes()
    return OutputFile(f"assets/{hashed_name(path.name, data)}", data)


def _refuse(reasons: Iterable[str], force: bool) -> None:
    told = " ".join(reasons)
    if told and not force:
        raise BuildError(told, "If that is meant, run: hashtrail build --force")
