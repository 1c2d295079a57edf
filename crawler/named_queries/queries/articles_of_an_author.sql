-- title: Articles shared by an author
-- description: Newest share first. The URL of the author's page contains the ID.
-- group: people
-- page: author/<author_id>.html

SELECT l.id AS article_id, l.title, l.host, s.shared, s.network, s.post_url
FROM shares s
JOIN article_list l ON l.id = s.article_id
JOIN publishable_authors a ON a.id = s.author_id
WHERE s.author_id = :author_id
ORDER BY s.shared DESC, s.post_id DESC, l.id
