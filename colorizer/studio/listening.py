"""Running an application until Ctrl-C."""

import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI


def run(app: FastAPI, host: str, port: int, started: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    port: 0 takes a free one. started: Told the address, once connections are taken. Raises OSError when the port is
    taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol must be named: asyncio sends small answers at once (TCP_NODELAY) only then, 40 ms earlier.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
        started(f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}")
        config = uvicorn.Config(app, access_log=False, log_level="warning", lifespan="off", proxy_headers=False)
        uvicorn.Server(config).run(sockets=[listener])
