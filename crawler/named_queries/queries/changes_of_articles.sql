-- title: Changes of articles
-- description: Changed topics and states, merges and splits of articles, newest first.
-- group: data quality
-- summary: {changes:change} of {articles:article} since {since}.
-- columns: title, change, detail, host, at
-- feed: title=title url=url at=at

SELECT
    l.title, c.change, c.detail, l.host, c.at, l.id AS article_id, l.url, c.id AS change_id
FROM article_changes c
JOIN article_list l ON l.id = c.article_id
WHERE c.at IS NOT NULL
ORDER BY c.at DESC, c.id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS changes, count(DISTINCT article_id) AS articles, min(at) AS since
FROM article_changes
WHERE at IS NOT NULL
