"""A storage that speaks the S3 API and fails before or after it has kept a file: moto's server behind faults."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3.session
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

KEYS = {"access_key": "access", "secret_key": "s3cret"}


@dataclass
class StorageFault:
    """What a call ends with: a status, or 0 for a connection that is closed. kept: it was done all the same.

    times: how many calls; None for all.
    """

    method: str
    status: int
    kept: bool = False
    times: int | None = 2


class Storage:
    """The storage as a WSGI application. faults: the first that matches is played."""

    def __init__(self) -> None:
        self._real = DomainDispatcherApplication(create_backend_app)
        self.faults: list[StorageFault] = []
        self.url = ""
        self._bucket = f"pictures-{secrets.token_hex(8)}"  # moto's servers of one process have all buckets in common

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        fault = self._take(environ["REQUEST_METHOD"])
        if fault is None:
            return self._real(environ, start)
        if fault.kept:
            list(self._real(environ, lambda *_: None))
        if fault.status == 0:
            environ["werkzeug.socket"].shutdown(2)
        start(f"{fault.status or 500} Fault", [("Content-Type", "text/plain")])
        return [b"a fault"]

    def _take(self, method: str) -> StorageFault | None:
        for fault in self.faults:
            if fault.method == method and fault.times != 0:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    @contextmanager
    def served(self) -> Iterator[None]:
        """Answer on a free port of 127.0.0.1 for the time of the block, with an empty bucket."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, self, threaded=True)
        self.url = f"http://127.0.0.1:{server.port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            waiting, self.faults = self.faults, []
            self._client().create_bucket(Bucket=self._bucket)
            self.faults = waiting
            yield
        finally:
            server.shutdown()
            server.server_close()

    def names(self) -> set[str]:
        """What is kept, without endings."""
        found = self._client().list_objects_v2(Bucket=self._bucket).get("Contents", [])
        return {one["Key"].partition(".")[0] for one in found}

    def settings(self) -> dict[str, Any]:
        """`hosting.s3` for a bot."""
        return {"bucket": self._bucket, "public_url": f"{self.url}/{self._bucket}", "endpoint_url": self.url, **KEYS}

    def _client(self) -> Any:
        session = boto3.session.Session(*KEYS.values(), region_name="us-east-1")
        return session.client("s3", endpoint_url=self.url)
