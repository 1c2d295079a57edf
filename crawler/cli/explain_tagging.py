"""Why a text has a topic, or why not: the matches, their context and weights, and the decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from crawler.cli.common import echo_table, json_option, write_json_line
from crawler.cli.completion_values import complete_topic
from crawler.cli.tag import read_item, topics_folder
from crawler.errors import UsageError
from crawler.models.topics import Item

if TYPE_CHECKING:
    from crawler.topics.explanation import ExplainedMatch, Explanation

_HEADER = ("phrase", "field", "times", "rule", "context", "weight")
_CONTEXT = 40


@click.command("try")
@click.argument("sentence")
@click.option("--title", default="", help="Title above the sentence.")
@click.option(
    "--topic",
    shell_complete=complete_topic,
    help="Show only this topic, even if it does not match.",
)
@json_option
@click.pass_context
def try_topics(
    context: click.Context, sentence: str, title: str, topic: str | None, as_json: bool
) -> None:
    """Show which phrases of which topics match SENTENCE, by which rule, and what is decided."""
    item = read_item({"text": sentence, "title": title})
    echo_explanations(context, item, as_json, topic)


def echo_explanations(
    context: click.Context, item: Item, as_json: bool, topic: str | None = None
) -> None:
    """Print why an item has its topics, or has `topic` or not, with the workspace's taxonomy.

    Raises UsageError for a topic that does not exist.
    """
    from crawler.topics.explanation import explain
    from crawler.topics.tagger import Tagger

    tagger = Tagger.load(topics_folder(context))
    if topic and topic not in tagger.taxonomy.topics:
        raise UsageError(f"There is no topic {topic}.", "List topics with: hashtrail topics list")
    explanations = explain(tagger, item, (topic,) if topic else ())
    if as_json:
        write_json_line(explanations)
    elif not explanations:
        click.echo("No phrase of any topic matches.")
    for explanation in explanations if not as_json else ():
        _echo(explanation)


def _echo(explanation: Explanation) -> None:
    decision = "not given" if explanation.confidence == "no" else explanation.confidence
    click.echo(f"{explanation.topic}: {decision}, weight {explanation.score:.2f}")
    if explanation.matches:
        echo_table(_rows(explanation.matches))
    for condition in explanation.missing:
        click.echo(f"  missing: {condition}")


def _rows(matches: Sequence[ExplainedMatch]) -> Iterator[tuple[str, ...]]:
    yield ("", *_HEADER)
    for match in matches:
        context = match.context or ("missing" if match.rule == "ambiguous" else "")
        times, weight = f"{match.times:,}", f"{match.weight:.2f}"
        yield "", match.quote, match.field, times, match.rule, context[:_CONTEXT], weight
