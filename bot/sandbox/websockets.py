"""The one websocket that Reddit's API needs: it tells where an uploaded picture was posted."""

import asyncio
import json
from typing import Any

from starlette.types import Receive, Scope, Send

from .faults import Fault
from .things import Things
from .world import World


async def tell_where_posted(world: World, scope: Scope, receive: Receive, send: Send) -> None:
    """Shake hands, send one message and hang up.

    Of the faults, `drop` hangs up at once, the delays answer late, and the status actions answer "failed": `status`
    after taking the post back, as when Reddit cannot read the file, `store_then_status` although the post is there.
    """
    await receive()
    with world.guard:
        fault = world.faults.take("GET", scope["path"])
    if fault is not None and fault.action == "drop":
        send.__self__.transport.abort()  # type: ignore[attr-defined]  # ASGI has no word for this
        return
    await send({"type": "websocket.accept"})
    if fault is not None and fault.action in ("delay", "store_then_delay"):
        await asyncio.sleep(fault.seconds)
    with world.guard:
        news = _news(world, scope["path"].rsplit("/", 1)[-1], fault)
    await send({"type": "websocket.send", "text": json.dumps(news)})
    await send({"type": "websocket.close"})


def _news(world: World, asset: str, fault: Fault | None) -> dict[str, Any]:
    showing = [post for post in world.posts.values() if asset in post.pictures]
    if fault is not None and fault.action == "status":
        for post in showing:
            del world.posts[post.id]
    if not showing or (fault is not None and fault.action in ("status", "store_then_status")):
        return {"type": "failed", "payload": {}}
    path = Things(world, None).permalink(showing[0])
    return {"type": "success", "payload": {"redirect": world.base_url + path}}
