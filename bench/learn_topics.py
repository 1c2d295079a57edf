"""Learn the bundled phrase weights and measure each topic; needs the `[learn]` extra.

    python -m bench.learn_topics

It reads the corpora next to the checkout and writes topic_weights.tsv and
topic_evaluation.json in data/generated/.

The weights are learned from link titles and off-topic rows, without rows labelled by hand. Topics
are measured on rows labelled by hand, and on documents that the classifier does not learn from. For
other rows, use `hashtrail topics learn` and `hashtrail topics eval --keep`.
"""

from __future__ import annotations

from bench.quality_articles import document_pairs
from bench.quality_topics import (
    ROOT,
    TOPICS,
    by_hand,
    hand_labels,
    link_rows,
    not_learned_words,
    off_topic_rows,
)
from crawler.topics.evaluate import evaluate
from crawler.topics.evaluation_results import write_evaluation
from crawler.topics.learned_weights import FILE_NAME, write_weights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import read_taxonomy
from crawler.topics.train_weights import train_weights
from devtools.generated import as_comments, as_json, new_header

TOPIC_FILES = ROOT / "data/topics"
GENERATED = ROOT / "data/generated"
COMMAND = "python -m bench.learn_topics"
INPUTS = (
    "data/topics/*.toml",
    "data/topics/_*.txt",
    "data/topics/_[!w]*.tsv",
    "tests/quality/topics_*.tsv",
    "crawler/knowledge/entities.tsv",
)
EVALUATION_INPUTS = (
    *INPUTS,
    "data/generated/topic_weights.tsv",
    "data/generated/word_classifier.tsv",
    "tests/quality/articles_documents.tsv",
)
LIBRARIES = ("ahocorasick_rs", "numpy", "scikit-learn")


def main() -> None:
    """Learn and measure, write both files, and print a summary."""
    links, labels = link_rows(TOPICS), hand_labels()
    rows = [row for row in (*links, *off_topic_rows(TOPICS)) if row.id not in labels]
    taxonomy = read_taxonomy(TOPIC_FILES)
    header = new_header(COMMAND, INPUTS, len(rows), LIBRARIES, taxonomy.version)
    learned = train_weights(rows, taxonomy, not_learned_words())
    write_weights(GENERATED / FILE_NAME, learned, as_comments(header))

    tagger = Tagger.load(TOPIC_FILES)
    measured = evaluate([*by_hand(links, labels, tagger), *document_pairs(tagger)])
    header = new_header(COMMAND, EVALUATION_INPUTS, measured.rows, LIBRARIES, taxonomy.version)
    write_evaluation(GENERATED, measured.topics, as_json(header))
    print(
        f"learned from {len(rows):,} rows; measured on {measured.rows:,}: "
        f"micro F1 {measured.micro.f1}, macro {measured.macro_f1}"
    )


if __name__ == "__main__":
    main()
