-- title: Figures of scale
-- description: Figures in articles with a topic, with the sentence if it may be quoted, newest share first.
-- group: articles

SELECT
    e.name AS figure, x.sentence, l.id AS article_id, l.title, l.host, l.published,
    l.first_shared, l.url
FROM entities e
JOIN article_entities x ON x.entity_id = e.id
JOIN article_list l ON l.id = x.article_id
WHERE e.kind = 'figure' AND l.listed
ORDER BY l.first_shared DESC, l.id DESC, e.slug
