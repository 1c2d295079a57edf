-- title: People who share a topic
-- description: People by the articles on a topic that they share, of its newest 1,000 articles.
-- group: people
-- summary: {people:person|people} with shares of {articles:article} on {topic}.
-- columns: name, network, articles, posts, last_shared, url
-- chart: bars label=name value=articles

SELECT
    a.name, a.network, count(DISTINCT s.article_id) AS articles, count(*) AS posts,
    max(s.shared) AS last_shared, a.url, a.handle, a.id AS author_id
FROM (
    SELECT article_id FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 1000
) t
JOIN shares s ON s.article_id = t.article_id
JOIN publishable_authors a ON a.id = s.author_id
WHERE a.network <> 'feed'
GROUP BY a.id
ORDER BY articles DESC, last_shared DESC, a.id
LIMIT 200

-- summary SQL
SELECT count(DISTINCT a.id) AS people, count(DISTINCT t.article_id) AS articles
FROM (
    SELECT article_id FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 1000
) t
JOIN shares s ON s.article_id = t.article_id
JOIN publishable_authors a ON a.id = s.author_id
WHERE a.network <> 'feed'
