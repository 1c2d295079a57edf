-- title: Top articles this week
-- description: Articles of the newest week by rank: people, topic, kind and age.
-- group: articles
-- page: index.html
-- formula: ranking

SELECT id AS article_id, title, host, rank, sharers, first_shared, kind, topics, url
FROM article_list
WHERE listed AND week = (SELECT max(week) FROM article_list WHERE listed)
ORDER BY rank DESC, first_shared DESC, id DESC
