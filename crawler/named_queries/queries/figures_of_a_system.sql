-- title: Figures of scale for a system
-- description: Figures in articles that name a system, newest share first.
-- group: articles
-- summary: {figures:figure} in {articles:article} naming {entity}.
-- columns: figure, sentence, title, host, named_in, published, first_shared
-- feed: title=title url=url at=first_shared
-- default: entity=SELECT s.slug FROM (SELECT DISTINCT article_id FROM (SELECT article_id FROM entity_articles WHERE entity_kind = 'figure' AND listed ORDER BY first_shared DESC LIMIT 200)) f JOIN article_entities x ON x.article_id = f.article_id JOIN entities s ON s.id = x.entity_id AND s.kind = 'system' GROUP BY s.id ORDER BY count(*) DESC, s.slug LIMIT 1

SELECT
    e.name AS figure, x.sentence, l.title, l.host,
    CASE WHEN instr(lower(l.title), lower(n.name)) THEN 'title' ELSE 'text' END AS named_in,
    l.published, l.first_shared, l.id AS article_id, l.url
FROM (
    SELECT system.name, named.first_shared, named.article_id, f.entity_id
    FROM entities system
    JOIN entity_articles named ON named.entity_id = system.id
    JOIN entity_articles f ON f.article_id = named.article_id AND f.entity_kind = 'figure'
    WHERE system.slug = :entity
    ORDER BY named.first_shared DESC, named.article_id DESC, f.entity_id LIMIT 201
) n
JOIN entities e ON e.id = n.entity_id
JOIN article_entities x ON x.article_id = n.article_id AND x.entity_id = n.entity_id
JOIN article_list l ON l.id = n.article_id
ORDER BY n.first_shared DESC, n.article_id DESC, n.entity_id
LIMIT 200

-- summary SQL
SELECT count(*) AS figures, count(DISTINCT named.article_id) AS articles
FROM entities system
JOIN entity_articles named ON named.entity_id = system.id
JOIN entity_articles f ON f.article_id = named.article_id AND f.entity_kind = 'figure'
WHERE system.slug = :entity
