"""The files of the site: page groups of one subject each, and files that every build makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.models.outcomes import Failure
from crawler.parallel.engine import count_processes
from crawler.settings.engine import EngineSettings
from crawler.sitegen.article_records import ArticleRecords
from crawler.sitegen.authored_pages import authored_pages
from crawler.sitegen.browser_explorer import PublishedSnapshot, render_browser_explorer
from crawler.sitegen.build_progress import BuildProgress
from crawler.sitegen.changed_keys import EVERY_KEY, Keys
from crawler.sitegen.compiled_templates import COMPILED
from crawler.sitegen.documentation import render_documentation
from crawler.sitegen.feed_contents import FeedContent
from crawler.sitegen.host_files.hosted_site import HostedSite
from crawler.sitegen.host_files.static_hosts import render_host_files
from crawler.sitegen.llms_txt import render_llms_txt
from crawler.sitegen.machine_files import render_machine_files
from crawler.sitegen.opml_files import render_opml
from crawler.sitegen.output_directory import OutputDirectory
from crawler.sitegen.page_kinds import WHOLE_SITE, Page, PageKind, load_page_kinds
from crawler.sitegen.parallel_pages import (
    LEAST_GROUPS,
    MadeFile,
    PageBatch,
    PageInputs,
    SearchBatch,
    page_batches,
    render_on_engine,
)
from crawler.sitegen.redirects import redirect_pages
from crawler.sitegen.rendered_file import OutputFile, hashed_name
from crawler.sitegen.rendered_groups import (
    GroupedFile,
    UnchangedPage,
    kind_name,
    render_groups,
    render_page,
)
from crawler.sitegen.search_index import SearchGroup, SearchIndex, render_search_index
from crawler.sitegen.site_feeds import feed_groups_to_make, render_feeds
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.site_trees import PARTIAL
from crawler.sitegen.sitemap import render_sitemap
from crawler.sitegen.social_cards import load_drawing_library, render_social_cards
from crawler.sitegen.template_folders import TemplateFolders
from crawler.sitegen.template_renderer import Renderer
from crawler.workspace import bundled_path


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """The content of a build, and which of its files are made.

    `keys` are those of the page groups to make. `snapshot` is the one that the explorer page
    reads, None without that page. `database` is the snapshot of `model`, which the workers of the
    `engine` open. `records` are those of the articles of `model`, `feeds` all of its feeds.
    `progress` is kept current.
    """

    model: SiteModel
    folders: TemplateFolders
    snapshot: PublishedSnapshot | None
    keys: Keys
    database: Path
    engine: EngineSettings
    records: ArticleRecords
    feeds: tuple[FeedContent, ...]
    progress: BuildProgress


def groups_to_make(plan: BuildPlan, group_keys: Callable[[str], set[str]]) -> list[str]:
    """Return the names of the page groups with the keys of `plan`.

    `group_keys` returns the published keys of a page kind.
    """
    groups = list(feed_groups_to_make(plan.feeds, plan.keys, group_keys))
    for kind in load_page_kinds():
        chosen = plan.keys[kind.SUBJECT]
        name = kind_name(kind)
        groups += [f"{name}/{key}" for key in (group_keys(name) if chosen is None else chosen)]
    return groups


def make_files(output: OutputDirectory, plan: BuildPlan) -> Iterator[MadeFile]:
    """Yield the files of the page groups that `plan` names, and those of no group.

    `output` has the published files, and those that were made before.
    """
    model, folders = plan.model, plan.folders
    assets = {path.name: _asset(path) for path in folders.asset_paths()}
    asset_names = {name: file.path for name, file in assets.items()}
    renderer = Renderer(model, folders, asset_names, plan.feeds)
    draw = load_drawing_library() if model.settings.base_url else None
    yield from map(GroupedFile, assets.values())
    yield from render_social_cards(model, renderer, output, draw)
    if uses_workers(plan):
        yield from _files_with_workers(output, plan, renderer, asset_names)
    else:
        yield from _files_about_site(plan, renderer)
        yield from _files_of_kinds(load_page_kinds(), output, plan, renderer)
        model.articles.release()
        yield from render_search_index(model, output)
    yield from map(GroupedFile, _last_files(output, plan, renderer))


def _files_about_site(plan: BuildPlan, renderer: Renderer) -> Iterator[GroupedFile]:
    yield from render_feeds(plan.feeds, plan.keys, plan.model, renderer)
    yield from map(GroupedFile, render_opml(plan.feeds, plan.model, renderer))
    yield from map(GroupedFile, _optional_files(plan, renderer))


def _optional_files(plan: BuildPlan, renderer: Renderer) -> Iterator[OutputFile]:
    model, folders = plan.model, plan.folders
    if plan.snapshot:
        scripts = folders.explorer_scripts
        yield from render_browser_explorer(plan.snapshot, scripts, model, renderer)
    if model.settings.docs:
        yield from render_documentation(bundled_path(), folders.documentation_scripts, renderer)


def _last_files(
    output: OutputDirectory, plan: BuildPlan, renderer: Renderer
) -> Iterator[OutputFile]:
    """Yield the other files; the sitemap and the redirects come last, when all paths are known."""
    model = plan.model
    yield from _render_pages(authored_pages(plan.folders.page_names()), "", renderer)
    yield from render_machine_files(model)
    yield render_llms_txt(model)
    if model.settings.base_url:
        yield from render_sitemap(output.paths(), model, renderer)
    redirects = list(redirect_pages(output.vanished(), output.previous, model))
    yield from _render_pages(redirects, "", renderer)
    yield from render_host_files(_hosted_site(model, redirects))


def _hosted_site(model: SiteModel, redirects: Iterable[Page]) -> HostedSite:
    targets = {page.path: page.context["to_path"] for page in redirects}
    return HostedSite(model.settings.base_url, model.settings.explorer == "browser", targets)


def _files_of_kinds(
    kinds: Iterable[PageKind], output: OutputDirectory, plan: BuildPlan, renderer: Renderer
) -> Iterator[GroupedFile | UnchangedPage | Failure]:
    for kind in kinds:
        keys = plan.keys[kind.SUBJECT]
        yield from render_groups(kind, keys, plan.model, renderer, output.is_published)


def _files_with_workers(
    output: OutputDirectory, plan: BuildPlan, renderer: Renderer, assets: dict[str, str]
) -> Iterator[MadeFile]:
    """Yield the files of page kinds and search index from workers, those about the site from here.

    Child processes add records of articles, which become part of those of `plan`. Batches that
    an interrupted build finished are not made again.
    """
    about_site = [kind for kind in load_page_kinds() if kind.SUBJECT == WHOLE_SITE]
    finished, progress = output.finished, plan.progress
    yield from finished.made()
    own = chain(
        _files_about_site(plan, renderer), _files_of_kinds(about_site, output, plan, renderer)
    )
    index = SearchIndex(plan.model, output)
    own_groups: list[SearchGroup] = []
    batches: Iterator[PageBatch | SearchBatch] = chain(
        _search_batches(index, own_groups), _page_batches(plan)
    )
    unfinished = (batch for batch in batches if batch.key not in finished.keys)
    _count_groups(_page_batches(plan), finished.keys, progress)
    renderer.compile_all()
    with TemporaryDirectory(dir=output.builds.absolute(), suffix=PARTIAL) as records:
        inputs = _page_inputs(output, plan, renderer, assets, Path(records))
        with plan.records.shared(Path(records)):
            for made in render_on_engine(unfinished, inputs, plan.engine, own):
                finished.add(made.key, made.files)
                progress.made += made.groups
                yield from made.files
        for path in sorted(Path(records).glob("*.db")):
            plan.records.add_from(path)
    for group in own_groups:
        yield from group.files()
    yield index.head()


def _page_batches(plan: BuildPlan) -> Iterator[PageBatch]:
    """Yield the batches of the page groups to make, except those about the whole site."""
    kinds = [kind for kind in load_page_kinds() if kind.SUBJECT != WHOLE_SITE]
    return page_batches(kinds, plan.keys, plan.model)


def _count_groups(
    batches: Iterable[PageBatch], finished: Collection[str], progress: BuildProgress
) -> None:
    for batch in batches:
        progress.groups += batch.groups
        progress.continued += batch.groups * (batch.key in finished)


def _search_batches(index: SearchIndex, own_groups: list[SearchGroup]) -> Iterator[SearchBatch]:
    """Yield the batches of articles; add the groups of other documents to `own_groups`."""
    for group in index.changed_groups():
        if group.articles:
            yield SearchBatch(group.name, group.version, group.articles)
        else:
            own_groups.append(group)


def _page_inputs(
    output: OutputDirectory,
    plan: BuildPlan,
    renderer: Renderer,
    assets: dict[str, str],
    records: Path,
) -> PageInputs:
    """Return what workers need. Those of this machine write files themselves."""
    is_here = plan.engine.name == "local"
    return PageInputs(
        plan.database,
        plan.model.settings,
        plan.folders,
        assets,
        renderer.cards,
        COMPILED.encoded(),
        output.place if is_here else None,
        records if is_here else None,
        plan.records.path,
    )


def uses_workers(plan: BuildPlan) -> bool:
    """Return whether workers make the page groups of `plan`.

    Those of a cluster do not have the published site, so they make whole sites only.
    """
    if plan.engine.name != "local":
        return plan.keys is EVERY_KEY and _has_many_groups(plan)
    return count_processes(plan.engine) > 1 and _has_many_groups(plan)


def _has_many_groups(plan: BuildPlan) -> bool:
    counts = accumulate(batch.groups for batch in _page_batches(plan))
    return any(count >= LEAST_GROUPS for count in counts)


def _render_pages(
    pages: Iterable[Page | OutputFile], template: str, renderer: Renderer
) -> Iterator[OutputFile]:
    return map(partial(render_page, template, renderer), pages)


def _asset(path: Path) -> OutputFile:
    data = path.read_bytes()
    return OutputFile(f"assets/{hashed_name(path.name, data)}", data)
