-- title: The history of an article
-- description: Publication, URLs with reasons, posts, requests, states, topics and decisions, oldest first.
-- group: data quality
-- summary: {events:event} of "{article_id}" since {since}: {urls:URL}, {posts:post}, {requests:request}, {changes:change}, {others:other event|other events}.
-- columns: event, at, detail, who, url
-- formerly: how_an_article_came

SELECT event, at, detail, who, url
FROM (
    SELECT
        'published' AS event, published AS at, 'as the page states' AS detail, site_name AS who, url
    FROM articles
    WHERE id = :article_id AND published IS NOT NULL
    UNION ALL
    SELECT
        'URL added: ' || reason, added_at, evidence, joined_to, url
    FROM aliases
    WHERE article_id = :article_id
    UNION ALL
    SELECT
        'shared on ' || network, shared, substr(text, 1, 200), author_name,
        coalesce(nullif(post_url, ''), url_as_written)
    FROM shares
    WHERE article_id = :article_id
    UNION ALL
    SELECT
        'request: ' || f.outcome, f.at, coalesce('HTTP ' || f.status, f.robots_rule, ''), f.purpose,
        coalesce(f.final_url, f.url)
    FROM aliases x
    JOIN fetches f ON f.url = x.url
    WHERE x.article_id = :article_id
    UNION ALL
    SELECT
        CASE change WHEN 'state' THEN 'state changed' ELSE replace(change, '-', ' ') END, at,
        replace(detail, ' ', ' → '), '', ''
    FROM article_changes
    WHERE article_id = :article_id
    UNION ALL
    SELECT 'state: ' || state, state_since, state_evidence, '', url
    FROM articles
    WHERE id = :article_id AND state <> 'new'
    UNION ALL
    SELECT 'decision: ' || action, since, object || ' ' || reason, who, subject
    FROM curation_decisions
    WHERE article_id = :article_id
    UNION ALL
    SELECT 'in the reading list', NULL, topic, '', url
    FROM reading_list
    WHERE article_id = :article_id
    UNION ALL
    SELECT 'in a story', NULL, s.reason, '', ''
    FROM articles a
    JOIN stories s ON s.id = a.story_id
    WHERE a.id = :article_id
)
ORDER BY at IS NULL, at, event, url, detail, who
LIMIT 1000

-- summary SQL
SELECT
    urls + posts + requests + changes + others AS events, urls, posts, requests, changes, others,
    since
FROM (
    SELECT
        (SELECT count(*) FROM aliases WHERE article_id = :article_id) AS urls,
        (SELECT count(*) FROM shares WHERE article_id = :article_id) AS posts,
        (
            SELECT count(*) FROM aliases x JOIN fetches f ON f.url = x.url
            WHERE x.article_id = :article_id
        ) AS requests,
        (SELECT count(*) FROM article_changes WHERE article_id = :article_id) AS changes,
        (SELECT count(*) FROM curation_decisions WHERE article_id = :article_id)
        + (SELECT count(*) FROM reading_list WHERE article_id = :article_id)
        + (
            SELECT (published IS NOT NULL) + (state <> 'new')
                + (story_id IS NOT NULL AND story_id IN (SELECT id FROM stories))
            FROM articles WHERE id = :article_id
        ) AS others,
        (
            SELECT min(coalesce(published, first_seen), first_seen) FROM articles
            WHERE id = :article_id
        ) AS since
)
