-- title: Systems named with a topic
-- description: Systems by the number of articles on a topic that name them.
-- group: topics
-- summary: {systems:system} in {articles:article} on {topic}.
-- columns: system, articles, sites, newest
-- chart: bars label=system value=articles

SELECT
    e.name AS system, count(*) AS articles, count(DISTINCT t.host) AS sites,
    max(t.first_shared) AS newest,
    CASE
        WHEN e.kind IN ('system', 'organisation') AND (
            SELECT count(*) FROM (SELECT 1 FROM entity_articles WHERE entity_id = e.id LIMIT 3)
        ) = 3 THEN e.slug
    END AS system_slug, e.id AS entity_id
FROM topic_articles t
JOIN article_entities x ON x.article_id = t.article_id
JOIN entities e ON e.id = x.entity_id AND e.kind = 'system'
WHERE t.topic = (SELECT slug FROM topic_names WHERE name = :topic)
GROUP BY e.id
ORDER BY articles DESC, sites DESC, e.slug
LIMIT 200

-- summary SQL
SELECT count(DISTINCT e.id) AS systems, count(DISTINCT t.article_id) AS articles
FROM topic_articles t
JOIN article_entities x ON x.article_id = t.article_id
JOIN entities e ON e.id = x.entity_id AND e.kind = 'system'
WHERE t.topic = (SELECT slug FROM topic_names WHERE name = :topic)
