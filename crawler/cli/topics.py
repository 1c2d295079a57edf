"""`hashtrail topics`: list the taxonomy, find its faults, measure the tagger, learn phrases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from crawler.cli.common import echo_table, json_option, read_json_lines, workspace, write_json_line
from crawler.cli.explain_tagging import try_topics
from crawler.cli.not_learned_words import words_not_learned
from crawler.cli.tag import read_item, reading_lists_folder, topics_folder
from crawler.cli.topics_diff import diff_topics
from crawler.counted_nouns import counted_noun
from crawler.models.topics import Item, Topic

if TYPE_CHECKING:
    from crawler.topics.lint import LintFinding

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def topics() -> None:
    """List, try, lint, compare, measure or learn topics."""


topics.add_command(try_topics)
topics.add_command(diff_topics)


@topics.command("list")
@json_option
@click.pass_context
def list_topics(context: click.Context, as_json: bool) -> None:
    """List the topics in their trees, with their definitions."""
    from crawler.topics.taxonomy import in_tree_order, read_taxonomy

    listed = in_tree_order(read_taxonomy(topics_folder(context)).topics)
    if as_json:
        write_json_line([topic for _, topic in listed])
    else:
        echo_table(
            ("  " * level + topic.slug, topic.label, topic.definition.split("\n")[0])
            for level, topic in listed
        )


@topics.command("lint")
@click.argument("off_topic", required=False, type=_FILE)
@json_option
@click.pass_context
def lint_topics(context: click.Context, off_topic: Path | None, as_json: bool) -> int:
    """Find faults in topic files, topic texts and reading lists, and run the examples.

    With OFF_TOPIC (JSON lines of texts that belong to no topic), also find phrases that match
    there. Exit code 1 if there are findings.
    """
    from crawler.topics.lint import lint_common_words, lint_examples, lint_off_topic, lint_taxonomy
    from crawler.topics.lint_tables import WIDE_TOPICS, lint_sizes, lint_tables, read_limits
    from crawler.topics.table_files import read_words
    from crawler.topics.tagger import Tagger
    from crawler.topics.taxonomy import COMMON_WORDS

    folder = topics_folder(context)
    tagger = Tagger.load(folder)
    findings = [
        *lint_taxonomy(tagger.taxonomy),
        *lint_tables(folder, tagger.taxonomy),
        *lint_sizes(tagger.taxonomy, read_limits(folder / WIDE_TOPICS)),
        *lint_common_words(tagger.taxonomy, read_words(folder / COMMON_WORDS)),
        *lint_examples(tagger),
        *_lint_texts_and_lists(context, folder, tagger.taxonomy.topics),
        *(lint_off_topic(tagger, _items(off_topic)) if off_topic else ()),
    ]
    if as_json:
        write_json_line(findings)
    else:
        echo_table((finding.topic, finding.key, finding.message) for finding in findings)
    return 1 if findings else 0


def _lint_texts_and_lists(
    context: click.Context, folder: Path, topics: Mapping[str, Topic]
) -> list[LintFinding]:
    """Return the findings about the topic texts in `folder` and the reading lists."""
    from crawler.knowledge.article_kinds import PICK_KINDS
    from crawler.links.article_key import normalize_url
    from crawler.topics.lint_texts_and_lists import ListRules, lint_reading_lists, lint_texts
    from crawler.topics.reading_lists import read_reading_lists
    from crawler.topics.topic_texts import read_topic_texts

    year = datetime.now(UTC).year
    rules = ListRules(PICK_KINDS, year, lambda url: normalize_url(url).key)
    lists = read_reading_lists(reading_lists_folder(context))
    return [
        *lint_texts(read_topic_texts(folder), topics.keys()),
        *lint_reading_lists(lists, topics.keys(), rules),
    ]


@topics.command("eval")
@click.argument("rows", type=_FILE)
@click.option(
    "--keep",
    is_flag=True,
    help="Also write data/generated/topic_evaluation.json, which the site shows.",
)
@json_option
@click.pass_context
def eval_topics(context: click.Context, rows: Path, keep: bool, as_json: bool) -> None:
    """Measure precision and recall of each topic on ROWS.

    ROWS are JSON lines like those of `tag`, with the correct "topics".
    """
    from crawler.topics.evaluate import evaluate, shown_topics
    from crawler.topics.evaluation_results import write_evaluation
    from crawler.topics.tagger import Tagger

    tagger = Tagger.load(topics_folder(context))
    measured = evaluate(
        (shown_topics(tagger.tag(read_item(row))), _true(row)) for row in _rows(rows)
    )
    if keep:
        command = {"command": "hashtrail topics eval --keep", "rows": measured.rows}
        write_evaluation(workspace(context).generated, measured.topics, command)
    if as_json:
        write_json_line(measured)
        return
    figures = {
        "all together": measured.micro,
        **dict(sorted(measured.topics.items(), key=lambda pair: -pair[1].rows)),
    }
    echo_table(
        [
            ("topic", "rows", "precision", "recall", "F1"),
            *(
                (name, *map(str, msgspec.to_builtins(accuracy).values()))
                for name, accuracy in figures.items()
            ),
        ]
    )
    click.echo(f"macro F1 {measured.macro_f1} over {measured.rows} rows")


@topics.command("learn")
@click.argument("links", nargs=-1, required=True, type=_FILE)
@click.option(
    "--without",
    type=_FILE,
    help="File with ids of rows to leave out, one per line, for example the test rows.",
)
@json_option
@click.pass_context
def learn_topics(
    context: click.Context, links: tuple[Path, ...], without: Path | None, as_json: bool
) -> None:
    """Learn weights of phrases from LINKS and from the curator's tags.

    LINKS are files of JSON lines with id, title, url and topics. Writes
    data/generated/topic_weights.tsv.
    """
    from crawler.topics.learned_weights import FILE_NAME, write_weights
    from crawler.topics.taxonomy import read_taxonomy
    from crawler.topics.train_weights import train_weights

    here = workspace(context)
    left_out = (
        {
            line.split()[0]
            for line in without.read_text(encoding="utf-8").splitlines()
            if line.strip()
        }
        if without
        else set()
    )
    labelled = [row for path in links for row in labelled_rows(path) if row.id not in left_out]
    learned = train_weights(
        [*labelled, *_corrections(here.curation, here.database)],
        read_taxonomy(here.topics),
        words_not_learned(here.topics),
    )
    header = f"# command: hashtrail topics learn\n# rows: {len(labelled)}\n"
    write_weights(here.generated / FILE_NAME, learned, header)
    if as_json:
        write_json_line(
            {"rows": len(labelled), "phrases": len(learned.phrases), "version": learned.version}
        )
    else:
        click.echo(
            f"Learned {counted_noun(len(learned.phrases), 'phrase')} "
            f"from {counted_noun(len(labelled), 'row')}. "
            "Next: hashtrail retag"
        )


def labelled_rows(path: Path) -> Iterator[Any]:
    """Yield the rows of the file at `path` for training: their titles, URLs and topics."""
    from crawler.topics.train_weights import Labelled

    for row in _rows(path):
        item = read_item(row)
        yield Labelled(str(row.get("id", "")), Item(title=item.title, url=item.url), _true(row))


def _corrections(curation: Path, database: Path) -> list[Any]:
    """The curator's tag and untag decisions about articles in the database, as rows."""
    from crawler.curation.read_decisions import read_decisions
    from crawler.store.database import open_existing
    from crawler.topics.train_weights import correction

    decisions = [
        decision for decision in read_decisions(curation) if decision.action in ("tag", "untag")
    ]
    if not decisions or not database.is_file():
        return []
    db = open_existing(database)
    titled = [
        (
            decision,
            db.execute("SELECT title FROM articles WHERE url = ?", [decision.subject]).fetchone(),
        )
        for decision in decisions
    ]
    return [
        correction(decision, Item(title=row[0], url=decision.subject))
        for decision, row in titled
        if row
    ]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from read_json_lines(lines, str(path))


def _items(path: Path) -> Iterable[Item]:
    return (read_item(row) for row in _rows(path))


def _true(row: dict[str, Any]) -> frozenset[str]:
    return frozenset(str(topic) for topic in row.get("topics") or [])
