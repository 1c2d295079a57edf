-- title: Topic pairs
-- description: Topics of the same article, without weak matches, most frequent pair first.
-- group: topics
-- summary: {pairs:pair} of {topics:topic}, {frequent} with five articles or more.
-- columns: topic, with_topic, articles
-- chart: matrix row=topic column=with_topic value=articles
-- page: topic/<topic>.html

SELECT topic, other_topic AS with_topic, articles
FROM topic_pairs
ORDER BY articles DESC, topic, other_topic
LIMIT 200

-- summary SQL
SELECT
    count(*) AS pairs,
    (
        SELECT count(*)
        FROM (SELECT topic FROM topic_pairs UNION SELECT other_topic FROM topic_pairs)
    ) AS topics,
    coalesce(sum(articles >= 5), 0) AS frequent
FROM topic_pairs
