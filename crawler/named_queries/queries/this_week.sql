-- title: Top articles this week
-- description: Articles of the newest week by rank: people, topic, kind and age.
-- group: articles
-- summary: {articles:article} first shared in {week}, from {sites:site}.
-- columns: title, host, kind, rank, sharers, first_shared, topics
-- feed: title=title url=url at=first_shared
-- page: index.html
-- formula: ranking

SELECT title, host, kind, rank, sharers, first_shared, topics, id AS article_id, url
FROM article_list
WHERE listed AND week = (SELECT max(week) FROM article_list WHERE listed)
ORDER BY rank DESC, first_shared DESC, id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT host) AS sites, max(week) AS week
FROM article_list
WHERE listed AND week = (SELECT max(week) FROM article_list WHERE listed)
