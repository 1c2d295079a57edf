"""The version of the rules of the site: everything but the snapshot that its bytes depend on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from crawler.derivation_versions import package_digest
from crawler.settings.site import SiteSettings
from crawler.sitegen.social_cards import load_drawing_library
from crawler.sitegen.template_folders import TemplateFolders
from crawler.workspace import bundled_path

_LIBRARIES = (
    "ada-url",
    "jinja2",
    "markdown-it-py",
    "markupsafe",
    "msgspec",
    "publicsuffixlist",
    "resvg-py",
    "rich",
)
_DIGEST_BYTES = 16


def rules_version(settings: SiteSettings, folders: TemplateFolders) -> str:
    """Return the digest of code, libraries, `settings`, and the files of `folders`.

    With the documentation on the site, its files count too. With a base URL, so does whether this
    machine can draw social cards: it may have no fonts.
    """
    digest = blake2b(digest_size=_DIGEST_BYTES)
    draws_cards = bool(settings.base_url) and load_drawing_library() is not None
    versions = (package_digest(), sys.version_info[:3], draws_cards, *map(_library, _LIBRARIES))
    digest.update(repr((settings, *versions)).encode())
    for name, path in _files(settings, folders):
        data = path.read_bytes()
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _files(settings: SiteSettings, folders: TemplateFolders) -> Iterator[tuple[str, Path]]:
    """Yield all files that count, in a fixed order, each with its name.

    The name tells in which folder a file is: a template takes effect only at its place.
    """
    for number, folder in enumerate(folders.all_folders()):
        for path in _walk(folder):
            yield f"{number} {folder.name} {path.relative_to(folder).as_posix()}", path
    if settings.docs:
        root = bundled_path()
        for path in (*sorted(root.glob("*.md")), *_walk(root / "docs")):
            yield path.relative_to(root).as_posix(), path


def _walk(folder: Path) -> list[Path]:
    return sorted(Path(place, name) for place, _, names in os.walk(folder) for name in names)


def _library(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
