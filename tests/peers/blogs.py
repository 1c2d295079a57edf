"""Blogs with three posts, written by four generators of static sites."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

POSTS = {
    "clocks": (
        "Clocks & leases",
        "A lease needs a bound on the drift of clocks. The holder stops before the bound, and the "
        "server waits until after it. Without that margin two nodes write at once, and the "
        "fencing token is the only protection that remains for the stored data.",
    ),
    "quorums": (
        "Quorums in practice",
        "A quorum read returns the newest acknowledged write. Sloppy quorums accept a write on "
        "any healthy replica, so hinted handoff must bring it home. We measured stale reads "
        "during a partition of our three regions and counted four in a million.",
    ),
    "retries": (
        "Retries without storms",
        "Backoff with jitter keeps callers from synchronizing. A retry budget limits extra load "
        "to a tenth of the requests, and a circuit breaker sheds the rest. The outage of March "
        "began with a harmless timeout and three layers that each tried three times.",
    ),
}


@dataclass(frozen=True)
class Blog:
    """A generated blog: its host, the path of its feed and the folder of its files."""

    host: str
    feed: str
    files: Path


def pelican(folder: Path, peers: Path) -> Blog:
    """Generate a blog in `folder` with Pelican, installed in `peers`."""
    for slug, (title, text) in POSTS.items():
        head = f"Title: {title}\nDate: 2026-11-20 08:00\nCategory: systems\nSlug: {slug}\n\n"
        _write(folder / f"content/{slug}.md", head + text)
    _write(
        folder / "conf.py",
        "SITENAME = 'Pelican blog'\nSITEURL = 'https://pelican.example'\nTIMEZONE = 'UTC'\n"
        "FEED_ALL_ATOM = 'feeds/all.atom.xml'\nFEED_DOMAIN = SITEURL\n",
    )
    _run(folder, peers / "venv/bin/pelican", "content", "-o", "output", "-s", "conf.py")
    return Blog("pelican.example", "/feeds/all.atom.xml", folder / "output")


def nikola(folder: Path, peers: Path) -> Blog:
    """Generate a blog in `folder` with Nikola, installed in `peers`."""
    folder.mkdir(parents=True)
    _run(folder, peers / "venv/bin/nikola", "init", "--quiet", "site")
    conf = folder / "site/conf.py"
    text = conf.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^SITE_URL = .*$", 'SITE_URL = "https://nikola.example/"', text)
    conf.write_text(text, encoding="utf-8")
    for slug, (title, body) in POSTS.items():
        head = f".. title: {title}\n.. slug: {slug}\n.. date: 2026-11-20 08:00:00 UTC\n\n"
        _write(folder / f"site/posts/{slug}.rst", head + body)
    _run(folder / "site", peers / "venv/bin/nikola", "build", "-q")
    return Blog("nikola.example", "/rss.xml", folder / "site/output")


def mkdocs(folder: Path, peers: Path) -> Blog:
    """Generate a blog in `folder` with the blog of MkDocs-Material, installed in `peers`."""
    _write(
        folder / "mkdocs.yml",
        "site_name: MkDocs blog\nsite_url: https://mkdocs.example/\n"
        "theme: {name: material, font: false}\n"
        "plugins:\n  - blog\n  - rss:\n      match_path: blog/posts/.*\n      use_git: false\n"
        "      date_from_meta: {as_creation: date}\n",
    )
    _write(folder / "docs/index.md", "# Home\n")
    _write(folder / "docs/blog/index.md", "# Blog\n")
    for slug, (title, text) in POSTS.items():
        head = f"---\ndate: 2026-11-20\nslug: {slug}\n---\n\n# {title}\n\n"
        _write(folder / f"docs/blog/posts/{slug}.md", head + text)
    _run(folder, peers / "venv/bin/mkdocs", "build", "--quiet")
    return Blog("mkdocs.example", "/feed_rss_created.xml", folder / "site")


def eleventy(folder: Path, peers: Path) -> Blog:
    """Generate a blog in `folder` with Eleventy, installed in `peers`."""
    folder.mkdir(parents=True)
    (folder / "node_modules").symlink_to(peers / "node/node_modules")
    _write(folder / "package.json", '{"type": "module"}')
    _write(
        folder / "eleventy.config.js",
        'import { feedPlugin } from "@11ty/eleventy-plugin-rss";\n'
        "export default function (config) {\n  config.addPlugin(feedPlugin, {\n"
        '    type: "atom", outputPath: "/feed.xml", collection: { name: "posts", limit: 0 },\n'
        '    metadata: { language: "en", title: "Eleventy blog", subtitle: "",\n'
        '      base: "https://eleventy.example/", author: { name: "Ada" } },\n  });\n}\n',
    )
    for slug, (title, text) in POSTS.items():
        head = f'---\ntitle: "{title}"\ndate: 2026-11-20\ntags: posts\n---\n\n'
        _write(folder / f"{slug}.md", f"{head}# {title}\n\n{text}")
    _run(folder, peers / "node/node_modules/.bin/eleventy", "--quiet")
    return Blog("eleventy.example", "/feed.xml", folder / "_site")


GENERATORS: dict[str, Callable[[Path, Path], Blog]] = {
    "eleventy": eleventy,
    "mkdocs": mkdocs,
    "nikola": nikola,
    "pelican": pelican,
}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _run(folder: Path, *command: object) -> None:
    subprocess.run([str(word) for word in command], cwd=folder, check=True)
