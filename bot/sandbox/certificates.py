"""A certificate for 127.0.0.1: clients put `https:` before the address that they are given for an upload."""

import atexit
import shutil
import ssl
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """Files of this process. `server` has key and certificate, `authority` what a client has to trust.

    `bundle` is `authority` together with the authorities that the machine trusts anyway, for the environment variables
    `REQUESTS_CA_BUNDLE` and `SSL_CERT_FILE`, which replace the usual ones.
    """

    server: Path
    authority: Path
    bundle: Path


@cache
def certificates() -> Certificates:
    """Made once in a process, in a temporary folder that goes with it; nothing else ever trusts them."""
    folder = Path(tempfile.mkdtemp(prefix="reddit-sandbox-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    found = Certificates(folder / "server.pem", folder / "authority.pem", folder / "bundle.pem")
    authority = trustme.CA(organization_name="Reddit sandbox")
    authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(str(found.server))
    authority.cert_pem.write_to_path(str(found.authority))
    usual = ssl.get_default_verify_paths().cafile
    known = Path(usual).read_bytes() if usual else b""
    found.bundle.write_bytes(authority.cert_pem.bytes() + known)
    return found
