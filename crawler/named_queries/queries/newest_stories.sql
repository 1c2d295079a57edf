-- title: Newest stories
-- description: Articles about the same event or idea, newest story first.
-- group: articles
-- summary: {stories:story|stories} of {articles:article}.
-- columns: title, host, articles, sites, people, reason, newest, topics
-- feed: title=title url=url at=newest

SELECT
    lead.title, lead.host, count(*) AS articles, count(DISTINCT l.host) AS sites,
    sum(l.sharers) AS people, s.reason, max(l.first_shared) AS newest, lead.topics,
    lead.id AS article_id, s.id AS story_id, lead.url
FROM stories s
JOIN article_list lead ON lead.id = s.lead_article_id
JOIN article_list l ON l.story_id = s.id
GROUP BY s.id
ORDER BY newest DESC, s.id DESC
LIMIT 200

-- summary SQL
SELECT count(DISTINCT story_id) AS stories, count(*) AS articles
FROM article_list
WHERE story_id IN (SELECT id FROM stories)
