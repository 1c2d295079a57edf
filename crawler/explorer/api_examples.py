"""Examples of requests to the JSON API, shown on its page. A test runs all of them."""

from __future__ import annotations

from dataclasses import dataclass

_CURL_QUERY = """\
curl -s '{base}public/articles_of_a_topic.json?topic={topic}'"""

_PYTHON_QUERY = """\
import json
from urllib.parse import urlencode
from urllib.request import urlopen

values = urlencode({"topic": "{topic}"})
with urlopen(f"{base}public/articles_of_a_topic.json?{values}") as response:
    result = json.load(response)

print(result["summary"])
for row in result["rows"]:
    print(row["title"], row["url"])"""

_JAVASCRIPT_QUERY = """\
const url = new URL("{base}public/articles_of_a_topic.json");
url.searchParams.set("topic", "{topic}");
const response = await fetch(url);
if (!response.ok) throw new Error(`HTTP ${response.status}`);
const result = await response.json();

console.log(result.summary);
for (const row of result.rows) console.log(row.title, row.url);"""

_PYTHON_LIST = """\
import json
from urllib.request import urlopen

with urlopen("{base}queries.json") as response:
    document = json.load(response)

for query in document["queries"]:
    print(query["name"], *query["parameters"])"""

_PYTHON_PAGES = """\
import json
from urllib.request import urlopen

url = "{base}public/article_list.json?_shape=objects&_size=100&_sort=id"
while url:
    with urlopen(url) as response:
        page = json.load(response)
    for row in page["rows"]:
        print(row["id"], row["title"])
    url = page["next_url"]"""

_CURL_SQL = """\
curl -s -G '{base}public.json' -d _shape=array \\
  --data-urlencode 'sql=SELECT host, count(*) AS articles FROM article_list
    GROUP BY host ORDER BY articles DESC, host LIMIT 5'"""

_CURL_FILE = """\
curl -s -o public.db '{base}public.db'"""


@dataclass(frozen=True, slots=True)
class ApiExample:
    """An example: its heading, its language and its code."""

    heading: str
    language: str
    code: str


_EXAMPLES = (
    ApiExample("Run a named query", "curl", _CURL_QUERY),
    ApiExample("Run a named query", "Python", _PYTHON_QUERY),
    ApiExample("Run a named query", "JavaScript", _JAVASCRIPT_QUERY),
    ApiExample("List the queries and their parameters", "Python", _PYTHON_LIST),
    ApiExample("Read all rows of a table", "Python", _PYTHON_PAGES),
    ApiExample("Run SQL", "curl", _CURL_SQL),
    ApiExample("Download the snapshot", "curl", _CURL_FILE),
)


def api_examples(base: str, topic: str) -> tuple[ApiExample, ...]:
    """Return the examples for the explorer at `base`, its absolute URL with a slash at the end.

    `topic` is the slug of a topic in the snapshot.
    """
    return tuple(
        ApiExample(
            example.heading,
            example.language,
            example.code.replace("{base}", base).replace("{topic}", topic),
        )
        for example in _EXAMPLES
    )
