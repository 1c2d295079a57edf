-- title: Evidence for an article's topics
-- description: The matching text of each topic, its field, the rule, the number of matches and the first sentence.
-- group: data quality

SELECT
    t.topic, t.confidence, round(t.score, 2) AS score, e.field, e.quote, e.times, e.sentence,
    e.rule, round(e.weight, 2) AS weight
FROM taggings t
JOIN evidence e ON e.tagging_id = t.id
WHERE t.subject_kind = 'article' AND t.subject_id = :article_id
ORDER BY t.score DESC, t.topic, e.weight DESC
