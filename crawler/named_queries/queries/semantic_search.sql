-- title: Semantic search
-- description: Cosine similarity of titles and summaries to the search terms; 1 = identical.
-- group: articles
-- summary: {articles:article} compared with {words} by meaning.
-- columns: title, host, near, topics
-- formerly: near_in_meaning
-- requires: semantic model

SELECT
    l.title, l.host, round(nearness(v.vector, meaning(:words)), 3) AS near, l.topics,
    l.id AS article_id, l.url
FROM article_vectors v
JOIN article_list l ON l.id = v.article_id
WHERE trim(:words) <> ''
ORDER BY nearness(v.vector, meaning(:words)) DESC, l.id
LIMIT 50

-- summary SQL
SELECT count(*) AS articles FROM article_vectors WHERE trim(:words) <> ''
