-- title: Most shared articles of recent days
-- description: Articles with a topic by distinct authors, in the days before the newest share.
-- group: articles
-- summary: {articles:article} shared in {posts:post} in the last {days}.
-- columns: title, host, people, posts, kind, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host, s.people, s.posts, l.kind, l.first_shared, l.topics, l.id AS article_id, l.url
FROM (
    SELECT article_id, count(*) AS posts, (
            SELECT count(*) FROM article_sharers p
            WHERE p.article_id = shares.article_id
                AND p.last_shared >= (
                    SELECT date(max(shared), '-' || :days || ' days') FROM shares
                )
        ) AS people
    FROM shares
    WHERE :days IN ('1', '7', '30', '90', '365')
        AND shared >= (SELECT date(max(shared), '-' || :days || ' days') FROM shares)
        AND EXISTS (SELECT 1 FROM topic_articles t WHERE t.article_id = shares.article_id)
    GROUP BY +article_id
    ORDER BY people DESC, posts DESC, article_id
    LIMIT 1001
) s
JOIN article_list l ON l.id = s.article_id
ORDER BY s.people DESC, s.posts DESC, l.id
LIMIT 1000

-- summary SQL
SELECT count(DISTINCT article_id) AS articles, count(*) AS posts
FROM shares
WHERE :days IN ('1', '7', '30', '90', '365')
    AND shared >= (SELECT date(max(shared), '-' || :days || ' days') FROM shares)
    AND EXISTS (SELECT 1 FROM topic_articles t WHERE t.article_id = shares.article_id)
