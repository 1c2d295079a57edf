-- title: Articles that name an entity
-- description: Articles that name a system, an organization, a person or a technique, newest share first.
-- group: articles
-- page: entity/<entity>.html

SELECT
    l.id AS article_id, l.title, l.host, e.name AS entity, x.sentence, l.first_shared,
    l.sharers, l.topics, l.url
FROM entities e
JOIN article_entities x ON x.entity_id = e.id
JOIN article_list l ON l.id = x.article_id
WHERE e.slug = :entity
ORDER BY l.first_shared DESC, l.id DESC
