-- title: Posts without links
-- description: Newest first. The site groups near-duplicates.
-- group: people
-- summary: {posts:post} without a link since {since}.
-- columns: text, network, author, written, url
-- feed: title=text url=url at=written
-- page: index.html

SELECT
    p.text, p.network, p.author_name AS author, p.shared AS written, p.url, p.similar_to,
    p.author_id, p.id AS post_id
FROM unlinked_posts n
JOIN publishable_posts p ON p.id = n.post_id
ORDER BY n.written DESC, n.post_id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS posts, min(written) AS since FROM unlinked_posts
