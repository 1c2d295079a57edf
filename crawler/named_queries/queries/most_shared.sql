-- title: Most shared articles of 30 days
-- description: Distinct authors, in the 30 days before the newest share.
-- group: articles

SELECT
    l.id AS article_id, l.title, l.host,
    count(DISTINCT coalesce(s.author_id, -s.post_id)) AS people,
    count(*) AS posts, l.topics, l.url
FROM shares s
JOIN article_list l ON l.id = s.article_id
WHERE s.shared >= (SELECT date(max(shared), '-30 days') FROM shares)
GROUP BY l.id
ORDER BY people DESC, posts DESC, l.id
LIMIT 100
