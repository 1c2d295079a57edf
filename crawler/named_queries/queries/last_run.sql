-- title: Articles from the last run
-- description: Articles first seen since the last run began, most shared first.
-- group: data quality
-- formerly: last_night

SELECT id AS article_id, title, host, topics, shares, state, url
FROM article_list
WHERE first_seen >= (SELECT max(started) FROM runs)
ORDER BY shares DESC, id
