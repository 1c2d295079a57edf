-- title: Full-text search
-- description: Single words match anywhere in the text; phrases match in title and excerpt.
-- group: articles
-- summary: {articles:article} with the words {words}.
-- columns: title, host, published, summary
-- feed: title=title url=url at=first_shared
-- formerly: everything_about

SELECT
    l.title, l.host, l.published, l.summary, l.kind, l.first_shared, l.topics,
    l.id AS article_id, l.url
FROM articles_fts f
JOIN article_list l ON l.id = f.rowid
WHERE articles_fts MATCH :words
ORDER BY f.rank, l.id
LIMIT 200

-- summary SQL
SELECT count(*) AS articles FROM articles_fts WHERE articles_fts MATCH :words
