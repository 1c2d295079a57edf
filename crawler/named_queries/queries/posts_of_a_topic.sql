-- title: Posts about a topic
-- description: Posts whose own words have a topic, newest first.
-- group: people
-- summary: {posts:post} about {topic} by {people:person|people} since {since}.
-- columns: text, author, network, written, confidence, url
-- feed: title=text url=url at=written
-- default: topic=SELECT topic FROM (SELECT topic FROM taggings WHERE subject_kind = 'post' AND confidence <> 'weak' ORDER BY subject_id DESC LIMIT 1000) GROUP BY topic ORDER BY count(*) DESC, topic LIMIT 1

SELECT
    p.text, p.author_name AS author, p.network, p.shared AS written, t.confidence, p.url,
    p.author_id, p.id AS post_id
FROM taggings t
JOIN publishable_posts p ON p.id = t.subject_id
WHERE t.subject_kind = 'post' AND t.confidence <> 'weak' AND p.text <> ''
    AND t.topic = (SELECT slug FROM topic_names WHERE name = :topic)
ORDER BY p.shared DESC, p.id DESC
LIMIT 500

-- summary SQL
SELECT
    count(*) AS posts, count(DISTINCT coalesce(p.author_id, -p.id)) AS people,
    min(p.shared) AS since
FROM taggings t
JOIN publishable_posts p ON p.id = t.subject_id
WHERE t.subject_kind = 'post' AND t.confidence <> 'weak' AND p.text <> ''
    AND t.topic = (SELECT slug FROM topic_names WHERE name = :topic)
