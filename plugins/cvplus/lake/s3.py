"""The lake on S3 or a store that speaks its protocol (endpoint and keys from the ``AWS_*`` variables)."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cvplus.errors import LakeFailure
from cvplus.lake.stores import READ_BYTES

_IN_THIS_THREAD = TransferConfig(use_threads=False)
_MISSING = ("404", "NoSuchKey", "NotFound")


class S3Store:
    """A bucket and a prefix; uploads are multipart, so memory stays at one part (8 MiB)."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client = boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 5}))

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        reader = _ChunkReader(chunks)
        try:
            with self._talking(name):
                self._client.upload_fileobj(reader, self._bucket, self._prefix + name, Config=_IN_THIS_THREAD)
        except LakeFailure:
            if reader.error is not None:
                raise reader.error from None
            raise

    def read(self, name: str) -> Iterator[bytes]:
        with self._talking(name):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            yield from answer["Body"].iter_chunks(READ_BYTES)

    def exists(self, name: str) -> bool:
        with self._talking(name):
            try:
                self._client.head_object(Bucket=self._bucket, Key=self._prefix + name)
            except ClientError as error:
                if error.response["Error"]["Code"] in _MISSING:
                    return False
                raise
        return True

    def delete(self, name: str) -> None:
        with self._talking(name):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def names(self, prefix: str) -> Iterator[str]:
        folder = self._prefix + (f"{prefix.strip('/')}/" if prefix.strip("/") else "")
        with self._talking(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=folder)
            for page in pages:
                for item in page.get("Contents", []):
                    yield item["Key"].removeprefix(self._prefix)

    @contextmanager
    def _talking(self, name: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise LakeFailure(
                cause=f"S3 refused or failed on s3://{self._bucket}/{self._prefix}{name}: {error}.",
                remedy="Check the AWS_* variables, the bucket and its policy, and run the task again.",
            ) from error


class _ChunkReader(io.RawIOBase):
    """Chunks as a file that boto3 can read; remembers an error of the chunks' own maker."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._waiting = bytearray()
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._waiting) < size:
            try:
                self._waiting += next(self._chunks)
            except StopIteration:
                break
            except Exception as error:
                self.error = error
                raise
        count = len(self._waiting) if size < 0 else size
        piece = bytes(self._waiting[:count])
        del self._waiting[:count]
        return piece
