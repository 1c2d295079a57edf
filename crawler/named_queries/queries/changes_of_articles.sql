-- title: Changes of articles
-- description: Changed topics and states, merges and splits of articles, newest first.
-- group: data quality

SELECT c.at, c.change, c.detail, l.id AS article_id, l.title, l.host, l.url
FROM article_changes c
JOIN article_list l ON l.id = c.article_id
WHERE c.at IS NOT NULL
ORDER BY c.at DESC, c.id DESC
