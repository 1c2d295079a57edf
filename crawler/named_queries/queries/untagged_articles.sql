-- title: Widely shared articles without a topic
-- description: Articles of two people or more that have no topic above weak, most people first.
-- group: data quality
-- summary: {articles:article} of two people or more without a topic; {widely} of five or more.
-- columns: title, host, sharers, weak_topics, word_count, state, first_shared
-- feed: title=title url=url at=first_shared

SELECT
    title, host, sharers, topics AS weak_topics, word_count, state, first_shared,
    id AS article_id, url
FROM article_list
WHERE NOT listed AND sharers > 1
ORDER BY sharers DESC, first_shared DESC, id DESC
LIMIT 500

-- summary SQL
SELECT count(*) AS articles, coalesce(sum(sharers >= 5), 0) AS widely
FROM article_list
WHERE NOT listed AND sharers > 1
