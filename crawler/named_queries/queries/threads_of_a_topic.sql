-- title: Threads about a topic
-- description: Threads with a post that has a topic, newest first, each with its first post.
-- group: people
-- summary: {threads:thread} about {topic} with {posts:post}.
-- columns: text, author, network, posts, written, url
-- feed: title=text url=url at=written
-- default: topic=SELECT t.topic FROM (SELECT id, thread_key FROM posts WHERE thread_key IS NOT NULL ORDER BY thread_key DESC LIMIT 500) p JOIN taggings t ON t.subject_kind = 'post' AND t.subject_id = p.id AND t.confidence <> 'weak' GROUP BY t.topic ORDER BY count(DISTINCT p.thread_key) DESC, t.topic LIMIT 1

SELECT
    p.text, p.author_name AS author, p.network,
    (SELECT count(*) FROM posts WHERE thread_key = threads.thread_key) AS posts,
    p.shared AS written, p.url, p.author_id, p.id AS post_id
FROM (
    SELECT DISTINCT tagged.thread_key
    FROM topic_posts t
    JOIN posts tagged ON tagged.id = t.post_id
    WHERE tagged.thread_key IS NOT NULL
        AND t.topic = (SELECT slug FROM topic_names WHERE name = :topic)
) threads
JOIN publishable_posts p ON p.id = (
    SELECT id FROM posts WHERE thread_key = threads.thread_key
    ORDER BY coalesce(thread_position, 1), published, id LIMIT 1
)
ORDER BY p.shared DESC, p.id DESC
LIMIT 200

-- summary SQL
SELECT count(DISTINCT p.thread_key) AS threads, count(*) AS posts
FROM posts p
WHERE p.thread_key IN (
    SELECT tagged.thread_key
    FROM topic_posts t
    JOIN posts tagged ON tagged.id = t.post_id
    WHERE tagged.thread_key IS NOT NULL
        AND t.topic = (SELECT slug FROM topic_names WHERE name = :topic)
)
