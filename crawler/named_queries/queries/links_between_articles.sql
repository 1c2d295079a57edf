-- title: Articles that other articles link to
-- description: Articles by the number of other articles whose texts link to them.
-- group: articles

SELECT
    target.id AS article_id, target.title, target.host,
    count(*) AS linking_articles, count(DISTINCT origin.host) AS linking_hosts, target.url
FROM article_links k
JOIN article_list target ON target.id = k.target_id
JOIN article_list origin ON origin.id = k.article_id
GROUP BY target.id
ORDER BY linking_articles DESC, linking_hosts DESC, target.id DESC
LIMIT 100
