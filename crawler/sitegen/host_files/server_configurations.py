"""The configurations of web servers that `hashtrail publish --server-config` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crawler.sitegen.host_files import caddy, nginx

SERVERS: Mapping[str, Callable[[], str]] = {
    "caddy": caddy.server_configuration,
    "nginx": nginx.server_configuration,
}
"""Name of a server -> function that returns the text of its configuration."""
