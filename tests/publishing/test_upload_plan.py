"""The upload plan: what is uploaded and deleted, in which order, after any interruption."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.publishing.manifest import FileVersion, TargetManifest
from crawler.publishing.upload_order import UploadStep, is_versioned_asset, upload_step
from crawler.publishing.upload_plan import UploadPlan, plan_upload

PATHS = (
    "404.html",
    "article/1-leases.html",
    "article/1-leases.json",
    "assets/site.0a1b2c3d.css",
    "assets/site.4e5f6a7b.css",
    "cards/article-1.0a1b2c3d.png",
    "feeds/all.atom",
    "index.html",
    "search/index.js",
    "topic/clocks.html",
)
versions = st.builds(FileVersion, st.sampled_from(["aa", "bb"]), st.integers(0, 3))
sites = st.dictionaries(st.sampled_from(PATHS), versions)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Target:
    """A target in memory: its files, and the manifest that was stored last."""

    def __init__(self, manifest: TargetManifest, files: dict[str, FileVersion]) -> None:
        self.manifest = manifest
        self.files = files

    def plan(self, built: dict[str, FileVersion]) -> UploadPlan:
        sizes = {path: version.size for path, version in self.files.items()}
        return plan_upload(built, self.manifest, sizes)

    def publish(self, built: dict[str, FileVersion]) -> Iterator[str]:
        """Carry out the plan; stop after any of the yielded steps to interrupt it."""
        plan = self.plan(built)
        self.manifest = plan.started
        yield "started"
        for _, paths in plan.uploads:
            for path in paths:
                self.files[path] = built[path]
                yield path
        for path in plan.deletions:
            del self.files[path]
            yield path
        self.manifest = plan.finished


@unhurried
@given(st.lists(st.tuples(sites, st.integers(0, 30)), max_size=4), sites)
def test_target_equals_the_build_after_any_interruptions(
    interrupted: list[tuple[dict[str, FileVersion], int]], built: dict[str, FileVersion]
) -> None:
    foreign = {"notes.txt": FileVersion("zz", 7)}
    target = Target(TargetManifest(), dict(foreign))
    for site, steps in interrupted:
        for _, _ in zip(range(steps), target.publish(site), strict=False):
            pass
    list(target.publish(built))

    extra = target.files.keys() - built.keys() - foreign.keys()
    assert all(is_versioned_asset(path) for path in extra)
    assert {path: target.files[path] for path in built} == built
    assert target.files["notes.txt"] == foreign["notes.txt"]

    list(target.publish(built))
    assert target.files == built | foreign
    assert target.plan(built).is_empty


@unhurried
@given(sites, sites)
def test_pages_come_after_assets_and_before_deletions(
    old: dict[str, FileVersion], built: dict[str, FileVersion]
) -> None:
    plan = Target(TargetManifest(old), dict(old)).plan(built)
    steps = [step for step, _ in plan.uploads]
    assert steps == sorted(steps)
    deleted = [upload_step(path) for path in plan.deletions]
    assert deleted == sorted(deleted, reverse=True)


def test_each_kind_of_file_has_its_step() -> None:
    assert [upload_step(path) for path in PATHS] == [
        UploadStep.ENTRY_PAGES,
        UploadStep.DETAIL_PAGES,
        UploadStep.DATA,
        UploadStep.ASSETS,
        UploadStep.ASSETS,
        UploadStep.ASSETS,
        UploadStep.FEEDS,
        UploadStep.ENTRY_PAGES,
        UploadStep.DATA,
        UploadStep.PAGES,
    ]


@pytest.mark.parametrize("path", [".htaccess", "_redirects", "vercel.json"])
def test_redirects_come_after_the_pages_to_which_they_lead(path: str) -> None:
    assert upload_step(path) > upload_step("topic/clocks.html")


def test_replaced_style_stays_until_the_next_publication() -> None:
    old, new = "assets/site.0a1b2c3d.css", "assets/site.4e5f6a7b.css"
    target = Target(TargetManifest(), {})
    list(target.publish({old: FileVersion("aa", 1)}))
    list(target.publish({new: FileVersion("bb", 1)}))
    assert target.files.keys() == {old, new}
    list(target.publish({new: FileVersion("bb", 1)}))
    assert target.files.keys() == {new}


def test_picture_of_a_vanished_article_is_deleted_at_once() -> None:
    target = Target(TargetManifest(), {})
    list(target.publish({"cards/article-1.0a1b2c3d.png": FileVersion("aa", 1)}))
    list(target.publish({}))
    assert target.files == {}


def test_file_that_was_changed_at_the_target_is_uploaded_again() -> None:
    built = {"index.html": FileVersion("aa", 3)}
    target = Target(TargetManifest(), {})
    list(target.publish(built))
    target.files["index.html"] = FileVersion("hacked", 9)
    assert target.plan(built).uploads == ((UploadStep.ENTRY_PAGES, ("index.html",)),)


def test_file_of_others_at_a_path_of_the_site_is_a_conflict() -> None:
    target = Target(TargetManifest(), {"index.html": FileVersion("theirs", 9)})
    assert target.plan({"index.html": FileVersion("aa", 3)}).conflicts == ("index.html",)
