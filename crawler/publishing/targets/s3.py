"""A bucket of S3-compatible storage: Amazon S3, Cloudflare R2, Backblaze B2, MinIO and others.

It needs boto3 (`pip install 'hashtrail[s3]'`). Credentials come from the environment and the files
that boto3 reads: https://boto3.amazonaws.com/v1/documentation/api/latest/guide/credentials.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any, Literal

from crawler.errors import ConfigurationError, PublishError
from crawler.publishing.manifest import MANIFEST
from crawler.publishing.target_protocol import PublishTarget, TargetContext, TargetFiles, Uploaded
from crawler.serving.response_headers import cache_control, content_type

LOCATION = "s3://my-bucket/trail"

_LOCATION = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^\x00-\x1f]*))?")
_WORKERS = 8
_MOST_DELETED = 1000  # objects in one request (DeleteObjects)
_LARGE_BYTES = 64_000_000
_CONNECT_SECONDS = 20
_READ_SECONDS = 120

# Error code of S3 -> cause, and a check for the operator. Sorted by code.
_CAUSES = {
    "AccessDenied": ("access was denied", "Check the permissions of the key for this bucket"),
    "InvalidAccessKeyId": ("the key is unknown", "Check AWS_ACCESS_KEY_ID and the endpoint"),
    "NoSuchBucket": ("the bucket does not exist", "Create it, or correct [publish] location"),
    "PermanentRedirect": ("the bucket is in another region", 'Add "region=…" to the options'),
    "SignatureDoesNotMatch": ("the secret key is wrong", "Check AWS_SECRET_ACCESS_KEY"),
    "Unreachable": ("the endpoint cannot be reached", "Check the endpoint and the network"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """The `endpoint` of other providers than Amazon, its `region`, and a `profile` of AWS files.

    `addressing` is the form of URLs with the bucket's name. `acl` is a canned access control list,
    for example `public-read`, for providers without bucket policies.
    """

    endpoint: str = ""
    region: str = ""
    profile: str = ""
    addressing: Literal["auto", "path", "virtual"] = "auto"
    acl: str = ""


def open_target(location: str, options: Options, context: TargetContext) -> PublishTarget:
    """Return the target of the bucket and prefix at `location` with the endpoint of `options`.

    Files come from the build of `context`. Raises ConfigurationError if `location` is not such a
    URL, or boto3 is not installed.
    """
    match = _LOCATION.fullmatch(location)
    if not match:
        message = f"[publish] location is not the URL of a bucket: {location}"
        raise ConfigurationError(message, f'Write for example: location = "{LOCATION}"')
    prefix = (match[2] or "").strip("/")
    client = _client(options)
    return _S3Target(client, match[1], f"{prefix}/" if prefix else "", options, context)


def _client(options: Options) -> Any:
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError:
        message = '[publish] target = "s3" needs the package boto3.'
        raise ConfigurationError(message, "Install it: pip install 'hashtrail[s3]'") from None
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "max_attempts": 5},
        max_pool_connections=_WORKERS,
        s3={"addressing_style": options.addressing},
        request_checksum_calculation="when_required",  # other providers know no newer checksums
        response_checksum_validation="when_required",
    )
    try:
        session = boto3.session.Session(profile_name=options.profile or None)
        return session.client(
            "s3",
            endpoint_url=options.endpoint or None,
            region_name=options.region or None,
            config=config,
        )
    except (BotoCoreError, ValueError) as error:
        message = f"[publish] options: {error}"
        raise ConfigurationError(message, "docs/PUBLISHING.md lists the options.") from None


@dataclass(slots=True)
class _S3Target:
    """The objects of `bucket` whose keys begin with `prefix`: empty, or ending with a slash."""

    client: Any
    bucket: str
    prefix: str
    options: Options
    context: TargetContext
    _etags: dict[str, str] = field(default_factory=dict)

    def read_files(self) -> TargetFiles:
        with _Explained(self):
            sizes = {}
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
                for listed in page.get("Contents", ()):
                    path = listed["Key"].removeprefix(self.prefix)
                    sizes[path] = listed["Size"]
                    self._etags[path] = listed["ETag"].strip('"')
            sizes.pop("", None)  # the folder itself, as some consoles create it
            if sizes.pop(MANIFEST, None) is None:
                return TargetFiles(None, sizes)
            manifest = self.client.get_object(Bucket=self.bucket, Key=self.prefix + MANIFEST)
            return TargetFiles(manifest["Body"].read(), sizes)

    def start(self, manifest: bytes) -> None:
        self._put_manifest(manifest)

    def upload(self, paths: Sequence[str], uploaded: Uploaded) -> None:
        self._in_parallel(self._upload_file, paths, uploaded)

    def _upload_file(self, path: str) -> None:
        file = self.context.build / path
        if file.stat().st_size > _LARGE_BYTES:
            with _Explained(self):
                self.client.upload_file(
                    str(file), self.bucket, self.prefix + path, ExtraArgs=self._metadata(path)
                )
        else:
            self._put(path, file.read_bytes())

    def _put(self, path: str, data: bytes) -> None:
        """Store one object, unless an interrupted publication has stored the same content."""
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()  # the ETag of small objects
        if self._etags.get(path) == digest and not self.context.upload_all:
            return
        with _Explained(self):
            self.client.put_object(
                Bucket=self.bucket, Key=self.prefix + path, Body=data, **self._metadata(path)
            )

    def delete(self, paths: Sequence[str]) -> None:
        for first in range(0, len(paths), _MOST_DELETED):
            batch = paths[first : first + _MOST_DELETED]
            keys = [{"Key": self.prefix + path} for path in batch]
            with _Explained(self):
                deleted = self.client.delete_objects(
                    Bucket=self.bucket, Delete={"Objects": keys, "Quiet": True}
                )
            for error in deleted.get("Errors", ()):
                raise self.error(error.get("Code", ""), f"{error['Key']}: {error.get('Message')}")

    def finish(self, manifest: bytes) -> None:
        self._put_manifest(manifest)

    def _put_manifest(self, manifest: bytes) -> None:
        self._etags.pop(MANIFEST, None)
        self._put(MANIFEST, manifest)

    def _metadata(self, path: str) -> dict[str, str]:
        access = {"ACL": self.options.acl} if self.options.acl else {}
        return {"ContentType": content_type(path), "CacheControl": cache_control(path)} | access

    def _in_parallel(
        self, upload: Callable[[str], None], paths: Iterable[str], uploaded: Uploaded
    ) -> None:
        """Upload `paths` with several connections; after the first error no further one begins."""
        pool = ThreadPoolExecutor(_WORKERS)
        pending = {pool.submit(upload, path): path for path in paths}
        try:
            for done in as_completed(pending, timeout=self.context.seconds):
                done.result()
                uploaded(pending[done])
        except TimeoutError:
            message = f"The upload to {self.place} took longer than [publish] timeout_minutes."
            raise PublishError(message, "Raise the limit and run: hashtrail publish") from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    @property
    def place(self) -> str:
        """Return the URL of bucket and prefix, for messages."""
        return f"s3://{self.bucket}/{self.prefix}"

    def error(self, code: str, message: str) -> PublishError:
        """Return the error for an error `code` of S3 and its `message`."""
        unknown = (code or "the storage failed", "Check the endpoint, the key and the network")
        cause, check = _CAUSES.get(code, unknown)
        explained = f"{self.place}: {cause} ({message})."
        return PublishError(explained, f"{check}. Then run: hashtrail publish")


class _Explained:
    """Turns the errors of boto3 in a block into a PublishError of the target."""

    def __init__(self, target: _S3Target) -> None:
        self._target = target

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
            HTTPClientError,
            NoCredentialsError,
        )
        from botocore.exceptions import ConnectionError as NoConnectionError

        if isinstance(error, NoCredentialsError):
            message = f"{self._target.place}: no credentials."
            hint = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Then run: hashtrail publish"
            raise PublishError(message, hint) from None
        if isinstance(error, ClientError):
            details = error.response.get("Error", {})
            code, message = details.get("Code", ""), details.get("Message", "")
            raise self._target.error(code, message) from None
        if isinstance(error, HTTPClientError | NoConnectionError):
            raise self._target.error("Unreachable", str(error)) from None
        if isinstance(error, BotoCoreError | Boto3Error):
            raise self._target.error("", str(error)) from None
