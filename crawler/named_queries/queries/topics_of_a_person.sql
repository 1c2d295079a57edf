-- title: Topics of a person
-- description: Topics of the articles that a person shares, without weak matches.
-- group: people
-- summary: {topics:topic} in {articles:article} that {author_id} shared.
-- columns: topic, articles, last_shared
-- chart: bars label=label value=articles

SELECT t.topic, n.label, count(DISTINCT t.article_id) AS articles, max(s.shared) AS last_shared
FROM shares s
JOIN publishable_authors a ON a.id = s.author_id
JOIN topic_articles t ON t.article_id = s.article_id
JOIN topic_names n ON n.name = t.topic
WHERE s.author_id = :author_id
GROUP BY t.topic
ORDER BY articles DESC, last_shared DESC, t.topic
LIMIT 200

-- summary SQL
SELECT count(DISTINCT t.topic) AS topics, count(DISTINCT t.article_id) AS articles
FROM shares s
JOIN publishable_authors a ON a.id = s.author_id
JOIN topic_articles t ON t.article_id = s.article_id
WHERE s.author_id = :author_id
