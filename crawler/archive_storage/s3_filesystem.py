"""S3-compatible storage for fsspec, through boto3: list, read parts, write, delete.

s3fs does the same with another HTTP client, and requires exact versions of botocore. Credentials
and the endpoint come from the environment and the files that boto3 reads (AWS_ENDPOINT_URL).
"""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from fsspec.spec import AbstractFileSystem

_MISSING = frozenset({"404", "NoSuchBucket", "NoSuchKey", "NotFound"})
_CONNECT_SECONDS = 10
_READ_SECONDS = 60


class S3FileSystem(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
    """The objects of all buckets; a path is `bucket/key`. Errors are OSError."""

    protocol = "s3"

    def ls(self, path: str, detail: bool = True, **options: Any) -> list[Any]:
        """Return the objects directly below `path`: their facts with `detail`, else their names."""
        bucket, prefix = _parts(path)
        query = {"Bucket": bucket, "Prefix": f"{prefix}/" if prefix else "", "Delimiter": "/"}
        with _os_errors(path):
            pages = list(_client().get_paginator("list_objects_v2").paginate(**query))
        objects = [
            {"name": f"{bucket}/{entry['Key']}", "size": entry["Size"], "type": "file"}
            for page in pages
            for entry in page.get("Contents", ())
        ]
        return objects if detail else [entry["name"] for entry in objects]

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        """Return name, size and type of the object at `path`."""
        bucket, key = _parts(path)
        with _os_errors(path):
            head = _client().head_object(Bucket=bucket, Key=key)
        return {"name": path, "size": head["ContentLength"], "type": "file"}

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        """Do nothing with `path` and `exist_ok`: a bucket has no folders."""

    def put_file(self, lpath: str, rpath: str, **options: Any) -> None:
        """Write the local file `lpath` to `rpath`."""
        bucket, key = _parts(rpath)
        with _os_errors(rpath):
            _client().upload_file(lpath, bucket, key)

    def get_file(self, rpath: str, lpath: str, **options: Any) -> None:
        """Write the object `rpath` to the local file `lpath`."""
        bucket, key = _parts(rpath)
        with _os_errors(rpath):
            _client().download_file(bucket, key, lpath)

    def pipe_file(self, path: str, value: bytes, **options: Any) -> None:
        """Write `value` to `path`."""
        bucket, key = _parts(path)
        with _os_errors(path):
            _client().put_object(Bucket=bucket, Key=key, Body=value)

    def mv(self, path1: str, path2: str, **options: Any) -> None:
        """Rename the object `path1` to `path2`."""
        (bucket, key), (target, name) = _parts(path1), _parts(path2)
        with _os_errors(path1):
            source = {"Bucket": bucket, "Key": key}
            _client().copy_object(CopySource=source, Bucket=target, Key=name)
        self.rm_file(path1)

    def rm_file(self, path: str) -> None:
        """Delete the object at `path`."""
        bucket, key = _parts(path)
        with _os_errors(path):
            _client().delete_object(Bucket=bucket, Key=key)

    def open(
        self, path: str, mode: str = "rb", block_size: int = 131_072, **options: Any
    ) -> io.BufferedReader:
        """Open the object at `path` to read it in parts of `block_size` bytes; `mode` is `rb`."""
        return io.BufferedReader(_ObjectReader(path, int(self.info(path)["size"])), block_size)


class _ObjectReader(io.RawIOBase):
    """Reads ranges of the object `name`, which has `size` bytes."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._size)
        if self._at >= end:
            return 0
        bucket, key = _parts(self.name)
        with _os_errors(self.name):
            part = _client().get_object(Bucket=bucket, Key=key, Range=f"bytes={self._at}-{end - 1}")
            content = part["Body"].read()
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


@contextmanager
def _os_errors(path: str) -> Iterator[None]:
    """Raise errors of boto3 as OSError, as other file systems do."""
    try:
        yield
    except (BotoCoreError, ClientError, boto3.exceptions.Boto3Error) as error:
        code = str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
        number = errno.ENOENT if code in _MISSING else errno.EIO
        raise OSError(number, str(error), f"s3://{path}") from None


def _parts(path: str) -> tuple[str, str]:
    bucket, _, key = path.removeprefix("s3://").partition("/")
    return bucket, key


@cache
def _client() -> Any:
    """The client of this process: it can be used by all threads."""
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "max_attempts": 5},
        request_checksum_calculation="when_required",  # other providers know no newer checksums
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client("s3", config=config)
