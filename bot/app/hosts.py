"""The hosts that the settings name."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from bot.hosting.chain import Hosts
from bot.hosting.folder import FolderHost
from bot.hosting.host import Host
from bot.hosting.imgur import ImgurHost
from bot.hosting.native import NativeHost
from bot.reddit.client import Reddit
from bot.settings import HostingSettings


def hosts_of(
    settings: HostingSettings, *, folder: FolderHost, connect: Callable[[], Reddit], lag: timedelta = timedelta(0)
) -> Hosts:
    """All hosts that are set up; those that `order` leaves out are there for deleting only.

    folder: the one that the web process serves. connect: makes a client for one thread. lag: how long Reddit may take
    to show what it has taken.
    """
    known: dict[str, Host] = {host.name: host for host in (folder, *_set_up(settings, connect, lag))}
    order = [known.pop(name) for name in settings.order]
    return Hosts(order, others=list(known.values()))


def _set_up(settings: HostingSettings, connect: Callable[[], Reddit], lag: timedelta) -> Iterator[Host]:
    s3, imgur, native = settings.s3, settings.imgur, settings.native
    if s3.bucket and s3.public_url:
        from bot.hosting.s3 import S3Host  # boto3 takes a while to import

        yield S3Host(
            bucket=s3.bucket,
            public_url=s3.public_url,
            endpoint_url=s3.endpoint_url,
            region=s3.region,
            access_key=s3.access_key.get_secret_value() if s3.access_key else None,
            secret_key=s3.secret_key.get_secret_value() if s3.secret_key else None,
            prefix=s3.prefix,
        )
    if imgur.client_id:
        yield ImgurHost(imgur.client_id.get_secret_value(), api_url=imgur.api_url)
    if native.subreddit:
        yield NativeHost(connect, subreddit=native.subreddit, nsfw_subreddit=native.nsfw_subreddit, lag=lag)
