"""`hashtrail normalize`: URLs in, one a line; their article keys and rules out."""

from __future__ import annotations

import click

from crawler.cli.common import json_option, standard_input, write_json_line


@click.command()
@json_option
def normalize(as_json: bool) -> None:
    """Read one URL per line and write its key.

    Two URLs are one article by rule when their keys are equal.
    """
    from crawler.links.article_key import normalize_url

    for line in standard_input().buffer:
        normalized = normalize_url(line.decode("utf-8", "replace").rstrip("\r\n"))
        if as_json:
            write_json_line(normalized)
        else:
            click.echo("\t".join((normalized.key, normalized.url, " ".join(normalized.rules))))
