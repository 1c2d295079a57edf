-- title: What do two topics have in common?
-- description: Systems, organizations, people, techniques and sites in the newest 500 articles of each topic.
-- group: topics
-- summary: {names:common name} of {topic} and {other_topic}: {systems:system}, {organizations:organization}, {sites:site}, {others:other}; {articles:article} on both.
-- columns: entity, kind, topic_articles, other_topic_articles

WITH one AS MATERIALIZED (
    SELECT article_id, host FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 500
),
other AS MATERIALIZED (
    SELECT article_id, host FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :other_topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 500
),
named AS (
    SELECT e.name, e.kind, e.id, 1 AS is_one
    FROM one JOIN article_entities x ON x.article_id = one.article_id
    JOIN entities e ON e.id = x.entity_id WHERE e.kind <> 'figure'
    UNION ALL
    SELECT e.name, e.kind, e.id, 0
    FROM other JOIN article_entities x ON x.article_id = other.article_id
    JOIN entities e ON e.id = x.entity_id WHERE e.kind <> 'figure'
    UNION ALL SELECT host, 'site', NULL, 1 FROM one
    UNION ALL SELECT host, 'site', NULL, 0 FROM other
),
common AS (
    SELECT
        name, kind, id,
        sum(is_one) AS topic_articles, sum(NOT is_one) AS other_topic_articles
    FROM named
    GROUP BY name, kind, id
    HAVING sum(is_one) > 0 AND sum(NOT is_one) > 0
)
SELECT
    c.name AS entity, replace(c.kind, 'organisation', 'organization') AS kind,
    c.topic_articles, c.other_topic_articles,
    CASE
        WHEN e.kind IN ('system', 'organisation') AND (
            SELECT count(*) FROM (SELECT 1 FROM entity_articles WHERE entity_id = e.id LIMIT 3)
        ) = 3 THEN e.slug
    END AS entity_slug, e.id AS entity_id
FROM common c
LEFT JOIN entities e ON e.id = c.id
ORDER BY min(topic_articles, other_topic_articles) DESC,
    topic_articles + other_topic_articles DESC, c.kind, c.name, c.id
LIMIT 200

-- summary SQL
WITH one AS MATERIALIZED (
    SELECT article_id, host FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 500
),
other AS MATERIALIZED (
    SELECT article_id, host FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :other_topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 500
),
named AS (
    SELECT e.name, e.kind, e.id, 1 AS is_one
    FROM one JOIN article_entities x ON x.article_id = one.article_id
    JOIN entities e ON e.id = x.entity_id WHERE e.kind <> 'figure'
    UNION ALL
    SELECT e.name, e.kind, e.id, 0
    FROM other JOIN article_entities x ON x.article_id = other.article_id
    JOIN entities e ON e.id = x.entity_id WHERE e.kind <> 'figure'
    UNION ALL SELECT host, 'site', NULL, 1 FROM one
    UNION ALL SELECT host, 'site', NULL, 0 FROM other
),
common AS (
    SELECT
        name, kind, id,
        sum(is_one) AS topic_articles, sum(NOT is_one) AS other_topic_articles
    FROM named
    GROUP BY name, kind, id
    HAVING sum(is_one) > 0 AND sum(NOT is_one) > 0
)
SELECT
    count(*) AS names, coalesce(sum(kind = 'system'), 0) AS systems,
    coalesce(sum(kind = 'organisation'), 0) AS organizations,
    coalesce(sum(kind = 'site'), 0) AS sites,
    coalesce(sum(kind NOT IN ('system', 'organisation', 'site')), 0) AS others,
    (
        SELECT count(*)
        FROM topic_articles a
        JOIN topic_articles b ON b.article_id = a.article_id
        WHERE a.topic = (SELECT slug FROM topic_names WHERE name = :topic)
            AND b.topic = (SELECT slug FROM topic_names WHERE name = :other_topic)
    ) AS articles
FROM common
