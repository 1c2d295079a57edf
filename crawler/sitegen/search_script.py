"""A script file of the search index: one call of a function of the search page."""

from __future__ import annotations

import msgspec

from crawler.sitegen.rendered_file import OutputFile


def script(path: str, function: str, *arguments: object) -> OutputFile:
    """Return the file at `path` that calls a `function` of the page with JSON values."""
    encoded = b",".join(map(msgspec.json.encode, arguments))
    return OutputFile(path, b"hashtrail.%s(%s)\n" % (function.encode(), encoded))
