-- title: Topics of a system
-- description: Topics by the number of articles that name a system, an organization or a technique.
-- group: topics
-- summary: {topics:topic} in {articles:article} naming {entity}.
-- columns: topic, articles, newest
-- chart: bars label=label value=articles

SELECT t.topic, n.label, count(*) AS articles, max(t.first_shared) AS newest
FROM entities e
JOIN entity_articles x ON x.entity_id = e.id
JOIN topic_articles t ON t.article_id = x.article_id
JOIN topic_names n ON n.name = t.topic
WHERE e.slug = :entity
GROUP BY t.topic
ORDER BY articles DESC, newest DESC, t.topic
LIMIT 200

-- summary SQL
SELECT count(DISTINCT t.topic) AS topics, count(DISTINCT t.article_id) AS articles
FROM entities e
JOIN entity_articles x ON x.entity_id = e.id
JOIN topic_articles t ON t.article_id = x.article_id
WHERE e.slug = :entity
