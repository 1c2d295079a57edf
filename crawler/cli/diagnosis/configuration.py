"""Checks of the files that people write: sources, topics, settings, and their version control."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.cli.diagnosis.result import Check, Diagnosis, quoted, set_command
from crawler.counted_nouns import counted_noun
from crawler.errors import ConfigurationError, PublishError
from crawler.workspace import Workspace, bundled_path

FAILING_FOR = timedelta(days=14)
_SHOWN = 5
_GIT_SECONDS = 20
_EXAMPLE_CONTACT = "mailto:you@example.org"
_EXAMPLE_URL = "https://example.org/"
_WRITTEN = (
    ".gitignore",
    "data/curation",
    "data/hashtrail.toml",
    "data/inbox",
    "data/reading_lists",
    "data/sources.toml",
    "data/topics",
    "site/assets",
    "site/pages",
    "templates",
)
_FAILING = """SELECT name, COALESCE(last_ok, 'never') FROM sources
    WHERE enabled = 1 AND failures > 0 AND COALESCE(last_ok, (
        SELECT MIN(r.started) FROM run_sources s JOIN runs r ON r.id = s.run_id
        WHERE s.source = sources.name)) < ? ORDER BY last_ok, name"""


def _sources(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.sources.configured_sources import load_sources

    sources = load_sources(here.sources)
    enabled = sum(source.enabled for source in sources)
    if not enabled:
        fix = "hashtrail sources add https://example.org/feed.xml"
        yield Diagnosis("warn", "No sources are enabled.", fix)
    failing = _load_failing_sources(here)
    if failing:
        yield from _diagnose_failing(failing)
    elif enabled:
        yield Diagnosis("pass", f"{enabled} enabled, {len(sources) - enabled} disabled")


def _load_failing_sources(here: Workspace) -> list[tuple[str, str]]:
    """Return (name, time of the last success) of the sources that have failed for long."""
    from crawler.store.database import open_store
    from crawler.utc_times import iso

    if not here.database.exists():
        return []
    since = iso(datetime.now(UTC) - FAILING_FOR)
    with closing(open_store(here.database)) as db:
        rows: list[tuple[str, str]] = db.execute(_FAILING, [since]).fetchall()
    return rows


def _diagnose_failing(failing: list[tuple[str, str]]) -> Iterator[Diagnosis]:
    """Name the sources. A source that answers again is polled by a crawl."""
    for name, last_ok in failing[:_SHOWN]:
        message = f"{name} has failed for more than {FAILING_FOR.days} days"
        fix = f"hashtrail sources check {shlex.quote(name)} && hashtrail crawl --due-now"
        yield Diagnosis("warn", f"{message}; last success: {last_ok}.", fix)
    if failing[_SHOWN:]:
        more = counted_noun(len(failing) - _SHOWN, "more source has", "more sources have")
        message = f"{more} failed for weeks."
        yield Diagnosis("warn", message, "hashtrail sources check && hashtrail crawl --due-now")


def _secrets(here: Workspace) -> Iterator[Diagnosis]:
    """Check that the secrets of enabled sources can be read."""
    from crawler.fetch.secrets import SecretError, read_secret
    from crawler.sources.configured_sources import load_sources

    for source in filter(lambda source: source.enabled, load_sources(here.sources)):
        for _, name in source.first_request(None).secrets:
            try:
                read_secret(name, os.environ)
            except SecretError as error:
                message = f"Source {source.name!r}: {error}."
                yield Diagnosis("warn", message, "See docs/SOURCES.md, or disable the source.")
            else:
                yield Diagnosis("pass", f"{name} can be read")


def _topics(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.topics import evaluation_results, learned_weights
    from crawler.topics.tagger import Tagger

    tagger = Tagger.load(here.topics)
    yield Diagnosis(
        "pass", f"{counted_noun(len(tagger.taxonomy.topics), 'topic')}, version {tagger.version}"
    )
    if not (here.generated / learned_weights.FILE_NAME).is_file():
        message = f"{here.generated} has no learned weights of phrases: topics are less accurate."
        names = (learned_weights.FILE_NAME, evaluation_results.FILE_NAME)
        shipped = [quoted(bundled_path("data", "generated", name)) for name in names]
        folder = quoted(here.generated)
        fix = f"mkdir -p {folder} && cp {' '.join(shipped)} {folder}"
        yield Diagnosis("warn", message, fix)


def _contact(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.fetch.request_headers import user_agent

    agent = user_agent(here.settings.fetch)
    if here.settings.fetch.contact:
        yield Diagnosis("pass", f"The user agent is {agent}")
    else:
        message = f"The user agent {agent} has no contact: no operator of a server can reach you."
        yield Diagnosis("warn", message, set_command("fetch.contact", _EXAMPLE_CONTACT))
    if not here.settings.site.contact:
        message = "[site] contact is empty: readers cannot ask for corrections or removals."
        yield Diagnosis("warn", message, set_command("site.contact", _EXAMPLE_CONTACT))


def _addresses(here: Workspace) -> Iterator[Diagnosis]:
    """Feeds and the sitemap need absolute URLs (RFC 4287, 4.2.6; sitemaps.org)."""
    from crawler.url_parser import InvalidUrl, parse_url

    site = here.settings.site
    losses = {"base_url": "feeds and the sitemap have no absolute URLs"}
    if site.explorer != "browser":
        losses["explorer_url"] = "the site does not link to the explorer"
    for name, loss in losses.items():
        value = getattr(site, name)
        fix = set_command(f"site.{name}", _EXAMPLE_URL)
        if not value:
            yield Diagnosis("warn", f"[site] {name} is empty: {loss}.", fix)
        elif isinstance(parse_url(value), InvalidUrl):
            yield Diagnosis("FAIL", f"[site] {name} is not an http(s) URL: {value}.", fix)
        else:
            yield Diagnosis("pass", f"[site] {name} is {value}")
    yield from _built_address(here)


def _built_address(here: Workspace) -> Iterator[Diagnosis]:
    """Compare `base_url` with that of the built site, whose robots.txt names the sitemap."""
    robots, base_url = here.public / "robots.txt", here.settings.site.base_url
    if not robots.is_file():
        return
    text = robots.read_text(encoding="utf-8", errors="replace")
    sitemaps = [line for line in text.splitlines() if line.startswith("Sitemap: ")]
    is_same = any(line.startswith(f"Sitemap: {base_url}") for line in sitemaps)
    if bool(base_url) != bool(sitemaps) or (base_url and not is_same):
        message = "The built site has another base_url than the settings."
        yield Diagnosis("warn", message, "hashtrail build")


def _target(here: Workspace) -> Iterator[Diagnosis]:
    """Check the settings of the target. The network is not used."""
    from crawler.publishing.publish_site import configured_target

    publish = here.settings.publish
    if not publish.target:
        yield Diagnosis("pass", f"no target: the site stays in {here.public}")
        return
    try:
        configured_target(here)
    except ConfigurationError as error:
        yield Diagnosis("FAIL", error.message, error.hint)
    except PublishError as error:
        yield Diagnosis("warn", error.message, "hashtrail build")
    else:
        yield Diagnosis("pass", f"{publish.target} {publish.location}; try it: hashtrail doctor -c")


def _version_control(here: Workspace) -> Iterator[Diagnosis]:
    """Check that git has everything that people write: no backup contains these files."""
    written = [name for name in _WRITTEN if (here.root / name).exists()]
    names = " ".join(written)
    git = f"git -C {quoted(here.root)}"
    commit = f"{git} add {names} && {git} commit -m 'Save the workspace'"
    try:
        inside = _git(here.root, "rev-parse", "--is-inside-work-tree")
    except (OSError, subprocess.SubprocessError):
        yield Diagnosis("pass", f"git is not installed; back up {names} in another way")
        return
    if inside is None:
        message = "Settings, sources, topics and decisions are not in git, and in no backup."
        yield Diagnosis("warn", message, f"git init {quoted(here.root)} && {commit}")
        return
    changes = (_git(here.root, "status", "--porcelain", "--", *written) or "").splitlines()
    if changes:
        paths = ", ".join(line[3:] for line in changes[:_SHOWN])
        more = f" and {len(changes) - _SHOWN} more" if changes[_SHOWN:] else ""
        yield Diagnosis("warn", f"Not committed to git: {paths}{more}.", commit)
        return
    remotes = len((_git(here.root, "remote") or "").split())
    yield Diagnosis("pass", f"everything that people wrote is committed; {remotes} remotes")


def _git(root: Path, *words: str) -> str | None:
    """Return the output of git, or None if it fails."""
    done = subprocess.run(
        ["git", "-C", str(root), *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=_GIT_SECONDS,
    )
    return done.stdout.rstrip("\n") if done.returncode == 0 else None


CHECKS: dict[str, Check] = {
    "sources": _sources,
    "secrets": _secrets,
    "topics": _topics,
    "contact": _contact,
    "addresses": _addresses,
    "target": _target,
    "authored": _version_control,
}
