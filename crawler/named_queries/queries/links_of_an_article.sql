-- title: Links of an article
-- description: Stored articles that it links to, and stored articles that link to it.
-- group: articles
-- summary: {articles:linked article}: {outgoing} in the text of "{article_id}", {incoming} with a link to it.
-- columns: title, direction, host, kind, first_shared, topics
-- feed: title=title url=url at=first_shared
-- default: article_id=SELECT target_id FROM article_links WHERE target_id IS NOT NULL GROUP BY target_id ORDER BY count(*) DESC, target_id LIMIT 1

SELECT
    l.title, 'it links to' AS direction, l.host, l.kind, l.first_shared, l.topics,
    l.id AS article_id, l.url
FROM article_links k
JOIN article_list l ON l.id = k.target_id
WHERE k.article_id = :article_id
GROUP BY l.id
UNION ALL
SELECT
    l.title, 'links to it', l.host, l.kind, l.first_shared, l.topics, l.id, l.url
FROM article_links k
JOIN article_list l ON l.id = k.article_id
WHERE k.target_id = :article_id
GROUP BY l.id
ORDER BY direction DESC, first_shared DESC, article_id DESC
LIMIT 500

-- summary SQL
SELECT outgoing + incoming AS articles, outgoing, incoming
FROM (
    SELECT
        (
            SELECT count(DISTINCT target_id) FROM article_links
            WHERE article_id = :article_id AND target_id IS NOT NULL
        ) AS outgoing,
        (
            SELECT count(DISTINCT article_id) FROM article_links
            WHERE target_id = :article_id AND target_id IS NOT NULL
        ) AS incoming
)
