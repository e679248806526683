"""A server on loopback that does what strangers' servers do."""

import contextlib
import gzip
import http.server
import threading
from datetime import UTC, datetime, timedelta

from tests.patience import PATIENCE

PHOTO = b"\xff\xd8\xff photo " * 1000
LIMIT = 100_000
BOMB = gzip.compress(bytes(200 << 20), 1)
NEVER = threading.Event()


def answer(handler, status=200, body=b"", **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler, first, again):
    """Send `again` a hundred times a second until the client hangs up."""
    handler.wfile.write(first)
    while not NEVER.wait(0.01):
        handler.wfile.write(again)


def endless(handler):
    answer(handler)
    while True:
        handler.wfile.write(bytes(65536))


def redirect(to, status=302):
    return lambda handler: answer(handler, status, b"moved", Location=to)


ROUTES = {
    "/photo.jpg": lambda handler: answer(handler, 200, PHOTO, Content_Length=str(len(PHOTO))),
    "/photo.jpg?size=big": lambda handler: answer(handler, 200, b"big"),
    "/no-length": lambda handler: answer(handler, 200, PHOTO),
    "/at-limit": lambda handler: answer(handler, 200, bytes(LIMIT)),
    "/over-limit": lambda handler: answer(handler, 200, bytes(LIMIT + 1)),
    "/announced": lambda handler: answer(handler, 200, b"", Content_Length=str(LIMIT + 1)),
    "/announced-absurd": lambda handler: answer(handler, 200, b"x", Content_Length="9" * 5000),
    "/cut-short": lambda handler: answer(handler, 200, PHOTO, Content_Length=str(len(PHOTO) + 1)),
    "/says-little": lambda handler: answer(handler, 200, bytes(LIMIT * 3), Content_Length="10"),
    "/endless": endless,
    "/gzip": lambda handler: answer(handler, 200, gzip.compress(PHOTO), Content_Encoding="gzip"),
    "/gzip-bomb": lambda handler: answer(handler, 200, BOMB, Content_Encoding="gzip"),
    "/gzip-broken": lambda handler: answer(handler, 200, b"not gzip", Content_Encoding="gzip"),
    "/agent": lambda handler: answer(handler, 200, handler.headers["User-Agent"].encode()),
    "/cookies": lambda handler: answer(handler, 200, str(handler.headers["Cookie"]).encode()),
    "/set-cookie": lambda handler: answer(handler, 302, Set_Cookie="a=b", Location="/cookies"),
    "/relative": redirect("photo.jpg", 301),
    "/twice": redirect("/relative", 307),
    "/loop": redirect("/loop"),
    "/removed": redirect("/removed.png"),
    "/nowhere": lambda handler: answer(handler, 302),
    "/to-loopback": redirect("http://127.0.0.1:1/"),
    "/to-metadata": redirect("http://169.254.169.254/latest/meta-data"),
    "/to-file": redirect("file:///etc/passwd"),
    "/to-stranger": redirect("https://example.com/a.jpg"),
    "/to-user-info": redirect("http://i.redd.it@127.0.0.1/"),
    "/to-nonsense": redirect("http://[/"),
    "/to-unicode": redirect("/h\u00c3\u00b6hle"),
    "/h%C3%B6hle": lambda handler: answer(handler, 200, b"cave"),
    "/fat-redirect": lambda handler: answer(handler, 302, bytes(50 << 20), Location="/photo.jpg"),
    "/slow-status": lambda handler: drip(handler, b"HTTP/1.0 200 OK", b" "),
    "/slow-headers": lambda handler: drip(handler, b"HTTP/1.0 200 OK\r\nX: ", b"x"),
    "/slow-body": lambda handler: drip(handler, b"HTTP/1.0 200 OK\r\n\r\n", b"x"),
    "/slow-chunks": lambda handler: drip(
        handler, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"
    ),
    "/continues": lambda handler: drip(handler, b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "/silent": lambda _: NEVER.wait(2 * PATIENCE),
    "/hangs-up": lambda _: None,
    "/garbage": lambda handler: handler.wfile.write(b"\0\xff" * 100),
    "/busy": lambda handler: answer(handler, 429, Retry_After="17"),
    "/busy-date": lambda handler: answer(
        handler, 503, Retry_After=f"{datetime.now(UTC) + timedelta(seconds=60):%a, %d %b %Y %H:%M:%S GMT}"
    ),
    "/busy-odd": lambda handler: answer(handler, 503, Retry_After="soon"),
    "/busy-negative": lambda handler: answer(handler, 503, Retry_After="-5"),
    "/busy-forever": lambda handler: answer(handler, 503, Retry_After="inf"),
} | {f"/status/{status}": (lambda code: lambda handler: answer(handler, code))(status) for status in range(300, 600)}


class Handler(http.server.BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self):
        self.server.asked.append(self.path)
        with contextlib.suppress(ConnectionError):
            ROUTES.get(self.path, ROUTES["/status/404"])(self)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    asked: list[str]

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what these tests are about


@contextlib.contextmanager
def serving(context=None):
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
