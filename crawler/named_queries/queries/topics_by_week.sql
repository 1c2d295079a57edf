-- title: Articles per week for a topic
-- description: Articles and shares of a topic by the ISO week of the first share.
-- group: topics

SELECT topic, week, articles, shares
FROM topic_activity
WHERE topic = coalesce(
    (SELECT slug FROM topics WHERE slug = :topic),
    (SELECT t.slug FROM topics t, json_each(t.formerly) f WHERE f.value = :topic)
)
ORDER BY week
