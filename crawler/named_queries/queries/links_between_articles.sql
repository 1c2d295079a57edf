-- title: Articles that other articles link to
-- description: Articles by the number of other articles whose texts link to them.
-- group: articles
-- summary: {articles:article} with {links:link} from other articles.
-- columns: title, host, linking_articles, sharers, kind, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host, target.linking_articles, l.sharers, l.kind, l.first_shared, l.topics, l.id AS article_id, l.url
FROM (
    SELECT target_id AS id, count(DISTINCT article_id) AS linking_articles
    FROM article_links
    WHERE target_id IS NOT NULL
    GROUP BY target_id
    ORDER BY linking_articles DESC, target_id DESC
    LIMIT 101
) target
JOIN article_list l ON l.id = target.id
ORDER BY target.linking_articles DESC, l.id DESC
LIMIT 100

-- summary SQL
SELECT count(DISTINCT target_id) AS articles, count(*) AS links
FROM article_links
WHERE target_id IS NOT NULL
