-- title: Articles of a network
-- description: Articles that posts of one network share, newest share first.
-- group: articles
-- summary: {shares:share} on {network} since {since}.
-- columns: title, host, shared, author, sharers, topics
-- feed: title=title url=url at=shared

SELECT
    l.title, l.host, s.shared, s.author_name AS author, l.sharers, l.topics,
    l.id AS article_id, l.url, s.post_url, s.post_id
FROM shares s
JOIN article_list l ON l.id = s.article_id
WHERE s.network = :network
ORDER BY s.shared DESC, s.article_id DESC, s.post_id DESC
LIMIT 500

-- summary SQL
SELECT count(*) AS shares, min(shared) AS since FROM shares WHERE network = :network
