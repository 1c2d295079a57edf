-- title: Articles that other articles link to
-- description: Articles by the number of other articles whose texts link to them.
-- group: articles
-- summary: {articles:article} with {links:link} from other articles.
-- columns: title, host, linking_articles, linking_hosts, kind, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host, target.linking_articles,
    (
        SELECT count(DISTINCT origin.host)
        FROM article_links k
        JOIN article_list origin ON origin.id = k.article_id
        WHERE k.target_id = target.id
    ) AS linking_hosts,
    l.kind, l.first_shared, l.topics, l.id AS article_id, l.url
FROM (
    SELECT target_id AS id, count(DISTINCT article_id) AS linking_articles
    FROM article_links
    WHERE target_id IS NOT NULL
    GROUP BY target_id
    ORDER BY linking_articles DESC, target_id DESC
    LIMIT 201
) target
JOIN article_list l ON l.id = target.id
ORDER BY target.linking_articles DESC, l.id DESC
LIMIT 200

-- summary SQL
SELECT count(DISTINCT target_id) AS articles, count(*) AS links
FROM article_links
WHERE target_id IS NOT NULL
