-- title: Articles from a source of posts
-- description: Articles that the posts of one source share, newest post first.
-- group: data quality
-- summary: {articles:article} in {posts:post} of {source} since {since}.
-- columns: title, host, shared, sharers, topics, state
-- feed: title=title url=url at=shared
-- default: source=SELECT source FROM source_coverage ORDER BY articles DESC, source LIMIT 1

SELECT
    l.title, l.host, s.shared, l.sharers, l.topics, l.state, l.id AS article_id, s.post_id,
    l.url
FROM (
    SELECT s.article_id, s.post_id, s.shared
    FROM posts p
    JOIN shares s ON s.post_id = p.id
    WHERE p.source = :source
    ORDER BY s.shared DESC, s.post_id DESC, s.article_id DESC LIMIT 201
) s
JOIN article_list l ON l.id = s.article_id
ORDER BY s.shared DESC, s.post_id DESC, s.article_id DESC
LIMIT 200

-- summary SQL
SELECT
    count(DISTINCT s.article_id) AS articles, count(DISTINCT p.id) AS posts,
    min(s.shared) AS since
FROM posts p
JOIN shares s ON s.post_id = p.id
WHERE p.source = :source
