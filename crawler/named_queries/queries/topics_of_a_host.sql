-- title: Topics of a site
-- description: Topics by the number of articles of a site, without weak matches.
-- group: topics
-- summary: {topics:topic} in {articles:article} of {host}.
-- columns: topic, articles, newest
-- chart: bars label=label value=articles
-- default: host=SELECT host FROM (SELECT host FROM article_list WHERE listed ORDER BY first_shared DESC LIMIT 2000) GROUP BY host ORDER BY count(*) DESC, host LIMIT 1

SELECT t.topic, n.label, count(*) AS articles, max(t.first_shared) AS newest
FROM article_list l
JOIN topic_articles t ON t.article_id = l.id
JOIN topic_names n ON n.name = t.topic
WHERE l.host = :host
GROUP BY t.topic
ORDER BY articles DESC, newest DESC, t.topic
LIMIT 200

-- summary SQL
SELECT count(DISTINCT t.topic) AS topics, count(DISTINCT t.article_id) AS articles
FROM article_list l
JOIN topic_articles t ON t.article_id = l.id
WHERE l.host = :host
