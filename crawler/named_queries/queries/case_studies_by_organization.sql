-- title: Case studies of a topic by organization
-- description: The organization is in the title, site name or host; otherwise it is the site.
-- group: articles
-- summary: {articles:case study|case studies} on {topic} by {organizations:organization} since {since}.
-- columns: title, organization, host, published, first_shared, sharers, topics
-- feed: title=title url=url at=first_shared
-- default: topic=SELECT topic FROM topic_articles WHERE kind = 'case-study' GROUP BY topic ORDER BY count(*) DESC, topic LIMIT 1

SELECT
    l.title, coalesce(e.name, nullif(l.site_name, ''), l.host) AS organization, l.host,
    l.published, l.first_shared, l.sharers, l.topics,
    CASE
        WHEN e.kind IN ('system', 'organisation') AND (
            SELECT count(*) FROM (SELECT 1 FROM entity_articles WHERE entity_id = e.id LIMIT 3)
        ) = 3 THEN e.slug
    END AS organization_slug, l.id AS article_id, l.url
FROM topic_articles t
JOIN article_list l ON l.id = t.article_id
LEFT JOIN article_entities x
    ON x.article_id = t.article_id AND (
        SELECT
            kind = 'organisation'
            AND instr(lower(l.title || ' ' || l.site_name || ' ' || l.host), lower(name))
        FROM entities WHERE id = x.entity_id
    )
LEFT JOIN entities e ON e.id = x.entity_id
WHERE t.topic = (SELECT slug FROM topic_names WHERE name = :topic) AND t.kind = 'case-study'
ORDER BY organization COLLATE NOCASE, organization, l.first_shared DESC, l.id DESC
LIMIT 500

-- summary SQL
SELECT
    count(DISTINCT l.id) AS articles,
    count(DISTINCT coalesce(e.name, nullif(l.site_name, ''), l.host)) AS organizations,
    min(l.first_shared) AS since
FROM topic_articles t
JOIN article_list l ON l.id = t.article_id
LEFT JOIN article_entities x
    ON x.article_id = t.article_id AND (
        SELECT
            kind = 'organisation'
            AND instr(lower(l.title || ' ' || l.site_name || ' ' || l.host), lower(name))
        FROM entities WHERE id = x.entity_id
    )
LEFT JOIN entities e ON e.id = x.entity_id
WHERE t.topic = (SELECT slug FROM topic_names WHERE name = :topic) AND t.kind = 'case-study'
