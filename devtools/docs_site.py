"""Build the documentation as a separate site, without articles: `make docs-site`.

python -m devtools.docs_site           into build/docs-site
python -m devtools.docs_site FOLDER    into FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from crawler.settings.site import SiteSettings
from crawler.sitegen.documentation import render_documentation
from crawler.sitegen.rendered_file import OutputFile, hashed_name
from crawler.sitegen.site_model import read_site_model
from crawler.sitegen.site_validation import SiteLinter
from crawler.sitegen.template_folders import TemplateFolders
from crawler.sitegen.template_renderer import Renderer
from crawler.store.database import open_memory
from devtools.repository import ROOT

FOLDER = ROOT / "build/docs-site"
_ASSETS = ("favicon.svg", "style.css", "theme.js")


def documentation_files() -> list[OutputFile]:
    """Return every file of the documentation site, with the assets that its pages load."""
    folders = TemplateFolders(ROOT / "templates", ROOT / "site/assets")
    assets = [_asset(folders.assets / name) for name in _ASSETS]
    names = dict(zip(_ASSETS, (asset.path for asset in assets), strict=True))
    model = read_site_model(open_memory().conn, SiteSettings(docs=True))
    renderer = Renderer(model, folders, names)
    pages = render_documentation(ROOT, folders.documentation_scripts, renderer, is_alone=True)
    return [*assets, *pages]


def problems(files: list[OutputFile]) -> list[str]:
    """Return a sentence for each dead link, dead anchor and repeated id of the `files`."""
    linter = SiteLinter()
    for file in files:
        linter.add(file)
    contents = {file.path: file.data for file in files}
    return linter.finish(lambda paths: set(paths) - contents.keys(), contents.__getitem__)


def write_site(folder: Path) -> None:
    """Write the documentation site into `folder`. Raises SystemExit if a link is dead."""
    files = documentation_files()
    if found_problems := problems(files):
        raise SystemExit("\n".join(found_problems))
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    print(f"{len(files)} files. Open {folder / 'docs/index.html'}")


def _asset(path: Path) -> OutputFile:
    data = path.read_bytes()
    return OutputFile(f"assets/{hashed_name(path.name, data)}", data)


def main() -> None:
    """Build the site into the folder of the command line."""
    write_site(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)


if __name__ == "__main__":
    main()
