-- title: Figures of scale
-- description: Figures in articles with a topic, with the sentence if it may be quoted, newest share first.
-- group: articles
-- summary: {figures:figure} in {articles:article} since {since}.
-- columns: figure, sentence, title, host, published, first_shared
-- feed: title=title url=url at=first_shared

SELECT
    e.name AS figure, x.sentence, l.title, l.host, l.published, l.first_shared,
    l.id AS article_id, l.url
FROM entity_articles n
JOIN entities e ON e.id = n.entity_id
JOIN article_entities x ON x.article_id = n.article_id AND x.entity_id = n.entity_id
JOIN article_list l ON l.id = n.article_id
WHERE n.entity_kind = 'figure' AND n.listed
ORDER BY n.first_shared DESC, n.article_id DESC, n.entity_id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS figures, count(DISTINCT article_id) AS articles, min(first_shared) AS since
FROM entity_articles
WHERE entity_kind = 'figure' AND listed
