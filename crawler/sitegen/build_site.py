"""Build of the whole site from one snapshot: render, check, publish.

The published site changes in one step or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from crawler.errors import GateError
from crawler.models.outcomes import Failure
from crawler.settings.site import SiteSettings
from crawler.sitegen import publish_gates
from crawler.sitegen.authored_pages import authored_pages
from crawler.sitegen.browser_explorer import (
    PublishedSnapshot,
    published_snapshot,
    render_browser_explorer,
)
from crawler.sitegen.documentation import render_documentation
from crawler.sitegen.failed_pages import render_item, withheld_refusal
from crawler.sitegen.feed_contents import feed_contents
from crawler.sitegen.host_files.hosted_site import HostedSite
from crawler.sitegen.host_files.static_hosts import render_host_files
from crawler.sitegen.llms_txt import render_llms_txt
from crawler.sitegen.machine_files import hidden_articles, render_machine_files, topic_counts
from crawler.sitegen.opml_files import render_opml
from crawler.sitegen.output_directory import OutputDirectory, SiteSize
from crawler.sitegen.page_kinds import Page, PageGroup, load_page_kinds
from crawler.sitegen.redirects import redirect_pages
from crawler.sitegen.rendered_file import OutputFile, hashed_name
from crawler.sitegen.search_index import render_search_index
from crawler.sitegen.site_feeds import render_feeds
from crawler.sitegen.site_manifest import BuildInputs
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.site_rules import rules_version
from crawler.sitegen.site_validation import SiteLinter
from crawler.sitegen.sitemap import render_sitemap
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.sitegen.social_cards import load_drawing_library, render_social_cards
from crawler.sitegen.template_folders import TemplateFolders
from crawler.sitegen.template_renderer import Renderer
from crawler.store.item_versions import snapshot_version
from crawler.workspace import bundled_path

_FRONT_PAGE = "index.html"
_MAX_REPORTED_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build.

    `pages` counts HTML pages; `written` and `unchanged` count files of the new site. `removed`
    counts files that only the published site had. `bytes` is the size of the whole site.
    `withheld` has a Failure for each item whose page was replaced because it failed a check.
    `overridden_gates` refused the site, which was published by force.
    """

    pages: int
    articles: int
    written: int
    unchanged: int
    removed: int
    bytes: int
    withheld: tuple[Failure, ...] = ()
    overridden_gates: tuple[str, ...] = ()


def build_site(
    database: Path,
    target: Path,
    settings: SiteSettings,
    now: datetime,
    templates: Path,
    assets: Path,
    *,
    force: bool = False,
    overrides: Path | None = None,
    on_file: Callable[[], None] | None = None,
) -> BuildResult:
    """Build the site of the snapshot `database` and publish it at `target`. Return the result.

    `target` is a symbolic link to the newer of two trees of files; `now` names the new one.
    `templates` contains `site/` and `feeds/`. Pages written by hand are in `pages`, next to the
    folder `assets`. `settings` has the title and base URL. In the workspace `overrides`, files of
    `templates/`, `site/assets/` and `site/pages/` replace those of the same name. `on_file` is
    called for every file, for the display of progress. If the published site was built from the
    same snapshot, code, templates and settings, nothing is made, unless `force` is true.

    Raises StoreError if the snapshot cannot be read. Raises BuildError, and keeps the published
    site, if the new site is broken. Without `force`, also if a gate refuses it: too many articles
    lost, a busy topic emptied, or more than twice the bytes per item.
    """
    db = open_snapshot(database)
    output = OutputDirectory(target, now, on_file)
    folders = TemplateFolders(templates, assets, overrides)
    try:
        snapshot = published_snapshot(database, settings)
        inputs = _inputs(db, settings, folders, snapshot)
        is_whole = bool(output.published(_FRONT_PAGE))
        if not force and is_whole and inputs.same_site(output.state.inputs):
            return _published_result(output, snapshot)
        return _build(read_site_model(db, settings), output, folders, snapshot, inputs, force)
    except BaseException:
        output.discard()
        raise
    finally:
        db.close()


def _inputs(
    db: sqlite3.Connection,
    settings: SiteSettings,
    folders: TemplateFolders,
    snapshot: PublishedSnapshot | None,
) -> BuildInputs:
    path = snapshot.path if snapshot else ""
    return BuildInputs(rules_version(settings, folders), snapshot_version(db), path)


def _published_result(output: OutputDirectory, snapshot: PublishedSnapshot | None) -> BuildResult:
    """Return the result of a build of the published site, without the build."""
    if snapshot:
        output.put_linked(snapshot.path, snapshot.source)
    output.discard()
    size, state = output.published_size(), output.state
    return BuildResult(
        size.pages, state.articles, 0, size.files, 0, size.bytes, withheld=state.withheld
    )


def _build(
    model: SiteModel,
    output: OutputDirectory,
    folders: TemplateFolders,
    snapshot: PublishedSnapshot | None,
    inputs: BuildInputs,
    force: bool,
) -> BuildResult:
    size = output.published_size()
    published = publish_gates.read_published_site(
        output.published("site.json"), size.files - size.optional, size.bytes - size.picture_bytes
    )
    overridden = _refuse_losses(model, published, force)

    withheld = _write_files(output, model, folders, snapshot)
    items = len(model.articles) + len(model.notes)
    size = output.size()
    growth = publish_gates.find_growth(published, size.bytes - size.picture_bytes, items)
    overridden += _refuse(publish_gates.GROWTH, growth, force)

    result = _result(size, output, len(model.articles))
    output.publish(inputs, result.articles, withheld)
    return replace(result, withheld=withheld, overridden_gates=overridden)


def _result(size: SiteSize, output: OutputDirectory, articles: int) -> BuildResult:
    return BuildResult(
        pages=size.pages,
        articles=articles,
        written=len(output.written),
        unchanged=size.files - len(output.written),
        removed=len(output.vanished()),
        bytes=size.bytes,
    )


def _write_files(
    output: OutputDirectory,
    model: SiteModel,
    folders: TemplateFolders,
    snapshot: PublishedSnapshot | None,
) -> tuple[Failure, ...]:
    """Write and check every file; return the failures of items whose pages are withheld."""
    linter = SiteLinter()
    withheld = []
    if snapshot:
        output.put_linked(snapshot.path, snapshot.source)
    for file in _make_files(output, model, folders, snapshot):
        if isinstance(file, Failure):
            withheld.append(file)
        else:
            linter.add(file)
            output.put(file)

    problems = linter.finish(output.paths, output.read)
    refusal = withheld_refusal(len(withheld), len(model.articles) + len(model.notes))
    if refusal:
        problems = [refusal, withheld[0].message, *problems]
    _refuse_broken(problems)
    return tuple(withheld)


def _make_files(
    output: OutputDirectory,
    model: SiteModel,
    folders: TemplateFolders,
    snapshot: PublishedSnapshot | None,
) -> Iterator[OutputFile | Failure]:
    assets = {path.name: _asset(path) for path in folders.asset_paths()}
    asset_names = {name: file.path for name, file in assets.items()}
    feeds = feed_contents(model)
    renderer = Renderer(model, folders, asset_names, feeds)
    yield from assets.values()
    yield from render_social_cards(model, renderer, output.published, load_drawing_library())
    yield from render_feeds(feeds, model, renderer)
    yield from render_opml(feeds, model, renderer)
    if snapshot:
        yield from render_browser_explorer(snapshot, folders.explorer_scripts, model, renderer)
    if model.settings.docs:
        yield from render_documentation(bundled_path(), folders.documentation_scripts, renderer)
    yield from _render_files(output, model, renderer, folders)


def _render_files(
    output: OutputDirectory, model: SiteModel, renderer: Renderer, folders: TemplateFolders
) -> Iterator[OutputFile | Failure]:
    """Yield every file; the sitemap and the redirects come last, when all paths are known."""
    for kind in load_page_kinds():
        for group in kind.page_groups(model, None):
            yield from _render_group(group, kind.TEMPLATE, renderer)
    yield from _render_pages(authored_pages(folders.page_names()), "", renderer)
    yield from render_search_index(model)
    yield from render_machine_files(model)
    yield render_llms_txt(model)
    yield from render_sitemap(output.paths, model, renderer)
    redirects = list(redirect_pages(output.vanished(), output.previous, model))
    yield from _render_pages(redirects, "", renderer)
    yield from render_host_files(_hosted_site(model, redirects))


def _hosted_site(model: SiteModel, redirects: Iterable[Page]) -> HostedSite:
    targets = {page.path: page.context["to_path"] for page in redirects}
    return HostedSite(model.settings.base_url, model.settings.explorer == "browser", targets)


def _render_group(
    group: PageGroup, template: str, renderer: Renderer
) -> Iterator[OutputFile | Failure]:
    if group.fallback:
        files, failures = render_item(group, partial(_render, template, renderer), renderer)
        yield from files
        yield from failures
    else:
        yield from _render_pages(group.make(), template, renderer)


def _render_pages(
    pages: Iterable[Page | OutputFile], template: str, renderer: Renderer
) -> Iterator[OutputFile]:
    return map(partial(_render, template, renderer), pages)


def _render(template: str, renderer: Renderer, page: Page | OutputFile) -> OutputFile:
    if isinstance(page, OutputFile):
        return page
    return renderer.page(page.template or template, page.path, **page.context)


def _asset(path: Path) -> OutputFile:
    data = path.read_bytes()
    return OutputFile(f"assets/{hashed_name(path.name, data)}", data)


def _refuse_losses(
    model: SiteModel, published: publish_gates.PublishedSite, force: bool
) -> tuple[str, ...]:
    renamed = {former: topic.slug for former, topic in model.former_topics.items()}
    losses = publish_gates.find_losses(
        published, len(model.articles), topic_counts(model), hidden_articles(model), renamed
    )
    return _refuse(publish_gates.LOSSES, losses, force)


def _refuse(gate: str, reasons: Iterable[str], force: bool) -> tuple[str, ...]:
    """Return the gate if it has reasons to refuse and `force` overrides it."""
    message = " ".join(reasons)
    if message and not force:
        raise GateError(gate, message, "If this is intended, run: hashtrail build --force")
    return (gate,) if message else ()


def _refuse_broken(problems: list[str]) -> None:
    if problems:
        reported = "; ".join(problems[:_MAX_REPORTED_PROBLEMS])
        raise GateError(
            publish_gates.PAGES,
            f"The new site is broken: {reported}.",
            f"{len(problems)} problems in total. The published site is unchanged.",
        )
