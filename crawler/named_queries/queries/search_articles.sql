-- title: Full-text search
-- description: Single words match anywhere in the text; phrases match in title and excerpt.
-- group: articles
-- formerly: everything_about

SELECT l.id AS article_id, l.title, l.host, l.published, l.summary, l.url
FROM articles_fts f
JOIN article_list l ON l.id = f.rowid
WHERE articles_fts MATCH :words
ORDER BY f.rank, l.id
LIMIT 200
