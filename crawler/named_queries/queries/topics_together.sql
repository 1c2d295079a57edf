-- title: Topic pairs
-- description: Topics of the same article, without weak matches, most frequent pair first.
-- group: topics
-- page: topic/<topic>.html

SELECT a.topic AS topic, b.topic AS with_topic, count(*) AS articles
FROM taggings a
JOIN taggings b
    ON b.subject_kind = a.subject_kind AND b.subject_id = a.subject_id AND b.topic > a.topic
WHERE a.subject_kind = 'article' AND a.confidence <> 'weak' AND b.confidence <> 'weak'
GROUP BY 1, 2
ORDER BY articles DESC, 1, 2
LIMIT 200
