"""Post, edit and delete through Mastodon.py: a script for the Python of the peers.

Arguments: URL of the server, certificate of its authority, and a JSON list of [token, method,
arguments]. It prints the ids of the statuses that the calls return.
"""

from __future__ import annotations

import json
import sys

import requests
from mastodon import Mastodon  # type: ignore[import-not-found, unused-ignore]


def main(server: str, authority: str, calls: list[tuple[str, str, dict[str, object]]]) -> None:
    """Make the `calls` to the `server`, whose certificate `authority` has signed."""
    ids = []
    for token, method, arguments in calls:
        session = requests.Session()
        session.trust_env, session.verify = False, authority
        client = Mastodon(access_token=token, api_base_url=server, session=session)
        result = getattr(client, method)(**arguments)
        ids.append(str(result["id"]) if result and "id" in result else "")
    print(json.dumps(ids))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
