-- title: Articles shared by a person
-- description: Newest share first.
-- group: people
-- summary: {author_id} shared {articles:article} in {posts:post} since {since}.
-- columns: title, host, shared, network, sharers, topics
-- feed: title=title url=url at=shared
-- page: author/<author_id>.html

SELECT
    l.title, l.host, s.shared, s.network, l.sharers, l.topics, s.post_url,
    l.id AS article_id, s.post_id, l.url
FROM shares s
JOIN article_list l ON l.id = s.article_id
JOIN publishable_authors a ON a.id = s.author_id
WHERE s.author_id = :author_id
ORDER BY s.shared DESC, s.post_id DESC, l.id
LIMIT 1000

-- summary SQL
SELECT
    count(DISTINCT s.article_id) AS articles, count(DISTINCT s.post_id) AS posts,
    min(s.shared) AS since
FROM shares s
JOIN publishable_authors a ON a.id = s.author_id
WHERE s.author_id = :author_id
