"""The `hashtrail` command: load the module of a verb, and turn errors into exit codes."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import signal
import sqlite3
import sys
import textwrap
from contextvars import ContextVar
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from crawler import __version__
from crawler.cli.completion import COMPLETE_VARIABLE, enable_completion
from crawler.cli.examples import add_example
from crawler.errors import (
    DiskFullError,
    HashtrailError,
    UsageError,
    is_disk_full,
    is_misplaced,
    is_refused,
    store_error_from_os,
)
from crawler.terminal_streams import configure_streams

# verb -> module under crawler.cli that defines a click command of the same name (dashes as
# underscores), one line of help
VERBS = {
    "backup": ("backup", "Copy the database to data/state/backups/."),
    "build": ("crawl_build_nightly", "Build the site and publish it in one step."),
    "completion": ("completion", "Print the completion script of bash, zsh or fish."),
    "crawl": ("crawl_build_nightly", "Poll sources, fetch articles and tag them."),
    "demo": ("demo", "Show everything with a fictional network, without internet."),
    "doctor": ("doctor", "Check the workspace and name the fix for each problem."),
    "explain": ("explain", "Show everything known about one URL."),
    "explore": ("explore", "Serve the Datasette explorer."),
    "export": ("export", "Export the public data as JSON Lines, CSV, OPML or Markdown."),
    "extract": ("extract", "Extract articles from pages (filter)."),
    "feed": ("parse_feed", "Parse one feed from stdin (filter)."),
    "forget": ("forget", "Permanently erase an author, a post or an article."),
    "import": ("import_posts", "Import posts from files."),
    "init": ("init", "Create a workspace."),
    "nightly": (
        "crawl_build_nightly",
        "Crawl, build, back up and report: the command for every night.",
    ),
    "normalize": ("normalize", "Compute the article keys of URLs (filter)."),
    "posts": ("parse_responses", "Parse the posts of stored API responses or feeds (filter)."),
    "publish": ("publish", "Copy the built site to the configured target."),
    "query": ("query", "Run a named query over the snapshot, or list them."),
    "reextract": ("reextract", "Extract all articles again from the archive, without network."),
    "restore": ("restore", "Restore a backup."),
    "retag": ("retag", "Tag texts again after an edit of the topics."),
    "review": ("review", "List open questions for the curator."),
    "robots": ("robots", "Check URLs against robots.txt files (filter)."),
    "serve": ("serve", "Serve the built site on this machine."),
    "settings": ("settings", "Show the settings in effect and where each comes from."),
    "sources": ("sources", "List, check, add or discover sources."),
    "status": ("status", "Show the last runs and failing sources."),
    "tag": ("tag", "Tag texts with topics and evidence (filter)."),
    "topics": ("topics", "List, try, lint, compare, measure or learn topics."),
    "verify": ("verify", "Check database and snapshot, or prove erasures."),
}


_IS_DEBUGGED = ContextVar("_IS_DEBUGGED", default=False)

# Words that people type for a command, sorted.
_MEANT = {
    "add": "import URL (an article), or: hashtrail sources add URL",
    "check": "doctor",
    "config": "settings",
    "datasette": "explore",
    "fetch": "crawl",
    "new": "init",
    "open": "serve",
    "run": "nightly",
    "search": "query",
    "start": "nightly",
    "update": "nightly",
}


def _suggestion(name: str) -> str:
    """Return the command that the unknown command `name` probably means, or the list of all."""
    near = get_close_matches(name, VERBS, n=1)
    verb = near[0] if near else _MEANT.get(name.lower())
    return f"Did you mean: hashtrail {verb}?" if verb else "See: hashtrail --help"


class _Verbs(click.Group):
    """A command group that loads a verb's module on use, so that `--help` starts fast."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in VERBS and context.resilient_parsing:
            return None
        if name not in VERBS:
            raise UsageError(f"There is no command {name!r}.", _suggestion(name))
        module = importlib.import_module(f"crawler.cli.{VERBS[name][0]}")
        function = "import_" if name == "import" else name.replace("-", "_")
        command: click.Command = getattr(module, function)
        add_example(command, name)
        return command

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the verbs and options that begin with `incomplete`, without loading modules."""
        verbs = [
            CompletionItem(verb, help=help_line)
            for verb, (_, help_line) in sorted(VERBS.items())
            if verb.startswith(incomplete)
        ]
        return verbs + click.Command.shell_complete(self, context, incomplete)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [(verb, help_line) for verb, (_, help_line) in sorted(VERBS.items())]
            )


@click.group(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
First steps:
  hashtrail init my-kb
  cd my-kb
  hashtrail nightly
  hashtrail serve""",
)
@click.option(
    "--workspace",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Workspace directory (default: current directory).",
)
@click.option("--quiet", "-q", is_flag=True, help="Show no progress on standard error.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="hashtrail")
@click.pass_context
def cli(context: click.Context, root: Path, quiet: bool, debug: bool) -> None:
    """Collect posts, fetch the articles they share, tag both with evidence, and publish a site."""
    configure_streams()
    context.obj = root
    _IS_DEBUGGED.set(debug)
    if quiet:
        from crawler.progress_display import IS_QUIET

        IS_QUIET.set(True)


def main() -> None:
    """Run the command line. docs/OPERATING.md lists the exit codes."""
    atexit.register(gc.freeze)  # else Python searches every object for garbage before it exits
    configure_streams()
    if COMPLETE_VARIABLE in os.environ:
        enable_completion()
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except HashtrailError as error:
        _fail_known(error)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(UsageError.exit_code)
    except click.UsageError as error:
        _fail(
            f"hashtrail: {error.format_message()}",
            _usage_hint(error),
            UsageError.exit_code,
        )
    except click.ClickException as error:
        _fail(f"hashtrail: {error.format_message()}", "", 1)
    except (click.Abort, KeyboardInterrupt):
        _fail(
            "hashtrail: interrupted. Completed work is saved.",
            "Run the same command again to continue.",
            128 + signal.SIGINT,
        )
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except (OSError, sqlite3.DatabaseError) as error:
        _fail_at_files(error)
    except Exception as error:  # a bug: people get one sentence, --debug shows the traceback
        _fail_unexpected(error)


def _usage_hint(error: click.UsageError) -> str:
    """Return the next step after a wrong use of a command."""
    wrong = error.option_name if isinstance(error, click.NoSuchOption) else ""
    if error.ctx and any(wrong in option.opts for option in cli.params):
        verb = error.ctx.command_path.removeprefix(f"{error.ctx.find_root().command_path} ")
        return f"Write it before the command: hashtrail {wrong} {verb}"
    return f"See: {error.ctx.command_path} --help" if error.ctx else ""


def _fail_at_files(error: OSError | sqlite3.DatabaseError) -> NoReturn:
    """Name the file that could not be read or written, and the cause."""
    place = getattr(error, "filename", None)
    if is_disk_full(error) and place == "<stdout>":
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes it again
        cause = "Standard output cannot be written, because its disk is full."
        _fail_known(HashtrailError(cause, "Free some space, or write the output elsewhere."))
    if is_disk_full(error):
        _fail_known(DiskFullError(place or "the workspace"))
    if isinstance(error, OSError) and (is_refused(error) or (place and is_misplaced(error))):
        _fail_known(store_error_from_os(error, place or "the workspace"))
    _fail_unexpected(error)


def _fail_known(error: HashtrailError) -> NoReturn:
    _fail(f"hashtrail: {error.message}", error.hint, error.exit_code)


def _fail_unexpected(error: Exception) -> NoReturn:
    message = f"hashtrail: unexpected error: {type(error).__name__}: {error}"
    _fail(message, "Stored data is safe. Report the output of: hashtrail --debug COMMAND", 1)


def _fail(message: str, hint: str, code: int) -> NoReturn:
    if _IS_DEBUGGED.get():
        import traceback

        traceback.print_exc()
    click.echo(message, err=True)
    if hint:
        click.echo(textwrap.indent(hint, "  "), err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
