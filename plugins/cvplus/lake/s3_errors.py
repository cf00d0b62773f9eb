"""What S3's refusals mean and what to do about them."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
)

_KEYS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN) to valid ones and run again."
_AWAY = "Check AWS_ENDPOINT_URL and that the server is well, and run the task again."
_RIGHTS = (
    "Let the key read, write, list and delete there (s3:GetObject, PutObject, DeleteObject, ListBucket, "
    "AbortMultipartUpload), and run again."
)
_GONE = "Restore the file from a copy of the lake, or run the window again to land it anew."
_REMEDIES = {
    "NoSuchBucket": "Create the bucket, or correct CVPLUS_LAKE_URL, and run again.",
    "InvalidAccessKeyId": _KEYS,
    "SignatureDoesNotMatch": _KEYS,
    "ExpiredToken": _KEYS,
    "AccessDenied": _RIGHTS,
    "403": _RIGHTS,
    "NoSuchKey": _GONE,
    "404": _GONE,
    "InvalidObjectState": "Its storage class is not readable at once: restore it (aws s3api restore-object), "
    "wait until it is back, and run again; docs/lake.md says how.",
    "RequestTimeTooSkewed": "Set this machine's clock right, and run again.",
}


def code_of(error: ClientError) -> str:
    """S3's code of a refusal; the HTTP status where it sent none."""
    return str(error.response["Error"]["Code"])


def explain(error: BotoCoreError | ClientError, place: str) -> tuple[str, str]:
    """Cause and remedy of a failure at ``place`` (``s3://bucket/key``), after botocore's own retries."""
    cause = f"S3 refused or failed on {place}: {str(error).rstrip('.')}."
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return cause, _KEYS
    return cause, _REMEDIES.get(code_of(error), _AWAY) if isinstance(error, ClientError) else _AWAY
