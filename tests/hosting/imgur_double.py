"""A double of Imgur's API, as its documents describe it: not Imgur, and never checked against it."""

import io

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from PIL import Image, UnidentifiedImageError

from bot.serving import BackgroundServer

CLIENT_ID = "an-id"


class ImgurDouble:
    """What is stored, what was called, and what is to go wrong.

    `answers` are given instead of the work, in turn; `lost` are statuses of pages that are given after it for uploads.
    """

    url = ""

    def __init__(self):
        self.reset()

    def reset(self):
        self.pictures, self.calls, self.answers, self.limits, self.credits = {}, [], [], {}, 12_500
        self.albums: dict[str, list[bytes]] = {}
        self.lost: list[int] = []

    def app(self):
        app = FastAPI(openapi_url=None)

        @app.middleware("http")
        async def guard(request: Request, call_next):
            if not request.url.path.startswith("/3/"):
                return await call_next(request)
            self.calls.append(f"{request.method} {request.url.path}")
            if self.answers:
                status, headers, body = self.answers.pop(0)
                if isinstance(body, str):
                    return Response(body, status, headers, media_type="text/html")
                return JSONResponse(body, status, headers)
            if request.headers.get("authorization") != f"Client-ID {CLIENT_ID}":
                return failed(403, "Invalid client_id")
            return await call_next(request)

        @app.post("/3/image")
        async def upload(request: Request):
            async with request.form() as form:
                content = await form["image"].read()
                title = form["title"]
            try:
                Image.open(io.BytesIO(content)).verify()
            except UnidentifiedImageError:
                return failed(400, {"code": 1003, "message": "File type invalid (1)", "type": "ImgurException"})
            number = len(self.calls)
            self.pictures[f"hash{number}"] = (f"id{number}", content, title)
            if self.lost:
                return Response("<html>busy</html>", self.lost.pop(0), media_type="text/html")
            data = {"id": f"id{number}", "deletehash": f"hash{number}", "link": f"{self.url}/id{number}.jpg"}
            return self.done(data)

        @app.delete("/3/image/{deletehash}")
        def delete(deletehash: str):
            if self.pictures.pop(deletehash, None) is None:
                return failed(404, "Unable to find an image with the id")
            return self.done(True)

        @app.get("/3/credits")
        def read_credits():
            return self.done({"UserRemaining": 500, "ClientLimit": 12_500, "ClientRemaining": self.credits})

        @app.get("/3/album/{album}/images")
        def read_album(album: str):
            if album not in self.albums:
                return failed(404, "Unable to find an album with the id")
            ids = [f"{album}{number}" for number in range(len(self.albums[album]))]
            return self.done([{"id": one, "type": "image/jpeg", "link": f"{self.url}/{one}.jpg"} for one in ids])

        @app.get("/{name}.jpg")
        def picture(name: str):
            found = [content for one, content, _ in self.pictures.values() if one == name]
            found += self.albums.get(name[:-1], [])[int(name[-1]) :] if name[-1].isdecimal() else []
            return Response(found[0], media_type="image/jpeg") if found else Response(status_code=404)

        return app

    def done(self, data):
        return JSONResponse({"data": data, "success": True, "status": 200}, headers=self.limits)

    def serve(self):
        server = BackgroundServer(lambda _: self.app())
        self.url = server.url
        return server


def failed(status, error):
    return JSONResponse({"data": {"error": error}, "success": False, "status": status}, status)
