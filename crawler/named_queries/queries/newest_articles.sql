-- title: Newest articles
-- description: Articles with a topic, newest share first.
-- group: articles
-- page: index.html

SELECT id AS article_id, title, host, kind, first_shared, sharers, topics, url
FROM article_list
WHERE listed
ORDER BY first_shared DESC, id DESC
LIMIT 200
