"""Published weights into the cache: from several addresses, resumed where a download broke off, checked as it comes.

What arrives goes to a file that ends in .partial. Only when its size and sum are right and its keys and shapes are
those of the architecture does it get its name, so a file of that name is whole.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from colorizer.catalogue import Weights, WeightsError, cache_folder, check_sum, verify
from colorizer.errors import InputError
from colorizer.loading import build

TRIES = 5
"""Attempts for one address, as long as each of them brings some bytes."""

CHUNK = 1 << 16
"""Bytes read at a time; at most so many are lost when a connection breaks."""

TIMEOUT = (10.0, 60.0)  # seconds to connect, and between two pieces

Progress = Callable[[int, int | None], None]
"""Called with the bytes so far, and the bytes in all where they are known."""


class DownloadError(WeightsError):
    """No address gave the file; the message names them all, and the way with a file from elsewhere."""


class _BrokeOff(Exception):
    """A download ended early, or an answer was odd, in a way that another attempt may mend."""


def get(
    record: Weights,
    *,
    file: Path | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Path:
    """The checked file of published weights: one that is there already, a download, or a copy.

    record: Which weights.
    file: Local file to copy instead of downloading.
    folder: Where the file belongs; the cache when None.
    progress: Called as bytes arrive.

    Raises WeightsError for a wrong file, DownloadError where no address gives the right one, InputError for weights
    that are in the package, FileNotFoundError for a `file` that is not there.
    """
    if not record.urls:
        raise InputError(f"{record.name} is part of the package; there is nothing to get")
    target = (folder or cache_folder()) / record.file
    if file is None and target.is_file() and _is_right(record, target):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    if file is None:
        download(record, partial, progress=progress)
    else:
        copy(record, file, partial, progress=progress)
    try:
        build(record, partial)
    except WeightsError:
        partial.unlink()
        raise
    partial.replace(target)
    return target


def copy(record: Weights, file: Path, partial: Path, *, progress: Progress | None = None) -> None:
    """A local file to `partial`, checked. Raises WeightsError, after which `partial` is gone."""
    with file.open("rb") as source:
        total = file.stat().st_size
        _write(
            iter(lambda: source.read(CHUNK), b""), partial, 0, record, total=total, what=str(file), progress=progress
        )


def download(record: Weights, partial: Path, *, progress: Progress | None = None) -> None:
    """Download from the first address that gives the right file to `partial`, which may hold its beginning.

    Raises DownloadError.
    """
    if record.sha256 and partial.is_file() and _is_right(record, partial):
        return  # an earlier run ended just before it could rename it
    problems: dict[str, str] = {}
    for url in record.urls:
        for _ in range(TRIES):
            before = _size(partial)
            try:
                _fetch(record, url, partial, progress)
            except WeightsError as error:
                problems[url] = str(error)
                break
            except (_BrokeOff, requests.RequestException) as error:
                problems[url] = f"{url}: {_reason(error)}"
                if _size(partial) == before:
                    break
            else:
                return
    raise DownloadError(
        f"{record.name} could not be downloaded.\n  " + "\n  ".join(problems.values()) + "\n"
        f"Fetch {record.file} from one of these addresses by other means, then run: "
        f"colorizer weights get {record.name} --file {record.file}"
    )


def _fetch(record: Weights, url: str, partial: Path, progress: Progress | None) -> None:
    # Without a sum nobody could tell in the end whether two halves belong to one file: such a download starts anew.
    start = _size(partial) if record.sha256 else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        if start and response.status_code == requests.codes.requested_range_not_satisfiable:
            partial.unlink()
            raise _BrokeOff("has less than an earlier download brought")
        response.raise_for_status()
        if response.status_code != requests.codes.partial_content:
            start = 0
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise _BrokeOff("answered with another part of the file")
        length = response.headers.get("Content-Length")
        total = start + int(length) if length else record.size
        if record.size is not None and total != record.size:
            raise WeightsError(f"{url} offers {total:,} bytes, but {record.name} has {record.size:,}")
        _write(response.iter_content(CHUNK), partial, start, record, total=total, what=url, progress=progress)


def _write(
    chunks: Iterator[bytes],
    partial: Path,
    start: int,
    record: Weights,
    *,
    total: int | None,
    what: str,
    progress: Progress | None,
) -> None:
    """Put the chunks behind the first `start` bytes of `partial`; the sum is taken as they pass."""
    digest, done = hashlib.sha256(), start
    with partial.open("r+b" if start else "wb") as file:
        while piece := file.read(CHUNK) if start else b"":
            digest.update(piece)
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            if progress:
                progress(done, total)
            if total is not None and done > total:
                break
    if total is not None and done < total:
        raise _BrokeOff(f"broke off after {done:,} of {total:,} bytes")
    try:
        check_sum(record, done, digest.hexdigest(), what=what)
    except WeightsError:
        partial.unlink()
        raise


def _reason(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off"
    return str(error).partition(" for url: ")[0]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _is_right(record: Weights, path: Path) -> bool:
    try:
        verify(record, path)
    except WeightsError:
        return False
    return True
