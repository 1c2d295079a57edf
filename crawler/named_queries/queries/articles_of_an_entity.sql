-- title: Articles that name an entity
-- description: Articles that name a system, an organization, a person or a technique, newest share first.
-- group: articles
-- summary: {entity} is named in {articles:article} from {sites:site} since {since}.
-- columns: title, host, sentence, kind, first_shared, sharers, topics
-- feed: title=title url=url at=first_shared
-- page: entity/<entity>.html

SELECT
    l.title, l.host, x.sentence, l.kind, l.first_shared, l.sharers, l.topics,
    e.name AS entity,
    CASE
        WHEN e.kind IN ('system', 'organisation') AND (
            SELECT count(*) FROM (SELECT 1 FROM entity_articles WHERE entity_id = e.id LIMIT 3)
        ) = 3 THEN e.slug
    END AS entity_slug, l.id AS article_id, l.url
FROM entities e
JOIN entity_articles n ON n.entity_id = e.id
JOIN article_entities x ON x.article_id = n.article_id AND x.entity_id = n.entity_id
JOIN article_list l ON l.id = n.article_id
WHERE e.slug = :entity
ORDER BY n.first_shared DESC, n.article_id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT n.host) AS sites, min(nullif(n.first_shared, '')) AS since
FROM entities e
JOIN entity_articles n ON n.entity_id = e.id
WHERE e.slug = :entity
