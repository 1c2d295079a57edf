"""The folders of templates, assets and authored pages: those of the workspace override ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader

BUNDLED = "bundled"
"""A template that overrides another extends or includes the original as `bundled/site/….html`."""


@dataclass(frozen=True, slots=True)
class TemplateFolders:
    """Where the files of the site come from, file by file.

    `templates` has `site/` and `feeds/`; pages written by hand are in `pages`, next to `assets`.
    `overrides` is the root of a workspace, whose `templates/`, `site/assets/` and `site/pages/`
    come first; None: no overrides.
    """

    templates: Path
    assets: Path
    overrides: Path | None = None

    def loader(self) -> BaseLoader:
        """Return the loader of templates and authored pages, overrides first."""
        pages = self.assets.parent / "pages"
        original = FileSystemLoader([self.templates, pages])
        by_name = FileSystemLoader([*self._own_templates(), self.templates, pages])
        return ChoiceLoader([by_name, PrefixLoader({BUNDLED: original})])

    def own_templates(self) -> list[str]:
        """Return the names of the templates and authored pages of the workspace."""
        return sorted(
            path.relative_to(folder).as_posix()
            for folder in self._own_templates()
            for path in folder.rglob("*")
            if _is_visible(path, folder)
        )

    def is_own(self, path: str) -> bool:
        """Whether the template file at `path` belongs to the workspace."""
        return any(Path(path).is_relative_to(folder) for folder in self._own_templates())

    def asset_paths(self) -> list[Path]:
        """Return the path of each asset, in the order of the names."""
        folders = [self.assets, *self._own("site/assets", self.assets)]
        assets = {
            path.name: path
            for folder in folders
            for path in folder.iterdir()
            if _is_visible(path, folder)
        }
        return [assets[name] for name in sorted(assets)]

    @property
    def explorer_scripts(self) -> Path:
        """The folder with the scripts of the explorer page, next to the assets."""
        return self.assets.parent / "explorer"

    @property
    def documentation_scripts(self) -> Path:
        """The folder with the style and the script of the documentation, next to the assets."""
        return self.assets.parent / "docs"

    def page_names(self) -> list[str]:
        """Return the names of the pages written by hand, in order."""
        pages = self.assets.parent / "pages"
        folders = [pages, *self._own("site/pages", pages)]
        return sorted({path.name for folder in folders for path in folder.glob("*.html")})

    def all_folders(self) -> list[Path]:
        """Return every folder whose files the site shows."""
        pages = self.assets.parent / "pages"
        original = [self.templates, self.assets, pages]
        scripts = [self.explorer_scripts, self.documentation_scripts]
        own = [*self._own_templates(), *self._own("site/assets", self.assets)]
        return [*original, *scripts, *own]

    def _own_templates(self) -> list[Path]:
        return [
            *self._own("templates", self.templates),
            *self._own("site/pages", self.assets.parent / "pages"),
        ]

    def _own(self, name: str, original: Path) -> list[Path]:
        """Return the folder `name` of the workspace, if it exists and is not the original."""
        if self.overrides is None:
            return []
        folder = self.overrides / name
        is_other = folder.is_dir() and folder.resolve() != original.resolve()
        return [folder] if is_other else []


def _is_visible(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.is_file() and not hidden
