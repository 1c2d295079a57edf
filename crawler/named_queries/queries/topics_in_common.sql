-- title: What do two topics have in common?
-- description: Systems, organizations, people, techniques and sites in the newest 1,000 articles of each topic.
-- group: topics
-- summary: {names:common name} of {topic} and {other_topic}: {systems:system}, {organizations:organization}, {sites:site}, {others:other}; {articles:article} on both.
-- columns: name, kind, topic_articles, other_topic_articles

WITH one AS MATERIALIZED (
    SELECT article_id, host FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 1000
),
other AS MATERIALIZED (
    SELECT article_id, host FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :other_topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 1000
),
named AS (
    SELECT e.name, e.kind, e.slug AS entity, 1 AS is_one
    FROM one JOIN article_entities x ON x.article_id = one.article_id
    JOIN entities e ON e.id = x.entity_id WHERE e.kind <> 'figure'
    UNION ALL
    SELECT e.name, e.kind, e.slug, 0
    FROM other JOIN article_entities x ON x.article_id = other.article_id
    JOIN entities e ON e.id = x.entity_id WHERE e.kind <> 'figure'
    UNION ALL SELECT host, 'site', NULL, 1 FROM one
    UNION ALL SELECT host, 'site', NULL, 0 FROM other
),
common AS (
    SELECT
        name, replace(kind, 'organisation', 'organization') AS kind, entity,
        sum(is_one) AS topic_articles, sum(NOT is_one) AS other_topic_articles
    FROM named
    GROUP BY name, kind, entity
    HAVING sum(is_one) > 0 AND sum(NOT is_one) > 0
)
SELECT name, kind, topic_articles, other_topic_articles, entity
FROM common
ORDER BY min(topic_articles, other_topic_articles) DESC,
    topic_articles + other_topic_articles DESC, kind, name, entity
LIMIT 200

-- summary SQL
WITH one AS MATERIALIZED (
    SELECT article_id, host FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 1000
),
other AS MATERIALIZED (
    SELECT article_id, host FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :other_topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 1000
),
named AS (
    SELECT e.name, e.kind, e.slug AS entity, 1 AS is_one
    FROM one JOIN article_entities x ON x.article_id = one.article_id
    JOIN entities e ON e.id = x.entity_id WHERE e.kind <> 'figure'
    UNION ALL
    SELECT e.name, e.kind, e.slug, 0
    FROM other JOIN article_entities x ON x.article_id = other.article_id
    JOIN entities e ON e.id = x.entity_id WHERE e.kind <> 'figure'
    UNION ALL SELECT host, 'site', NULL, 1 FROM one
    UNION ALL SELECT host, 'site', NULL, 0 FROM other
),
common AS (
    SELECT
        name, replace(kind, 'organisation', 'organization') AS kind, entity,
        sum(is_one) AS topic_articles, sum(NOT is_one) AS other_topic_articles
    FROM named
    GROUP BY name, kind, entity
    HAVING sum(is_one) > 0 AND sum(NOT is_one) > 0
)
SELECT
    count(*) AS names, coalesce(sum(kind = 'system'), 0) AS systems,
    coalesce(sum(kind = 'organization'), 0) AS organizations,
    coalesce(sum(kind = 'site'), 0) AS sites,
    coalesce(sum(kind NOT IN ('system', 'organization', 'site')), 0) AS others,
    (
        SELECT count(*)
        FROM topic_articles a
        JOIN topic_articles b ON b.article_id = a.article_id
        WHERE a.topic = (SELECT slug FROM topic_names WHERE name = :topic)
            AND b.topic = (SELECT slug FROM topic_names WHERE name = :other_topic)
    ) AS articles
FROM common
