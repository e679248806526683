import httpx
from sqlalchemy import Engine

from bot.hosting.folder import FolderHost
from bot.hosting.host import Picture
from bot.serving import BackgroundServer
from bot.store.files import JobFiles
from bot.web.app import create_app
from tests.patience import PATIENCE
from tests.web.made_jobs import answer, jpeg, receive

KEY = "Zm9vYmFyYmF6cXV4"


def test_a_hosted_picture_is_public(visitor: httpx.Client, hosted: FolderHost) -> None:
    picture = jpeg("peru")
    hosted.upload(Picture(KEY, picture, "", nsfw=False))
    got = visitor.get(f"/results/{KEY}.jpg")
    assert got.content == picture
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["cache-control"] == "public, max-age=3600"
    assert got.headers["x-robots-tag"] == "noindex"
    assert got.headers["x-content-type-options"] == "nosniff"
    head = visitor.head(f"/results/{KEY}.jpg")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(picture)))


def test_a_deleted_picture_is_gone(visitor: httpx.Client, hosted: FolderHost) -> None:
    hosted.upload(Picture(KEY, jpeg("peru"), "", nsfw=False))
    hosted.delete(KEY)
    assert visitor.get(f"/results/{KEY}.jpg").status_code == 404


def test_bad_keys_find_nothing(visitor: httpx.Client, hosted: FolderHost) -> None:
    hosted.upload(Picture(KEY, jpeg("peru"), "", nsfw=False))
    for path in (
        "unknown-key.jpg",
        "short.jpg",
        "",
        ".jpg",
        "%2e%2e%2fbot.sqlite.jpg",
        "..%2f..%2fetc%2fpasswd.jpg",
        "%00%00%00%00%00%00%00%00.jpg",
        f"{'x' * 500}.jpg",
        f"{KEY}.png",
        f"{KEY}.partial",
    ):
        got = visitor.get(f"/results/{path}")
        assert got.status_code == 404, path
        assert KEY not in got.text


def test_without_a_folder_there_are_no_results(engine: Engine, files: JobFiles, password: str) -> None:
    app = create_app(engine=engine, files=files, hosted=None, bot_name="ColorizeBot", secure_cookies=False)
    with BackgroundServer(lambda _: app) as server:
        assert httpx.get(f"{server.url}/results/{KEY}.jpg", trust_env=False, timeout=PATIENCE).status_code == 404


def test_thumbnails_are_for_the_operator(
    engine: Engine, files: JobFiles, visitor: httpx.Client, operator: httpx.Client
) -> None:
    job = answer(engine, receive(engine, 1), files)
    for name, colour in (("before-1", "gray"), ("after-1", "peru")):
        assert visitor.get(f"/log/{job.id}/{name}.jpg").status_code == 303
        got = operator.get(f"/log/{job.id}/{name}.jpg")
        assert got.content == jpeg(colour)
        assert got.headers["content-type"] == "image/jpeg"
        assert got.headers["cache-control"].startswith("private")
    assert operator.get("/log/999/before-1.jpg").status_code == 404
    assert operator.get("/log/0/before-1.jpg").status_code == 404
    assert operator.get(f"/log/{job.id}/before-2.jpg").status_code == 404
    assert operator.get(f"/log/{job.id}/before-x.jpg").status_code == 404
    assert operator.get(f"/log/{job.id}/result.jpg").status_code == 404
