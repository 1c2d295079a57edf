"""`hashtrail completion`: print the completion script of a shell."""

from __future__ import annotations

import os
import shlex
from typing import Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
)

PROGRAM = "hashtrail"
COMPLETE_VARIABLE = "_HASHTRAIL_COMPLETE"
"""Click completes instead of running a command while this environment variable is set."""

_QUOTES = ("'", '"')


@click.command()
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL: commands, options, topics, sources and queries.

    bash: add the line `eval "$(hashtrail completion bash)"` to ~/.bashrc.

    zsh: add the line `eval "$(hashtrail completion zsh)"` to ~/.zshrc, after compinit.

    fish: write the script to ~/.config/fish/completions/hashtrail.fish.

    Topics and sources are those of the workspace in the current directory.
    """
    script = get_completion_class(shell)
    assert script is not None
    root = context.find_root().command
    click.echo(script(root, {}, PROGRAM, COMPLETE_VARIABLE).source().strip())


class QuotingBash(BashComplete):
    """Completion of bash with quoted values: click inserts a name with spaces as several words."""

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return the type and the value of `item` for the completion script."""
        value = str(item.value)
        if item.type == "plain" and not _is_in_quotes():
            value = shlex.quote(value)
        return f"{item.type},{value}"


def _is_in_quotes() -> bool:
    """Whether the word at the cursor begins with a quote, which bash closes itself."""
    words = os.environ.get("COMP_WORDS", "").split("\n")
    position = int(os.environ.get("COMP_CWORD", "0"))
    return position < len(words) and words[position].startswith(_QUOTES)


def enable_completion() -> None:
    """Make click use the completion of this module for bash."""
    add_completion_class(QuotingBash)
