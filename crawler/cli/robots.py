"""`hashtrail robots`: apply robots.txt files to URLs, as a filter."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import click

from crawler.cli.common import filter_lines, json_option, read_json_lines, standard_input
from crawler.errors import InputError


@click.command()
@json_option
def robots(as_json: bool) -> None:
    """Read lines of {"robots_b64", "agent", "url"} and write {"allowed"} for each (RFC 9309).

    With --json one object per line; without it the word allowed or disallowed and the deciding
    rule.
    """
    if as_json:
        filter_lines(lambda case: {"allowed": _decision(case).allowed})
        return
    for case in read_json_lines(standard_input()):
        decision = _decision(case)
        word = "allowed" if decision.allowed else "disallowed"
        click.echo(f"{word}  {case['url']}  {decision.rule}".rstrip())


def _decision(case: dict[str, Any]) -> Any:
    from crawler.fetch.robots_txt import RobotsTxt

    try:
        body = base64.b64decode(case["robots_b64"], validate=True)
        return RobotsTxt.parse(body).decide(case["agent"], case["url"])
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise InputError(
            f"standard input: not a robots.txt case: {error!r}.",
            'Each line must be {"robots_b64", "agent", "url"}.',
        ) from None
