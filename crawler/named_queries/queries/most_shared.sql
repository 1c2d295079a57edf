-- title: Most shared articles of recent days
-- description: Articles with a topic by distinct authors, in the days before the newest share.
-- group: articles
-- summary: {articles:article} shared in {posts:post} in the last {days}.
-- columns: title, host, people, posts, kind, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host, count(DISTINCT coalesce(s.author_id, -s.post_id)) AS people,
    count(*) AS posts, l.kind, l.first_shared, l.topics, l.id AS article_id, l.url
FROM shares s
JOIN article_list l ON l.id = s.article_id
WHERE l.listed
    AND s.shared >= (SELECT date(max(shared), '-' || abs(:days) || ' days') FROM shares)
GROUP BY l.id
ORDER BY people DESC, posts DESC, l.id
LIMIT 200

-- summary SQL
SELECT count(DISTINCT s.article_id) AS articles, count(*) AS posts
FROM shares s
JOIN article_list l ON l.id = s.article_id
WHERE l.listed
    AND s.shared >= (SELECT date(max(shared), '-' || abs(:days) || ' days') FROM shares)
