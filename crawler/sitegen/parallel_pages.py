"""Pages of large sites in child processes, which make ranges of page groups at the same time.

Each child opens the snapshot itself and has separate templates. The files come back in the order of
the page kinds and their keys, so a site has the same files with any number of processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class PageInputs:
    """All that a child needs to render pages as its parent does.

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
class _Child:
    model: SiteModel
    renderer: Renderer
    kinds: dict[str, PageKind]


_child: _Child | None = None


def render_in_children(
    kinds: list[PageKind], model: SiteModel, inputs: PageInputs, settings: EngineSettings
) -> Iterator[GroupedFile | Failure]:
    """Yield the files of every page group of `kinds`, and a Failure for each withheld item.

    `model` lists the keys. `settings` has the number of child processes, which render `inputs`.
    Raises BuildError if a template cannot be rendered, HashtrailError if a child dies.
    """
    job = Job(_render_batch, _prepare, (inputs,))
    with open_engine(replace(settings, name="local"), job) as engine:
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


def _prepare(inputs: PageInputs) -> None:
    global _child
    COMPILED.add(inputs.compiled)
    model = read_site_model(open_snapshot(inputs.database), inputs.settings)
    feeds = feed_contents(model)
    renderer = Renderer(model, inputs.folders, inputs.assets, feeds)
    for page, card in inputs.cards.items():
        renderer.add_card(page, card)
    kinds = {kind_name(kind): kind for kind in load_page_kinds()}
    _child = _Child(model, renderer, kinds)


def _render_batch(batch: _Batch) -> list[GroupedFile | Failure]:
    assert _child is not None
    kind = _child.kinds[batch.kind]
    return list(render_groups(kind, batch.keys, _child.model, _child.renderer))
