"""Pages of large sites on the engine, whose workers make ranges of page groups at the same time.

Each worker opens the snapshot itself and has separate templates. The files come back in the order
of the page kinds and their keys, so a site has the same files with any number of workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crawler.models.outcomes import Failure
from crawler.parallel.engine import Job, map_in_order, open_engine
from crawler.settings.engine import EngineSettings
from crawler.settings.site import SiteSettings
from crawler.sitegen.compiled_templates import COMPILED
from crawler.sitegen.feed_contents import feed_contents
from crawler.sitegen.page_kinds import PageKind, load_page_kinds
from crawler.sitegen.rendered_groups import GroupedFile, kind_name, render_groups
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.sitegen.template_folders import TemplateFolders
from crawler.sitegen.template_renderer import Renderer, SocialCard

LEAST_ARTICLES = 2_000
"""With fewer articles, the start of processes takes longer than they save."""

_GROUPS = {"article": 100}  # page groups of a subject in one batch
_OTHER_GROUPS = 8

_SNAPSHOT = "snapshot.db"  # the names of the files for workers
_TEMPLATES = "templates"
_PAGES = "site/pages"
_OWN = "own"  # the folder of those of the workspace


@dataclass(frozen=True, slots=True)
class PageInputs:
    """All that a worker needs to render pages as this process does.

    `database` is the snapshot, `cards` the pictures of pages by path. `compiled` has the compiled
    templates.
    """

    database: Path
    settings: SiteSettings
    folders: TemplateFolders
    assets: dict[str, str]
    cards: dict[str, SocialCard]
    compiled: bytes


@dataclass(frozen=True, slots=True)
class _Batch:
    kind: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Worker:
    model: SiteModel
    renderer: Renderer
    kinds: dict[str, PageKind]


_worker: _Worker | None = None


def render_on_engine(
    kinds: list[PageKind], model: SiteModel, inputs: PageInputs, settings: EngineSettings
) -> Iterator[GroupedFile | Failure]:
    """Yield the files of every page group of `kinds`, and a Failure for each withheld item.

    `model` lists the keys. `settings` select the engine, whose workers render `inputs`.
    Raises BuildError if a template cannot be rendered, HashtrailError if the workers are lost.
    """
    job = Job(_render_batch, _prepare, (inputs,), files=_files(inputs))
    with open_engine(settings, job) as engine:
        for _, made in map_in_order(engine, _batches(kinds, model)):
            yield from made


def _batches(kinds: list[PageKind], model: SiteModel) -> Iterator[_Batch]:
    for kind in kinds:
        size = _GROUPS.get(kind.SUBJECT, _OTHER_GROUPS)
        keys = _keys(kind, model)
        while batch := tuple(islice(keys, size)):
            yield _Batch(kind_name(kind), batch)


def _keys(kind: PageKind, model: SiteModel) -> Iterator[str]:
    if kind.SUBJECT == "article":
        return map(str, sorted(model.articles))  # without reading their details
    return (group.key for group in kind.page_groups(model))


def _files(inputs: PageInputs) -> dict[str, Path]:
    """Return the snapshot and the folders of templates, by name."""
    folders = inputs.folders
    original = {_TEMPLATES: folders.templates, _PAGES: folders.assets.parent / "pages"}
    own = {
        f"{_OWN}/{name}": folders.overrides / name
        for name, path in original.items()
        if folders.overrides and (folders.overrides / name).resolve() != path.resolve()
    }
    existing = {name: path for name, path in (original | own).items() if path.is_dir()}
    return {_SNAPSHOT: inputs.database} | existing


def _folders(files: Mapping[str, Path], folders: TemplateFolders) -> TemplateFolders:
    """Return `folders` where a worker has their `files`."""
    own = [
        path.parents[name.count("/") - 1]
        for name, path in files.items()
        if name.startswith(f"{_OWN}/")
    ]
    assets = files[_PAGES].parent / folders.assets.name if _PAGES in files else folders.assets
    return TemplateFolders(files[_TEMPLATES], assets, own[0] if own else None)


def _prepare(files: Mapping[str, Path], inputs: PageInputs) -> None:
    global _worker
    COMPILED.add(inputs.compiled)
    model = read_site_model(open_snapshot(files[_SNAPSHOT]), inputs.settings)
    feeds = feed_contents(model)
    folders = _folders(files, inputs.folders)
    renderer = Renderer(model, folders, inputs.assets, feeds)
    for page, card in inputs.cards.items():
        renderer.add_card(page, card)
    kinds = {kind_name(kind): kind for kind in load_page_kinds()}
    _worker = _Worker(model, renderer, kinds)


def _render_batch(batch: _Batch) -> list[GroupedFile | Failure]:
    assert _worker is not None
    kind = _worker.kinds[batch.kind]
    return list(render_groups(kind, batch.keys, _worker.model, _worker.renderer))
