"""The target `s3`, with the S3 server of moto on the loopback interface."""

from __future__ import annotations

import os
from typing import Any

import pytest

from crawler.errors import ConfigurationError, PublishError
from crawler.publishing.targets import s3
from crawler.workspace import Workspace
from tests.publishing.conftest import SITE, Files, Publish, build_files
from tests.publishing.test_folder_target import CHANGED, OLD_STYLE

if not os.environ.get("HASHTRAIL_REQUIRE_S3"):
    pytest.importorskip("boto3")
    pytest.importorskip("moto")

import boto3


@pytest.fixture
def client(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client with the credentials of the environment, and an empty bucket `site`."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-the-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="site")
    yield client
    for key in _keys(client):
        client.delete_object(Bucket="site", Key=key)
    client.delete_bucket(Bucket="site")


def _keys(client: Any) -> list[str]:
    listed = client.list_objects_v2(Bucket="site").get("Contents", ())
    return [entry["Key"] for entry in listed]


def _read(client: Any, prefix: str = "") -> Files:
    return {
        key.removeprefix(prefix): client.get_object(Bucket="site", Key=key)["Body"].read().decode()
        for key in _keys(client)
        if key.startswith(prefix) and not key.endswith("manifest.json")
    }


def test_changed_objects_are_uploaded_and_vanished_ones_deleted(
    publish: Publish, workspace: Workspace, client: Any, endpoint: str
) -> None:
    options = (f"endpoint={endpoint}", "region=us-east-1")
    assert publish("s3", "s3://site/trail", *options).uploaded == len(SITE)
    assert _read(client, "trail/") == SITE
    build_files(workspace, CHANGED)
    report = publish("s3", "s3://site/trail", *options)
    assert (report.uploaded, report.deletions) == (3, ("article/1-leases.html",))
    assert _read(client, "trail/") == CHANGED | OLD_STYLE
    publish("s3", "s3://site/trail", *options)
    assert _read(client, "trail/") == CHANGED
    assert publish("s3", "s3://site/trail", *options).outcome == "unchanged"


@pytest.mark.parametrize(
    ("path", "content_type", "cache_control"),
    [
        ("assets/site.0a1b2c3d.css", "text/css; charset=utf-8", "max-age=31536000, immutable"),
        ("feeds/all.atom", "application/atom+xml", "max-age=600"),
        ("index.html", "text/html; charset=utf-8", "max-age=600"),
        ("site.json", "application/json", "max-age=600"),
    ],
)
def test_objects_have_media_type_and_cache_lifetime(
    publish: Publish, client: Any, path: str, content_type: str, cache_control: str
) -> None:
    publish("s3", "s3://site")
    head = client.head_object(Bucket="site", Key=path)
    assert head["ContentType"] == content_type
    assert head["CacheControl"] == f"public, {cache_control}"


def test_bucket_with_objects_of_others_is_refused_and_adopted(
    publish: Publish, client: Any
) -> None:
    client.put_object(Bucket="site", Key="theirs.txt", Body=b"theirs")
    with pytest.raises(PublishError, match=r"did not upload: theirs\.txt"):
        publish("s3", "s3://site")
    assert _keys(client) == ["theirs.txt"]
    publish("s3", "s3://site", adopt=True)
    assert _read(client) == SITE | {"theirs.txt": "theirs"}


def test_interrupted_upload_continues_with_the_missing_objects(
    publish: Publish, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second publication sends no request for content that the bucket has."""
    upload = s3._S3Target._upload_file

    def fail_at_the_pages(self: Any, path: str) -> None:
        if path.endswith(".html"):
            raise PublishError("The network failed.")
        upload(self, path)

    monkeypatch.setattr(s3._S3Target, "_upload_file", fail_at_the_pages)
    with pytest.raises(PublishError, match="network failed"):
        publish("s3", "s3://site")
    assert "index.html" not in _keys(client)
    stored = client.head_object(Bucket="site", Key="assets/site.0a1b2c3d.css")["LastModified"]

    monkeypatch.setattr(s3._S3Target, "_upload_file", upload)
    puts = []
    put = s3._S3Target._metadata
    monkeypatch.setattr(
        s3._S3Target, "_metadata", lambda self, path: puts.append(path) or put(self, path)
    )
    publish("s3", "s3://site")
    assert _read(client) == SITE
    assert "assets/site.0a1b2c3d.css" not in puts
    assert (
        stored == client.head_object(Bucket="site", Key="assets/site.0a1b2c3d.css")["LastModified"]
    )


def test_all_option_renews_the_headers_of_unchanged_objects(publish: Publish, client: Any) -> None:
    publish("s3", "s3://site")
    client.put_object(Bucket="site", Key="index.html", Body=SITE["index.html"].encode())
    assert publish("s3", "s3://site").outcome == "unchanged"
    publish("s3", "s3://site", upload_all=True)
    head = client.head_object(Bucket="site", Key="index.html")
    assert head["ContentType"] == "text/html; charset=utf-8"


def test_large_file_is_uploaded_in_parts(
    publish: Publish, workspace: Workspace, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "_LARGE_BYTES", 10)
    build_files(workspace, SITE)
    publish("s3", "s3://site")
    assert _read(client) == SITE
    head = client.head_object(Bucket="site", Key="index.html")
    assert head["ContentType"] == "text/html; charset=utf-8"


def test_deletions_are_sent_in_groups(
    publish: Publish, workspace: Workspace, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "_MOST_DELETED", 2)
    notes = {f"post/{number}.html": "note" for number in range(5)}
    build_files(workspace, SITE | notes)
    publish("s3", "s3://site")
    build_files(workspace, SITE)
    assert publish("s3", "s3://site").deleted == 5
    assert _read(client) == SITE


def test_missing_bucket_is_explained(publish: Publish, client: Any) -> None:
    with pytest.raises(PublishError, match="the bucket does not exist") as refused:
        publish("s3", "s3://missing")
    assert "secret-of-the-test" not in str(refused.value)


def test_missing_credentials_are_explained(
    publish: Publish, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(PublishError, match="no credentials") as refused:
        publish("s3", "s3://site")
    assert "AWS_ACCESS_KEY_ID" in refused.value.hint


def test_server_that_is_down_is_explained(
    publish: Publish, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(PublishError, match="the endpoint cannot be reached"):
        publish("s3", "s3://site", "endpoint=http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("location", "option"),
    [
        ("https://site.s3.amazonaws.com/", "region=us-east-1"),
        ("s3://Site_1/x", "region=us-east-1"),
        ("s3://site", "endpoint=nowhere"),
        ("s3://site", "addressing=magic"),
        ("s3://site", "profile=missing"),
    ],
)
def test_wrong_location_or_option_is_refused(publish: Publish, location: str, option: str) -> None:
    with pytest.raises(ConfigurationError):
        publish("s3", location, option)
