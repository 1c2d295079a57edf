-- title: Topics that rest on one piece of evidence
-- description: Topics of articles with a single row of evidence, lowest score first.
-- group: data quality
-- summary: {taggings:topic of an article|topics of articles} on one piece of evidence.
-- columns: title, topic, quote, field, rule, score, confidence, host
-- feed: title=title url=url at=first_shared

SELECT
    l.title, a.topic, e.quote, e.field, e.rule, round(a.score, 2) AS score, a.confidence,
    l.host, e.sentence, a.first_shared, a.tagging_id, a.article_id, l.url
FROM topic_articles a
JOIN evidence e ON e.tagging_id = a.tagging_id
JOIN article_list l ON l.id = a.article_id
WHERE a.evidence_rows = 1 AND a.score < 100
ORDER BY a.score, a.article_id, a.topic
LIMIT 100

-- summary SQL
SELECT count(*) AS taggings FROM topic_articles WHERE evidence_rows = 1 AND score < 100
