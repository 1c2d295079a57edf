-- title: Newest articles
-- description: Articles with a topic, newest share first.
-- group: articles
-- summary: {articles:article} with a topic since {since}.
-- columns: title, host, kind, first_shared, sharers, topics
-- feed: title=title url=url at=first_shared
-- page: index.html

SELECT title, host, kind, first_shared, sharers, topics, id AS article_id, url
FROM article_list
WHERE listed
ORDER BY first_shared DESC, id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, min(first_shared) AS since FROM article_list WHERE listed
