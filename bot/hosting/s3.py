"""Storage that speaks the S3 API: Amazon S3, Cloudflare R2, MinIO and others."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3.session
from botocore.awsrequest import AWSHTTPConnection, AWSHTTPSConnection
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.hosting.host import Capabilities, Picture, StoredPicture
from bot.hosting.probe import probe
from bot.outgoing import Watched, pool_classes, seconds_for, within
from bot.store.files import name_of

# An hour, no longer: a picture that its owner has deleted must leave the caches too.
CACHE = "public, max-age=3600"


class _Plain(Watched, AWSHTTPConnection):  # type: ignore[misc]
    """A connection of botocore's that ends with the deadline of what it is used for."""


class _Secure(Watched, AWSHTTPSConnection):  # type: ignore[misc]
    """The same with TLS."""


class S3Host:
    """Pictures in a bucket; the object's key is the prefix and the picture's own unguessable key.

    public_url: the address at which redditors reach the bucket. endpoint_url: None for Amazon. Without access_key and
    secret_key boto3 looks for them in its own places (environment, role of the machine).
    """

    name = "s3"
    capabilities = Capabilities(max_bytes=50 * 2**20, deletable=True, native=False, nsfw=True, film_bytes=200 * 2**20)

    def __init__(
        self,
        *,
        bucket: str,
        public_url: str,
        endpoint_url: str | None = None,
        region: str = "us-east-1",
        access_key: str | None = None,
        secret_key: str | None = None,
        prefix: str = "",
    ) -> None:
        self.public_url = public_url.rstrip("/")
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint_url,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if endpoint_url else "auto"},
                connect_timeout=10,
                read_timeout=60,
                retries={"mode": "standard", "total_max_attempts": 2},
                # Newer checksums than MD5 are unknown to several of Amazon's imitators.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        # botocore limits each silence only, and has no setting for the whole.
        self._client._endpoint.http_session._pool_classes_by_scheme.update(pool_classes(_Plain, _Secure))

    def upload(self, picture: Picture) -> StoredPicture:
        """Put the object; the same key again replaces it."""
        name = self._name(picture.key)
        with self._translated(f"put {name}", len(picture.content)):
            self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=picture.content,
                ContentType=picture.media_type,
                CacheControl=CACHE,
            )
        return StoredPicture(f"{self.public_url}/{name}")

    def delete(self, key: str, token: str | None = None) -> None:  # noqa: ARG002 - some hosts need it
        """Delete the object and see that it is gone."""
        name = self._name(key)
        with self._translated(f"delete {name}"):
            self._client.delete_object(Bucket=self._bucket, Key=name)
            if not self._there(name):
                return
        raise RetryLater(f"{self._bucket}: {name} is still there after its deletion", then=Outcome.HOST_FAILED)

    def check(self) -> None:
        """Write a probe, read it at the public address, delete it."""
        probe(self)

    def _name(self, key: str) -> str:
        return f"{self._prefix}{name_of(key)}"

    def _there(self, name: str) -> bool:
        """Without the right to list the bucket S3 answers 403 for what is gone, which proves nothing."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    @contextmanager
    def _translated(self, doing: str, sent: int = 0) -> Iterator[None]:
        """For what is asked in the block. sent: bytes of a picture, which have time besides."""
        seconds = seconds_for(sent)
        late = Uncertain(f"{self._bucket}: {doing}: no whole answer within {seconds:.0f} s", then=Outcome.HOST_FAILED)
        try:
            with within(seconds) as deadline:
                try:
                    yield
                except BotoCoreError as error:
                    if deadline.left <= 0:
                        raise late from error
                    raise
                if deadline.left <= 0:  # what was cut off within its head looks whole
                    raise late
        except ClientError as error:
            text = f"{self._bucket}: {doing}: {error}"
            if error.response["Error"].get("Code") == "EntityTooLarge":
                raise Refused(Outcome.HOST_FAILED, text) from error
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:  # it may have been kept before that
                raise Uncertain(text, then=Outcome.HOST_FAILED) from error
            raise RetryLater(text, then=Outcome.HOST_FAILED) from error
        except (ReadTimeoutError, ConnectionClosedError) as error:  # what was sent may have arrived
            raise Uncertain(f"{self._bucket}: {doing}: {error}", then=Outcome.HOST_FAILED) from error
        except BotoCoreError as error:
            raise RetryLater(f"{self._bucket}: {doing}: {error}", then=Outcome.HOST_FAILED) from error
