-- title: Who shared an article first?
-- description: The posts that share an article, oldest first; only authors who may be named.
-- group: people
-- summary: {posts:post} by {people:person|people} on {networks:network} since {since}.
-- columns: author, network, shared, days_later, text, post_url
-- default: article_id=SELECT id FROM article_list WHERE listed ORDER BY shares DESC, sharers DESC, id DESC LIMIT 1

SELECT
    s.author_name AS author, s.network, s.shared,
    round(julianday(s.shared) - CASE s.consent
        WHEN 'full' THEN julianday(min(s.shared) OVER ())
        ELSE julianday(date(min(s.shared) OVER ())) END, 2) AS days_later,
    substr(s.text, 1, 300) AS text, s.post_url, s.author_handle, s.url_as_written,
    a.id AS author_id, s.post_id
FROM shares s
LEFT JOIN publishable_authors a ON a.id = s.author_id AND s.author_name <> ''
WHERE s.article_id = :article_id
ORDER BY s.shared, s.post_id
LIMIT 1000

-- summary SQL
SELECT
    count(*) AS posts,
    (SELECT count(*) FROM article_sharers WHERE article_id = :article_id) AS people,
    count(DISTINCT network) AS networks, min(shared) AS since
FROM shares
WHERE article_id = :article_id
