-- title: Figures of scale
-- description: Figures in articles with a topic, with the sentence if it may be quoted, newest share first.
-- group: articles
-- summary: {figures:figure} in {articles:article} since {since}.
-- columns: figure, sentence, title, host, published, first_shared
-- feed: title=title url=url at=first_shared

SELECT
    e.name AS figure, x.sentence, l.title, l.host, l.published, l.first_shared,
    l.id AS article_id, l.url
FROM entities e
JOIN article_entities x ON x.entity_id = e.id
JOIN article_list l ON l.id = x.article_id
WHERE e.kind = 'figure' AND l.listed
ORDER BY l.first_shared DESC, l.id DESC, e.slug
LIMIT 1000

-- summary SQL
SELECT
    count(*) AS figures, count(DISTINCT l.id) AS articles, min(l.first_shared) AS since
FROM entities e
JOIN article_entities x ON x.entity_id = e.id
JOIN article_list l ON l.id = x.article_id
WHERE e.kind = 'figure' AND l.listed
