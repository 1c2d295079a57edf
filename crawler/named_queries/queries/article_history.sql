-- title: How was an article found?
-- description: URLs that led to the article, with reasons, and the posts that shared it.
-- group: articles
-- formerly: how_an_article_came

SELECT 'url' AS what, url AS who, reason AS how, evidence AS detail, added_at AS at
FROM aliases
WHERE article_id = :article_id
UNION ALL
SELECT 'post', author_name || ' on ' || network, url_as_written, substr(text, 1, 200), shared
FROM shares
WHERE article_id = :article_id
ORDER BY at
