"""Pages of large sites on the engine, whose workers make ranges of page groups at the same time.

Each worker opens the snapshot itself and has separate templates. Child processes write their files
themselves and keep records of articles; the workers of a cluster return the files. A site has the
same files with any number of workers.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import ClassVar

from crawler.models.outcomes import Failure
from crawler.parallel.engine import Job, map_as_done, open_engine
from crawler.settings.engine import EngineSettings
from crawler.settings.site import SiteSettings
from crawler.sitegen.article_records import ArticleRecords, open_temporary_records
from crawler.sitegen.changed_keys import Keys
from crawler.sitegen.compiled_templates import COMPILED
from crawler.sitegen.feed_contents import feed_contents
from crawler.sitegen.page_kinds import PageKind, load_page_kinds
from crawler.sitegen.rendered_groups import (
    GroupedFile,
    UnchangedPage,
    kind_name,
    not_published,
    render_groups,
)
from crawler.sitegen.search_index import ArticleFiles, render_article_files
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.sitegen.staged_files import FileStager, StagedFile, StagingPlace
from crawler.sitegen.template_folders import TemplateFolders
from crawler.sitegen.template_renderer import Renderer, SocialCard

LEAST_GROUPS = 5_000
"""With fewer page groups, the start of processes takes longer than they save."""

# Page groups of a subject in a batch.
_GROUPS = {"article": 100, "author": 50, "host": 50, "post": 100}
_OTHER_GROUPS = 8

_SNAPSHOT = "snapshot.db"  # the names of the files for workers
_TEMPLATES = "templates"
_PAGES = "site/pages"
_OWN = "own"  # the folder of those of the workspace


@dataclass(frozen=True, slots=True)
class PageInputs:
    """All that a worker needs to render pages as this process does.

    `database` is the snapshot, `cards` the pictures of pages by path. `compiled` has the compiled
    templates. Workers write files at `place`, and records of articles that the file `earlier` lacks
    into the folder `records`. Without a place they return the files.
    """

    database: Path
    settings: SiteSettings
    folders: TemplateFolders
    assets: dict[str, str]
    cards: dict[str, SocialCard]
    compiled: bytes
    place: StagingPlace | None = None
    records: Path | None = None
    earlier: Path | None = None


MadeFile = GroupedFile | StagedFile | UnchangedPage | Failure


@dataclass(frozen=True, slots=True)
class PageBatch:
    """Page groups of one kind."""

    kind: str
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key of the batch among all of one site."""
        return f"{self.kind}/{self.keys[0]}"

    @property
    def groups(self) -> int:
        """Return the number of page groups."""
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class SearchBatch:
    """The files of the search index for a range of articles, in one page group."""

    group: str
    version: str
    articles: ArticleFiles
    groups: ClassVar[int] = 0  # of pages

    @property
    def key(self) -> str:
        """Return the key of the batch among all of one site."""
        return self.group


@dataclass(frozen=True, slots=True)
class MadeBatch:
    """The files of the batch `key` with so many page groups, or files without a batch."""

    files: list[MadeFile]
    key: str = ""
    groups: int = 0


@dataclass(frozen=True, slots=True)
class _Worker:
    model: SiteModel
    renderer: Renderer
    kinds: dict[str, PageKind]
    stager: FileStager | None
    records: ArticleRecords | None


_worker: _Worker | None = None


def render_on_engine(
    batches: Iterable[PageBatch | SearchBatch],
    inputs: PageInputs,
    settings: EngineSettings,
    meanwhile: Iterator[MadeFile],
) -> Iterator[MadeBatch]:
    """Yield the files of `batches` and of `meanwhile`, and a Failure for each withheld item.

    `settings` select the engine, whose workers render `inputs`. This process makes the files of
    `meanwhile` when it has nothing else to do. Raises BuildError if a template cannot be rendered,
    HashtrailError if the workers are lost.
    """
    job = Job(_render_batch, _prepare, (inputs,), files=_files(inputs))
    own = (MadeBatch([file]) for file in meanwhile)
    with open_engine(settings, job) as engine:
        yield from map_as_done(engine, batches, own)


def page_batches(kinds: list[PageKind], chosen: Keys, model: SiteModel) -> Iterator[PageBatch]:
    """Yield the batches of the page groups of `kinds` with the `chosen` keys of each subject.

    `model` lists the keys of a subject whose page groups are all made.
    """
    for kind in kinds:
        size = _GROUPS.get(kind.SUBJECT, _OTHER_GROUPS)
        keys = iter(_keys(kind, chosen[kind.SUBJECT], model))
        while batch := tuple(islice(keys, size)):
            yield PageBatch(kind_name(kind), batch)


def _keys(kind: PageKind, chosen: Collection[str] | None, model: SiteModel) -> Iterable[str]:
    if chosen is not None:
        return sorted(chosen)
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
    snapshot = open_snapshot(files[_SNAPSHOT])
    records = None
    if inputs.records:
        own = inputs.records / f"{os.getpid()}.db"
        records = open_temporary_records(own, snapshot, inputs.earlier)
    model = read_site_model(snapshot, inputs.settings, records)
    feeds = feed_contents(model)
    folders = _folders(files, inputs.folders)
    renderer = Renderer(model, folders, inputs.assets, feeds)
    for page, card in inputs.cards.items():
        renderer.add_card(page, card)
    kinds = {kind_name(kind): kind for kind in load_page_kinds()}
    stager = FileStager(inputs.place) if inputs.place else None
    _worker = _Worker(model, renderer, kinds, stager, records)


def _render_batch(batch: PageBatch | SearchBatch) -> MadeBatch:
    worker = _worker
    assert worker is not None
    made: list[MadeFile] = list(map(partial(_staged, worker.stager), _made(worker, batch)))
    if worker.records:
        worker.model.articles.write_texts()
        worker.records.commit()
    return MadeBatch(made, batch.key, batch.groups)


def _made(
    worker: _Worker, batch: PageBatch | SearchBatch
) -> Iterator[GroupedFile | UnchangedPage | Failure]:
    if isinstance(batch, PageBatch):
        kind = worker.kinds[batch.kind]
        is_published = worker.stager.is_published if worker.stager else not_published
        yield from render_groups(kind, batch.keys, worker.model, worker.renderer, is_published)
        return
    for file in render_article_files(worker.model, batch.articles):
        yield GroupedFile(file, batch.group, batch.version)


def _staged(stager: FileStager | None, made: GroupedFile | UnchangedPage | Failure) -> MadeFile:
    return stager.stage(made) if stager and isinstance(made, GroupedFile) else made
