"""The demo of the screenshots is synthetic, and its site shows every article under a topic."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from devtools.demo_server import read_demo, utc_now
from devtools.demo_site import build_demo
from devtools.screenshots import IMAGES, LARGEST_BYTES


def test_demo_names_only_reserved_hosts() -> None:
    demo = read_demo(utc_now())
    hosts = {article.host for article in demo.articles}
    hosts |= {urlsplit(status["url"]).hostname or "" for status in demo.statuses()}
    assert all(host.endswith(".example") for host in hosts)


def test_demo_site_shows_every_article_under_a_topic(tmp_path: Path) -> None:
    site = build_demo(tmp_path)
    articles = read_demo(utc_now()).articles
    with closing(sqlite3.connect(tmp_path / "demo/data/state/public.db")) as db:
        listed = {url for (url,) in db.execute("SELECT url FROM article_list WHERE listed")}
    assert listed == {article.url for article in articles}
    assert (site / "index.html").is_file()


def test_every_image_is_small_and_has_a_light_and_a_dark_version() -> None:
    images = sorted(IMAGES.glob("*.png"))
    names = {image.name for image in images}
    assert all(image.stat().st_size <= LARGEST_BYTES for image in images)
    for name in names:
        assert name.replace("-light.", "-dark.") in names
        assert name.replace("-dark.", "-light.") in names
