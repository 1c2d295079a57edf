-- title: Articles related to an article
-- description: Articles of the same story, then related articles with the reason.
-- group: articles
-- summary: {articles:article} related to "{article_id}".
-- default: article_id=SELECT id FROM article_list l WHERE listed AND EXISTS (SELECT 1 FROM related_articles r WHERE r.article_id = l.id) ORDER BY rank DESC, id DESC LIMIT 1
-- columns: title, host, reason, score, kind, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host, 'the same story' AS reason, 1.0 AS score, l.kind, l.first_shared, l.topics,
    l.id AS article_id, l.url
FROM article_list a
JOIN article_list l ON l.story_id = a.story_id AND l.id <> a.id
WHERE a.id = :article_id
UNION ALL
SELECT
    l.title, l.host, r.reason, r.score, l.kind, l.first_shared, l.topics, l.id, l.url
FROM related_articles r
JOIN article_list l ON l.id = r.other_id
WHERE r.article_id = :article_id
ORDER BY score DESC, article_id
LIMIT 200

-- summary SQL
SELECT count(DISTINCT article_id) AS articles
FROM (
    SELECT l.id AS article_id
    FROM article_list a
    JOIN article_list l ON l.story_id = a.story_id AND l.id <> a.id
    WHERE a.id = :article_id
    UNION ALL
    SELECT other_id FROM related_articles WHERE article_id = :article_id
)
