-- title: Posts about a topic
-- description: Posts whose own words have a topic, newest first.
-- group: people
-- summary: {posts:post} about {topic} by {people:person|people} since {since}.
-- columns: text, author, network, written, confidence, url
-- feed: title=text url=url at=written
-- default: topic=SELECT topic FROM topic_posts GROUP BY topic ORDER BY count(*) DESC, topic LIMIT 1

SELECT
    p.text, p.author_name AS author, p.network, t.written, t.confidence, p.url, p.author_id,
    t.post_id
FROM topic_posts t
JOIN publishable_posts p ON p.id = t.post_id
WHERE t.topic = (SELECT slug FROM topic_names WHERE name = :topic)
ORDER BY t.written DESC, t.post_id DESC
LIMIT 500

-- summary SQL
SELECT
    count(*) AS posts, count(DISTINCT coalesce(author_id, -post_id)) AS people,
    min(written) AS since
FROM topic_posts
WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
