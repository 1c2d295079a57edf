-- title: Articles that other articles link to
-- description: Articles by the number of other articles whose texts link to them.
-- group: articles
-- summary: {articles:article} with links from {origins:other article}.
-- columns: title, host, linking_articles, linking_hosts, kind, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    target.title, target.host, count(*) AS linking_articles,
    count(DISTINCT origin.host) AS linking_hosts, target.kind, target.first_shared,
    target.topics, target.id AS article_id, target.url
FROM article_links k
JOIN article_list target ON target.id = k.target_id
JOIN article_list origin ON origin.id = k.article_id
WHERE k.target_id IS NOT NULL
GROUP BY target.id
ORDER BY linking_articles DESC, linking_hosts DESC, target.id DESC
LIMIT 200

-- summary SQL
SELECT count(DISTINCT target_id) AS articles, count(DISTINCT article_id) AS origins
FROM article_links
WHERE target_id IS NOT NULL
