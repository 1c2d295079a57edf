-- title: Evidence for an article's topics
-- description: The matching text of each topic, its field, the rule, the number of matches and the first sentence.
-- group: topics
-- summary: {topics:topic} of "{article_id}" on {rows:row} of evidence.
-- columns: topic, confidence, quote, field, times, rule, weight, sentence

SELECT
    t.topic, t.confidence, e.quote, e.field, e.times, e.rule, round(e.weight, 2) AS weight,
    e.sentence, round(t.score, 2) AS score, t.tagger, t.id AS tagging_id, e.id AS evidence_id
FROM taggings t
JOIN evidence e ON e.tagging_id = t.id
WHERE t.subject_kind = 'article' AND t.subject_id = :article_id
ORDER BY t.score DESC, t.topic, e.weight DESC, e.id
LIMIT 500

-- summary SQL
SELECT count(DISTINCT t.id) AS topics, count(*) AS rows
FROM taggings t
JOIN evidence e ON e.tagging_id = t.id
WHERE t.subject_kind = 'article' AND t.subject_id = :article_id
