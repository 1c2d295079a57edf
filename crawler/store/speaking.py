"""The post that speaks for an article before it has been read, and what makes its words count no more."""

from __future__ import annotations

FIELD = "post"
"""The field of evidence that stands in such a post."""

_QUOTABLE = """FROM links l JOIN publishable_posts p ON p.id = l.post_id JOIN posts w ON w.id = p.id
    WHERE l.article_id = a.id AND p.level = 'full' AND w.text <> ''"""

FIRST_POST = f"(SELECT w.text {_QUOTABLE} ORDER BY p.shared, p.id LIMIT 1)"
"""The text of the earliest post that shares the article `a` and may be quoted: a subquery, NULL when there is none."""

EVERY_POST = f"(SELECT group_concat(w.text, char(10)) {_QUOTABLE})"
"""The texts of all of them: what was quoted stays true when an earlier post is found."""

_WAITS = "UPDATE articles SET understood = '' WHERE text = '' AND summary = '' AND id IN ({articles});"
_SAYS_NO_MORE = f"""DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id IN ({{articles}})
    AND EXISTS (SELECT 1 FROM evidence e WHERE e.tagging_id = taggings.id AND e.field = '{FIELD}'); {_WAITS}"""  # noqa: S608 (ours)

# Words that their author changed or took back leave the evidence in the same transaction; a further post only makes the article wait.
TRIGGERS = f"""
CREATE TRIGGER posts_speak AFTER UPDATE OF text, published, consent, visibility, sensitive, hidden, deleted_at ON posts
WHEN (old.text, old.published, old.consent, old.visibility, old.sensitive, old.hidden, old.deleted_at)
    IS NOT (new.text, new.published, new.consent, new.visibility, new.sensitive, new.hidden, new.deleted_at)
BEGIN {_SAYS_NO_MORE.format(articles="SELECT article_id FROM links WHERE post_id = new.id")} END;
CREATE TRIGGER links_speak AFTER UPDATE OF article_id ON links WHEN old.article_id IS NOT new.article_id
BEGIN {_SAYS_NO_MORE.format(articles="old.article_id")} {_WAITS.format(articles="new.article_id")} END;
CREATE TRIGGER links_fall_silent AFTER DELETE ON links WHEN old.article_id IS NOT NULL
BEGIN {_SAYS_NO_MORE.format(articles="old.article_id")} END;
"""  # noqa: S608 (ours)
