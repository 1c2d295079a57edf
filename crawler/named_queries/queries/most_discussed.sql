-- title: Most discussed articles
-- description: Articles with a topic by the number of posts, with the networks of these posts.
-- group: articles
-- summary: {articles:article} with two posts or more, {posts:post} in all.
-- columns: title, host, posts, people, networks, kind, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host, l.shares AS posts, l.sharers AS people,
    (
        SELECT group_concat(network, ', ')
        FROM (SELECT DISTINCT network FROM shares WHERE article_id = l.id ORDER BY network)
    ) AS networks,
    l.kind, l.first_shared, l.topics, l.id AS article_id, l.url
FROM article_list l
WHERE l.listed AND l.shares > 1
ORDER BY l.shares DESC, l.sharers DESC, l.id DESC
LIMIT 100

-- summary SQL
SELECT count(*) AS articles, sum(shares) AS posts
FROM article_list
WHERE listed AND shares > 1
