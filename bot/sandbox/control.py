"""`/_sandbox/...`: how a test in another process tells the sandbox to misbehave and looks at what happened."""

from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request

from .world import World


def _only_loopback(request: Request) -> None:
    if request.client is None or not ip_address(request.client.host).is_loopback:
        raise HTTPException(403)


router = APIRouter(prefix="/_sandbox", dependencies=[Depends(_only_loopback)])


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


@router.post("/faults")
def add_fault(request: Request, fault: dict[str, Any]) -> dict[str, Any]:
    """Plan a fault, given as the fields of `Fault`."""
    world = _world(request)
    try:
        with world.guard:
            added = world.faults.add(**fault)
    except (TypeError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    return vars(added)


@router.delete("/faults")
def clear_faults(request: Request) -> dict[str, Any]:
    """Behave again."""
    world = _world(request)
    with world.guard:
        world.faults.clear()
    return {}


@router.get("/calls")
def calls(request: Request) -> list[dict[str, Any]]:
    """Every API call so far, oldest first."""
    world = _world(request)
    with world.guard:
        return list(world.calls)


@router.get("/replies")
def replies(request: Request, author: str) -> list[dict[str, Any]]:
    """Every comment of a user, deleted and removed ones too, oldest first."""
    world = _world(request)
    with world.guard:
        return [vars(comment) | {"name": comment.fullname} for comment in world.replies_by(author)]
