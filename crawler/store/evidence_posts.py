"""The posts that share an article as evidence of its topics, and what ends it."""

from __future__ import annotations

FIELD = "post"
"""The field of evidence whose quotes are from such posts."""

_MOST_POSTS, _MOST_CHARACTERS = 3, 1_000
_LIKELY = 1.0  # the weight of evidence from which a topic is likely

_QUOTABLE = """FROM links l JOIN publishable_posts p ON p.id = l.post_id JOIN posts w ON w.id = p.id
    WHERE l.article_id = a.id AND p.level = 'full' AND w.text <> ''"""

FIRST_POSTS = f"""(SELECT group_concat(said, char(10, 10)) FROM
    (SELECT substr(w.text, 1, {_MOST_CHARACTERS}) AS said {_QUOTABLE}
     ORDER BY p.shared, p.id LIMIT {_MOST_POSTS}))"""  # noqa: S608
"""The beginnings of the first three posts that share the article `a` and may be quoted, a blank
line between them: a subquery, NULL if there are none.
"""

EVERY_POST = f"(SELECT group_concat(w.text, char(10)) {_QUOTABLE})"
"""The texts of all of them: a quote stays true when an earlier post is found."""

_WAITS = """UPDATE articles SET annotated = ''
    WHERE annotated <> '' AND id IN ({articles});"""
_OF_THESE = "subject_kind = 'article' AND subject_id IN ({articles})"
_COUNTS_NO_MORE = f"""
DELETE FROM taggings WHERE {_OF_THESE}
    AND EXISTS (SELECT 1 FROM evidence e
        WHERE e.tagging_id = taggings.id AND e.field = '{FIELD}')
    AND (SELECT total(e.weight) FROM evidence e
        WHERE e.tagging_id = taggings.id AND e.field <> '{FIELD}') < {_LIKELY};
DELETE FROM evidence WHERE field = '{FIELD}'
    AND tagging_id IN (SELECT id FROM taggings WHERE {_OF_THESE});
{_WAITS}"""  # noqa: S608

# Evidence from words that their author changed or withdrew is deleted in the same transaction.
# A further post only makes the article wait for the next run.
TRIGGERS = f"""
CREATE TRIGGER posts_update_evidence
AFTER UPDATE OF text, published, consent, visibility, sensitive, hidden, deleted_at ON posts
WHEN (old.text, old.published, old.consent, old.visibility, old.sensitive, old.hidden,
      old.deleted_at)
    IS NOT (new.text, new.published, new.consent, new.visibility, new.sensitive, new.hidden,
            new.deleted_at)
BEGIN {_COUNTS_NO_MORE.format(articles="SELECT article_id FROM links WHERE post_id = new.id")} END;
CREATE TRIGGER links_update_evidence AFTER UPDATE OF article_id ON links
WHEN old.article_id IS NOT new.article_id
BEGIN {_COUNTS_NO_MORE.format(articles="old.article_id")}
{_WAITS.format(articles="new.article_id")} END;
CREATE TRIGGER links_delete_evidence AFTER DELETE ON links WHEN old.article_id IS NOT NULL
BEGIN {_COUNTS_NO_MORE.format(articles="old.article_id")} END;
"""  # noqa: S608
