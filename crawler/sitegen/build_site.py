"""Build of the whole site from one snapshot: render, check, publish.

The published site changes in one step or not at all.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from crawler.counted_nouns import counted_noun
from crawler.errors import BuildError, GateError
from crawler.models.outcomes import Failure
from crawler.settings.engine import EngineSettings
from crawler.settings.site import SiteSettings
from crawler.sitegen import publish_gates
from crawler.sitegen.article_records import open_records
from crawler.sitegen.browser_explorer import PublishedSnapshot, published_snapshot
from crawler.sitegen.build_progress import BuildProgress
from crawler.sitegen.changed_keys import EVERY_KEY, KINDS_OF_GROUPS, Keys, changed_keys
from crawler.sitegen.compiled_templates import COMPILED, FILE_NAME
from crawler.sitegen.failed_pages import withheld_refusal
from crawler.sitegen.feed_contents import feed_contents
from crawler.sitegen.machine_files import hidden_articles, topic_counts
from crawler.sitegen.output_directory import MANIFEST, OutputDirectory
from crawler.sitegen.page_links import path_mark
from crawler.sitegen.published_changes import find_changes, is_touched
from crawler.sitegen.rendered_groups import UnchangedPage
from crawler.sitegen.site_files import BuildPlan, groups_to_make, make_files, uses_workers
from crawler.sitegen.site_manifest import BuildInputs
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.site_rules import rules_version
from crawler.sitegen.site_size import SiteSize
from crawler.sitegen.site_validation import SiteLinter
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.sitegen.staged_files import StagedFile
from crawler.sitegen.template_folders import TemplateFolders
from crawler.store.item_versions import snapshot_version

ONE_PROCESS = EngineSettings(processes=1)
_FRONT_PAGE = "index.html"
_MAX_REPORTED_PROBLEMS = 5


class _IncompleteChangesError(Exception):
    """The site with the changed pages is broken; it is not known whether the whole site is."""


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
    progress: BuildProgress | None = None,
    engine: EngineSettings = ONE_PROCESS,
) -> BuildResult:
    """Build the site of the snapshot `database` and publish it at `target`. Return the result.

    `target` is a symbolic link to the newer of two trees of files; `now` names the new one.
    `templates` contains `site/` and `feeds/`. Pages written by hand are in `pages`, next to the
    folder `assets`. `settings` has the title and base URL. In the workspace `overrides`, files of
    `templates/`, `site/assets/` and `site/pages/` replace those of the same name. `progress` is
    kept current. `engine` has the number of processes that render a large site. If the published
    site was built from the same snapshot, code, templates and settings, nothing is made. A large
    build that was interrupted is continued. If somebody changed, added or removed published files,
    or with `force`, everything is made and these files are replaced.

    Raises StoreError if the snapshot cannot be read. Raises BuildError, and keeps the published
    site, if the new site is broken. Without `force`, also if a gate refuses it: too many articles
    lost, a busy topic emptied, or more than twice the bytes per item.
    """
    db = open_snapshot(database)
    folders = TemplateFolders(templates, assets, overrides)
    try:
        snapshot = published_snapshot(database, settings)
        inputs = _inputs(db, settings, folders, snapshot)
        progress = progress or BuildProgress()
        with OutputDirectory(target, now, afresh=force, inputs=inputs) as output:
            damaged = "" if force else _damaged_file(output)
            is_whole = bool(output.published(_FRONT_PAGE)) and not force and not damaged
            if is_whole and inputs.same_site(output.state.inputs):
                return _published_result(output, snapshot)
            COMPILED.read(output.builds / FILE_NAME, inputs.rules)

        with closing(open_records(output.builds, db, inputs.rules)) as records:
            model = read_site_model(db, settings, records)
            feeds = feed_contents(model)
            plan = BuildPlan(
                model, folders, snapshot, EVERY_KEY, database, engine, records, feeds, progress
            )
            if is_whole:
                try:
                    return _build_changes(target, now, plan, inputs)
                except _IncompleteChangesError as error:
                    progress.restart = str(error)
            records.clear()
            progress.damaged_file = damaged
            with OutputDirectory(
                target, now, progress.on_file, afresh=bool(damaged), inputs=inputs
            ) as output:
                return _build(output, plan, inputs, force)
    finally:
        db.close()


def _damaged_file(output: OutputDirectory) -> str:
    """Return a published file that somebody changed, added or removed; empty without one."""
    published = output.previous
    if not published or not is_touched(published, output.state.folders):
        return ""
    change = next(find_changes(published, output.builds / MANIFEST), None)
    if change is None:  # a copy of the workspace, for example
        output.record_folders()
    return change.path if change else ""


def _build_changes(
    target: Path, now: datetime, plan: BuildPlan, inputs: BuildInputs
) -> BuildResult:
    """Build the site with the changed pages of the `plan` and publish it."""
    with OutputDirectory(target, now, plan.progress.on_file, inputs=inputs) as output:
        changes = replace(plan, keys=_changed_keys(output, plan, inputs))
        if changes.keys is not EVERY_KEY:
            output.make_only(groups_to_make(changes, output.group_keys))
        return _build(output, changes, inputs, force=False)


def _changed_keys(output: OutputDirectory, plan: BuildPlan, inputs: BuildInputs) -> Keys:
    """Return the keys of the pages to make: all if the published site has other templates."""
    published = output.published_snapshot()
    is_comparable = inputs.snapshot and inputs.rules == output.state.inputs.rules
    if not published or not is_comparable:
        return EVERY_KEY
    groups = {name: output.group_keys(name) for name in KINDS_OF_GROUPS}
    return changed_keys(plan.database, published, plan.model, groups)


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
    output.remove_old_files()
    if snapshot:
        output.put_linked(snapshot.path, snapshot.source)
    size, state = output.published_size(), output.state
    return BuildResult(
        size.pages, state.articles, 0, size.files, 0, size.bytes, withheld=state.withheld
    )


def _build(
    output: OutputDirectory, plan: BuildPlan, inputs: BuildInputs, force: bool
) -> BuildResult:
    model, size = plan.model, output.published_size()
    published = publish_gates.read_published_site(
        _published_summary(output), size.files - size.optional, size.bytes - size.picture_bytes
    )
    overridden = _refuse_losses(model, published, force)

    _remove_old_records(plan)
    try:
        withheld = _write_files(output, plan)
    except BuildError as error:
        if plan.keys is EVERY_KEY:
            raise
        raise _IncompleteChangesError(error.message) from error
    COMPILED.write(output.builds / FILE_NAME, inputs.rules)
    model.articles.write_texts()
    plan.records.commit()
    items = len(model.articles) + len(model.notes)
    size = output.size()
    growth = publish_gates.find_growth(
        published, size.bytes - size.picture_bytes, items, size.files - size.optional
    )
    overridden += _refuse(publish_gates.GROWTH, growth, force)

    result = _result(size, output, len(model.articles))
    output.publish(inputs, result.articles, withheld, plan.database)
    return replace(result, withheld=withheld, overridden_gates=overridden)


def _published_summary(output: OutputDirectory) -> bytes:
    """Return `site.json` of the published site, empty if somebody damaged it."""
    summary = output.published("site.json")
    with suppress(ValueError):
        return summary if isinstance(json.loads(summary), dict) else b""
    return b""


def _remove_old_records(plan: BuildPlan) -> None:
    """Remove the records of articles that the snapshot does not have, or not any more like that."""
    changed = plan.keys["article"]
    if changed is None:
        plan.records.remove_others()
    else:
        plan.records.remove(map(int, changed))


def _result(size: SiteSize, output: OutputDirectory, articles: int) -> BuildResult:
    return BuildResult(
        pages=size.pages,
        articles=articles,
        written=output.written,
        unchanged=size.files - output.written,
        removed=len(output.vanished()),
        bytes=size.bytes,
    )


def _write_files(output: OutputDirectory, plan: BuildPlan) -> tuple[Failure, ...]:
    """Write and check every file; return the failures of items whose pages are withheld."""
    linter, model = SiteLinter(), plan.model
    if plan.keys is EVERY_KEY and plan.engine.name == "local" and uses_workers(plan):
        output.finished.start()
    withheld = [failure for failure in output.state.withheld if not output.is_due(failure.url)]
    if plan.snapshot:
        output.put_linked(plan.snapshot.path, plan.snapshot.source)
    for made in make_files(output, plan):
        if isinstance(made, Failure):
            withheld.append(made)
        elif isinstance(made, UnchangedPage):
            output.keep(made.path)
        elif isinstance(made, StagedFile):
            linter.add_staged(made.row.path, made.problems, made.targets)
            output.put_staged(made)
        else:
            links = linter.add(made.file, is_valid=made.is_valid)
            output.put(made.file, made.group, links, made.version)

    for page in output.pages_linking_to({path_mark(path) for path in output.vanished()}):
        linter.add(page)
    problems = linter.finish(output.missing, output.read)
    refusal = withheld_refusal(len(withheld), len(model.articles) + len(model.notes))
    if refusal:
        problems = [refusal, withheld[0].message, *problems]
    _refuse_broken(problems)
    return tuple(sorted(withheld, key=lambda failure: failure.url))


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
            f"{counted_noun(len(problems), 'problem')} in total. The published site is unchanged.",
        )
