"""Where evidence files lie when not in a folder of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from casework.config.checks import UnusableSetting, checked_url


@dataclass(frozen=True)
class Bucket:
    """Where evidence files lie when not in a folder: a bucket of an S3-speaking server.

    `key_id` and `secret` are None where the machine itself is trusted; `endpoint` is None for
    Amazon's own servers.
    """

    name: str
    prefix: str
    region: str
    key_id: str | None = None
    # A secret that shows itself ends up in a traceback.
    secret: str | None = field(default=None, repr=False)
    endpoint: str | None = None


def bucket(environ: Mapping[str, str]) -> Bucket | None:
    """Return the bucket that the environment names; None where files lie in a folder."""
    text = environ.get("CASEWORK_FILES", "")
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme != "s3" or not parts.hostname:
        raise UnusableSetting("CASEWORK_FILES has to look like s3://bucket/prefix.")
    key_id, secret = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if bool(key_id) != bool(secret):
        raise UnusableSetting("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together.")
    return Bucket(
        name=parts.netloc,
        prefix=parts.path.strip("/"),
        region=environ.get("AWS_REGION") or "us-east-1",
        key_id=key_id or None,
        secret=secret or None,
        endpoint=_endpoint(environ.get("AWS_ENDPOINT_URL", "")),
    )


def _endpoint(text: str) -> str | None:
    return checked_url("AWS_ENDPOINT_URL", text).rstrip("/") if text else None
