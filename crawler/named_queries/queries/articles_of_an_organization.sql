-- title: Articles about an organization
-- description: Articles with a topic that name an organization; its name in title or site comes first.
-- group: articles
-- summary: {organization} is named in {articles:article} with a topic, in title or site of {about}.
-- columns: title, host, named_in, kind, published, first_shared, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host,
    CASE
        WHEN instr(lower(l.title), lower(e.name)) THEN 'title'
        WHEN instr(lower(l.site_name), lower(e.name)) THEN 'site'
        ELSE 'text'
    END AS named_in,
    l.kind, l.published, l.first_shared, l.topics, l.id AS article_id, l.url
FROM entities e
JOIN entity_articles n ON n.entity_id = e.id AND n.listed
JOIN article_list l ON l.id = n.article_id
WHERE e.kind = 'organisation' AND e.slug = :organization
ORDER BY named_in = 'text', l.first_shared DESC, l.id DESC
LIMIT 500

-- summary SQL
SELECT
    count(*) AS articles,
    coalesce(sum(instr(lower(l.title || ' ' || l.site_name), lower(e.name)) > 0), 0) AS about
FROM entities e
JOIN entity_articles n ON n.entity_id = e.id AND n.listed
JOIN article_list l ON l.id = n.article_id
WHERE e.kind = 'organisation' AND e.slug = :organization
