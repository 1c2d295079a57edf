-- title: Articles about an organization
-- description: The newest articles with a topic that name an organization; in title or site first.
-- group: articles
-- summary: {organization} is named in {articles:article} with a topic since {since}.
-- columns: title, host, named_in, kind, published, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host,
    CASE
        WHEN instr(lower(l.title), lower(n.name)) THEN 'title'
        WHEN instr(lower(l.site_name), lower(n.name)) THEN 'site'
        ELSE 'text'
    END AS named_in,
    l.kind, l.published, l.first_shared, l.topics, l.id AS article_id, l.url
FROM (
    SELECT e.name, a.article_id
    FROM entities e
    JOIN entity_articles a ON a.entity_id = e.id AND a.listed
    WHERE e.kind = 'organisation' AND e.slug = :organization
    ORDER BY a.first_shared DESC, a.article_id DESC LIMIT 201
) n
JOIN article_list l ON l.id = n.article_id
ORDER BY named_in = 'text', l.first_shared DESC, l.id DESC
LIMIT 200

-- summary SQL
SELECT count(*) AS articles, min(a.first_shared) AS since
FROM entities e
JOIN entity_articles a ON a.entity_id = e.id AND a.listed
WHERE e.kind = 'organisation' AND e.slug = :organization
