"""The numbers of files and bytes of a site."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.sitegen.site_manifest import DATABASE, FileRow

_PICTURE = ".png"


@dataclass(frozen=True, slots=True)
class SiteSize:
    """Numbers of the files of a site.

    `pages` are HTML pages. `bytes` does not count the database of the explorer page, which has
    a separate limit. `optional` files are pictures and the database: a build without the drawing
    library or without the explorer has none. `picture_bytes` is the size of the pictures.
    """

    files: int = 0
    pages: int = 0
    bytes: int = 0
    optional: int = 0
    picture_bytes: int = 0


def counts_of_file(row: FileRow) -> dict[str, int]:
    """Return what the file of `row` adds to a SiteSize."""
    is_picture, is_database = row.path.endswith(_PICTURE), row.path.endswith(DATABASE)
    return {
        "files": 1,
        "pages": row.path.endswith(".html"),
        "bytes": 0 if is_database else row.size,
        "optional": is_picture or is_database,
        "picture_bytes": row.size if is_picture else 0,
    }
