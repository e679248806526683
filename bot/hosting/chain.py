"""Several hosts as one: the first in order that takes a picture keeps it.

A host that keeps failing is skipped for a while (circuit breaker).
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

import structlog

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.hosting.host import Host, LateHost, Picture, StoredPicture

FAILURES = 3
PAUSE = 300.0

log = structlog.get_logger("bot.hosting")


@dataclass
class _Breaker:
    """The circuit breaker of one host: failures in a row, and until when it is skipped."""

    failures: int = 0
    until: float = float("-inf")


class Record(Protocol):
    """What is remembered of an upload until it has ended. may_be_at: the host that may have the picture already."""

    @property
    def may_be_at(self) -> str | None:
        """The name of that host; None where no upload was cut short."""

    @property
    def since(self) -> timedelta:
        """How long ago the upload began that was cut short."""

    def begin(self, host: str) -> str:
        """A host is about to be asked; returns the key under which it gets the picture."""

    def not_kept(self) -> None:
        """The host that was asked last does not have the picture."""


class Forgetful:
    """A record of one upload alone."""

    may_be_at = None
    since = timedelta(0)

    def __init__(self, key: str) -> None:
        self._key = key

    def begin(self, _host: str) -> str:
        """Always the same key."""
        return self._key

    def not_kept(self) -> None:
        """Nothing to remember."""


class Hosts:
    """Hosts in the order in which they are asked; safe to use from several threads.

    others: hosts that get no new pictures, but whose old ones can still be deleted. clock: seconds that never go back.
    """

    def __init__(
        self, order: Sequence[Host], *, others: Sequence[Host] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._order = tuple(order)
        self._known = {host.name: host for host in (*others, *order)}
        self._clock = clock
        self._guard = threading.Lock()
        self._breakers = {host.name: _Breaker() for host in order}

    @property
    def names(self) -> tuple[str, ...]:
        """The hosts that get new pictures, in order."""
        return tuple(host.name for host in self._order)

    @property
    def links(self) -> bool:
        """Whether there is a host outside Reddit."""
        return any(not host.capabilities.native for host in self._order)

    def by_name(self, name: str) -> Host:
        """The host of that name. Raises RetryLater for one that is not set up (any more)."""
        if name not in self._known:
            text = f"the host {name!r} is not set up, so its pictures cannot be reached: put its settings back"
            raise RetryLater(text, then=Outcome.HOST_FAILED)
        return self._known[name]

    def largest(self, nsfw: bool, native: bool | None = None, *, moving: bool = False) -> int:
        """The most bytes that the first host in question takes, so that a JPEG or a film can be made to fit it.

        Raises Refused when no host takes such files.
        """
        for host in self._in_turn(native):
            if (host.capabilities.nsfw or not nsfw) and (most := host.capabilities.largest(moving=moving)):
                return most
        raise Refused(Outcome.HOST_FAILED, self._nobody(nsfw, native, moving=moving))

    def upload(
        self, picture: Picture, *, native: bool | None = None, record: Record | None = None
    ) -> tuple[str, StoredPicture]:
        """Keep a picture at the first host that takes it; returns the host's name and what it gave.

        native: True asks native hosts before the others, False leaves them out. record: remembers which host was asked;
        it also names the key. Raises RetryLater when a host may take it later, else Refused with the reason of each
        host. A host that may have kept it (Uncertain, or an upload that was cut short) is asked again before the next
        one is, so that no picture is kept at two places; a LateHost gets it again only when it cannot show up any more.
        Where that host finds nothing by its key, the log names the picture that may be left there.
        """
        record = record or Forgetful(picture.key)
        if record.may_be_at is not None and not self._finds(record.may_be_at):
            _may_be_left(record.may_be_at, picture)
            record.not_kept()
        reasons: list[str] = []
        waits: list[float | None] = []
        for host in self._in_turn(native):
            if reason := _unfit(host, picture):
                reasons.append(f"{host.name}: {reason}")
                continue
            if (wait := self._pause_left(host)) > 0:
                reasons.append(f"{host.name}: passed over for another {wait:.0f} s")
                waits.append(wait)
                continue
            if isinstance(host, LateHost) and record.may_be_at == host.name:
                if found := self._found(host, picture.key, record.since):
                    self._worked(host)
                    return host.name, found
                record.not_kept()
            may_have_it = record.may_be_at == host.name
            try:
                kept = host.upload(replace(picture, key=record.begin(host.name)))
            except Refused as error:
                reasons.append(f"{host.name}: {error.detail}")
            except RetryLater as error:
                self._failed(host, error)
                if isinstance(error, Uncertain) and not host.capabilities.finds:
                    _may_be_left(host.name, picture)
                elif may_have_it or isinstance(error, Uncertain):
                    raise
                reasons.append(f"{host.name}: {error.reason}")
                waits.append(error.seconds)
            else:
                self._worked(host)
                return host.name, kept
            if not may_have_it:
                record.not_kept()
        text = "; ".join(reasons) or self._nobody(picture.nsfw, native, moving=picture.moving)
        if waits:
            known = [wait for wait in waits if wait is not None]
            raise RetryLater(text, then=Outcome.HOST_FAILED, seconds=min(known) if len(known) == len(waits) else None)
        raise Refused(Outcome.HOST_FAILED, text)

    def delete(self, host_name: str, key: str, token: str | None) -> None:
        """Return when the host has confirmed that the picture is gone. Raises RetryLater or Refused."""
        self.by_name(host_name).delete(key, token)

    def _found(self, host: LateHost, key: str, since: timedelta) -> StoredPicture | None:
        """What came of an upload that was cut short. That it is not to be seen yet is no failure of the host's."""
        try:
            return host.find(key, since)
        except Uncertain:
            raise
        except RetryLater as error:
            self._failed(host, error)
            raise

    def _finds(self, name: str) -> bool:
        return name not in self._known or self._known[name].capabilities.finds

    def _in_turn(self, native: bool | None) -> Iterator[Host]:
        if native:
            yield from (host for host in self._order if host.capabilities.native)
        yield from (host for host in self._order if native is None or not host.capabilities.native)

    def _nobody(self, nsfw: bool, native: bool | None, *, moving: bool) -> str:
        kind = "films" if moving else "pictures"
        what = f"NSFW {kind}" if nsfw else f"{kind} as links" if native is False else kind
        return f"no host of hosting.order ({', '.join(self.names)}) takes {what}"

    def _pause_left(self, host: Host) -> float:
        with self._guard:
            return self._breakers[host.name].until - self._clock()

    def _worked(self, host: Host) -> None:
        with self._guard:
            self._breakers[host.name] = _Breaker()

    def _failed(self, host: Host, error: RetryLater) -> None:
        """Count the failure. A host that names a time is not asked before; after several in a row it is not either."""
        with self._guard:
            breaker = self._breakers[host.name]
            breaker.failures += 1
            pause = error.seconds or 0.0
            if breaker.failures >= FAILURES:
                pause = max(pause, PAUSE)
            if pause:
                breaker.until = self._clock() + pause
        log.warning("host_failed", host=host.name, reason=error.reason, passed_over_seconds=round(pause))


def _may_be_left(host: str, picture: Picture) -> None:
    todo = "nothing finds it but the host's own staff, by the time and by what it shows"
    log.warning("picture_may_be_left", host=host, key=picture.key, bytes=len(picture.content), todo=todo)


def _unfit(host: Host, picture: Picture) -> str | None:
    """Why the host does not take such a picture at all."""
    if picture.nsfw and not host.capabilities.nsfw:
        return "takes no NSFW pictures"
    most = host.capabilities.largest(moving=picture.moving)
    if not most:
        return "takes no films"
    if len(picture.content) > most:
        return f"takes at most {most} bytes, not {len(picture.content)}"
    return None
