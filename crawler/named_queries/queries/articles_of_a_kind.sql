-- title: Articles of a kind
-- description: Articles of one kind with a topic, newest share first.
-- group: articles
-- page: kind/<kind>.html

SELECT id AS article_id, title, host, first_shared, sharers, topics, url
FROM article_list
WHERE listed AND kind = :kind
ORDER BY first_shared DESC, id DESC
