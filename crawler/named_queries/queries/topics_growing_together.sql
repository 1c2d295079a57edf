-- title: Topics that grow together
-- description: Pairs whose common articles grew faster in the last 90 days than the library.
-- group: topics
-- summary: {pairs:pair} of topics above the growth of the library, which is a factor of {factor}.
-- columns: topic, with_topic, recent, expected, earlier, articles
-- chart: matrix row=topic column=with_topic value=recent

WITH library AS (
    SELECT
        date(max(first_shared), '-90 days') AS recent,
        date(max(first_shared), '-180 days') AS earlier
    FROM article_list WHERE listed
),
growth AS MATERIALIZED (
    SELECT
        (SELECT count(*) FROM article_list WHERE listed AND first_shared >= recent) * 1.0
        / max(1, (
            SELECT count(*) FROM article_list
            WHERE listed AND first_shared >= earlier AND first_shared < recent
        )) AS factor
    FROM library
)
SELECT
    p.topic, p.other_topic AS with_topic, p.recent_articles AS recent,
    round(p.earlier_articles * g.factor, 1) AS expected, p.earlier_articles AS earlier,
    p.articles
FROM topic_pairs p, growth g
WHERE p.recent_articles > 1 AND p.recent_articles > p.earlier_articles * g.factor
ORDER BY p.recent_articles - p.earlier_articles * g.factor DESC, p.topic, p.other_topic
LIMIT 200

-- summary SQL
WITH library AS (
    SELECT
        date(max(first_shared), '-90 days') AS recent,
        date(max(first_shared), '-180 days') AS earlier
    FROM article_list WHERE listed
),
growth AS MATERIALIZED (
    SELECT
        (SELECT count(*) FROM article_list WHERE listed AND first_shared >= recent) * 1.0
        / max(1, (
            SELECT count(*) FROM article_list
            WHERE listed AND first_shared >= earlier AND first_shared < recent
        )) AS factor
    FROM library
)
SELECT count(p.topic) AS pairs, round(g.factor, 1) AS factor
FROM growth g
LEFT JOIN topic_pairs p
    ON p.recent_articles > 1 AND p.recent_articles > p.earlier_articles * g.factor
