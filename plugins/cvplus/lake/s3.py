"""The lake on S3 or a store that speaks its protocol (endpoint and keys from the ``AWS_*`` variables)."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cvplus.errors import LakeFailure
from cvplus.lake.s3_errors import code_of, explain
from cvplus.lake.stores import LATE, READ_BYTES, AlreadyWritten

PART_BYTES = 8 << 20
_RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 5})
_MISSING = ("404", "NoSuchKey", "NotFound")
# What a conditional write is told when it comes second; NoSuchUpload, when its own first try had completed.
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchUpload")


def s3_client() -> Any:
    """A client of S3 as the ``AWS_*`` variables say; botocore tries a call five times, with back-off."""
    return boto3.client("s3", config=_RETRIES)


class S3Store:
    """A bucket and a prefix; memory stays at one part of 8 MiB, so a file has up to 78 GiB (10,000 parts)."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client = s3_client()

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        parts = _parts(chunks)
        first = next(parts)
        target = {"Bucket": self._bucket, "Key": self._prefix + name}
        mark = {"writer": uuid4().hex}
        with self._talking(name):
            try:
                if first.getbuffer().nbytes < PART_BYTES:
                    self._write_once(self._client.put_object, **target, Body=first, Metadata=mark)
                else:
                    self._put_in_parts(target, chain([first], parts), mark)
            except ClientError as error:
                if code_of(error) not in _TAKEN or not self.exists(name):
                    raise
                # The answer to our own write may have been lost and the retry refused: then it is done.
                if self._client.head_object(**target)["Metadata"] != mark:
                    raise AlreadyWritten(
                        cause=f"s3://{self._bucket}/{self._prefix}{name} was written by another run, "
                        "and a file of the lake is written once.",
                        remedy=LATE,
                    ) from error

    def read(self, name: str) -> Iterator[bytes]:
        with self._talking(name):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            yield from answer["Body"].iter_chunks(READ_BYTES)

    def exists(self, name: str) -> bool:
        with self._talking(name):
            try:
                self._client.head_object(Bucket=self._bucket, Key=self._prefix + name)
            except ClientError as error:
                if code_of(error) in _MISSING:
                    return False
                raise
        return True

    def delete(self, name: str) -> None:
        with self._talking(name):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def names(self, prefix: str, first: str = "") -> Iterator[str]:
        for page in self._pages(prefix, first):
            for item in page.get("Contents", []):
                # Consoles mark a folder by an empty object whose name ends so.
                if item["Size"] or not item["Key"].endswith("/"):
                    yield item["Key"].removeprefix(self._prefix)

    def folders(self, prefix: str, first: str = "") -> Iterator[str]:
        for page in self._pages(prefix, first, Delimiter="/"):
            for item in page.get("CommonPrefixes", []):
                yield item["Prefix"].removeprefix(self._prefix).rstrip("/")

    def _pages(self, prefix: str, first: str = "", **options: str) -> Iterator[dict[str, Any]]:
        """Answers of a listing, up to 1,000 names each; the next is asked for when it is wanted."""
        folder = self._prefix + (f"{prefix.strip('/')}/" if prefix.strip("/") else "")
        if first:
            options["StartAfter"] = folder + first
        with self._talking(prefix):
            lister = self._client.get_paginator("list_objects_v2")
            yield from lister.paginate(Bucket=self._bucket, Prefix=folder, **options)

    def _put_in_parts(
        self, target: dict[str, str], parts: Iterable[io.BytesIO], mark: dict[str, str]
    ) -> None:
        """Part after part. boto3's own ``upload_fileobj`` cannot make the write conditional, and reads on to
        the stream's end after a part has failed."""
        checked = self._client.meta.config.request_checksum_calculation == "when_supported"
        algorithm = {"ChecksumAlgorithm": "CRC32"} if checked else {}
        begun = self._client.create_multipart_upload(**target, Metadata=mark, **algorithm)
        upload = {**target, "UploadId": begun["UploadId"]}
        with ExitStack() as undo:
            undo.callback(self._abort, upload)
            sent = []
            for number, part in enumerate(parts, start=1):
                answer = self._client.upload_part(**upload, PartNumber=number, Body=part, **algorithm)
                proof = {name: answer[name] for name in ("ETag", "ChecksumCRC32") if name in answer}
                sent.append({"PartNumber": number, **proof})
            complete = self._client.complete_multipart_upload
            self._write_once(complete, **upload, MultipartUpload={"Parts": sent})
            undo.pop_all()

    def _abort(self, upload: dict[str, str]) -> None:
        # The error that ended the upload is the one to see; what stays is dropped by the lifecycle rule.
        with suppress(BotoCoreError, ClientError):
            self._client.abort_multipart_upload(**upload)

    def _write_once(self, write: Callable[..., Any], **arguments: Any) -> None:
        """Write if nothing is there; a server that knows no conditional writes gets a plain one."""
        try:
            write(IfNoneMatch="*", **arguments)
        except ClientError as error:
            if code_of(error) != "NotImplemented":
                raise
            if "Body" in arguments:
                arguments["Body"].seek(0)
            write(**arguments)

    @contextmanager
    def _talking(self, name: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            cause, remedy = explain(error, f"s3://{self._bucket}/{self._prefix}{name}")
            raise LakeFailure(cause=cause, remedy=remedy) from error


def _parts(chunks: Iterable[bytes]) -> Iterator[io.BytesIO]:
    """The chunks as files of one part, all of the same size but the last; the first may be empty.

    It is one buffer, filled again: be done with a part before asking for the next.
    """
    part, count = io.BytesIO(), 0
    for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            written = part.write(rest[: PART_BYTES - part.tell()])
            rest = rest[written:]
            if part.tell() == PART_BYTES:
                part.seek(0)
                yield part
                part.seek(0)
                part.truncate()
                count += 1
    if part.tell() or not count:
        part.seek(0)
        yield part
