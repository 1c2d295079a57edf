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
from crawler.sitegen.template_folders import TemplateFolders
from crawler.workspace import bundled_path

_LIBRARIES = ("jinja2", "markupsafe", "msgspec", "resvg-py")
_DIGEST_BYTES = 16


def rules_version(settings: SiteSettings, folders: TemplateFolders) -> str:
    """Return the digest of code, libraries, `settings`, and the files of `folders`.

    With the documentation on the site, its files count too.
    """
    digest = blake2b(digest_size=_DIGEST_BYTES)
    versions = (package_digest(), sys.version_info[:3], *map(_library, _LIBRARIES))
    digest.update(repr((settings, *versions)).encode())
    for path in _files(settings, folders):
        with open(path, "rb") as file:
            data = file.read()
        digest.update(f"{os.path.basename(path)} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _files(settings: SiteSettings, folders: TemplateFolders) -> Iterator[str]:
    """Yield the paths of all files that count, in a fixed order."""
    for folder in folders.all_folders():
        yield from _walk(folder)
    if settings.docs:
        yield from sorted(map(str, bundled_path().glob("*.md")))
        yield from _walk(bundled_path("docs"))


def _walk(folder: Path) -> list[str]:
    return sorted(
        os.path.join(place, name) for place, _, names in os.walk(folder) for name in names
    )


def _library(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
