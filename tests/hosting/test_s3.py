"""Against moto's S3 server on loopback: the real boto3 and real HTTP, but neither Amazon's nor Cloudflare's storage."""

import contextlib
import json
import socket
import threading

import boto3.session
import pytest
import requests
from moto.server import ThreadedMotoServer

from bot import outgoing
from bot.domain.outcomes import Outcome
from bot.domain.refusals import RetryLater, Uncertain
from bot.hosting.host import Picture
from bot.hosting.s3 import S3Host
from tests.faults.storage import Storage, StorageFault
from tests.patience import PATIENCE

BUCKET = "pictures"
KEYS = {"access_key": "access", "secret_key": "s3cret"}


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(endpoint):
    client = boto3.session.Session("access", "s3cret", region_name="us-east-1").client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket=BUCKET)
    yield client
    client.close()
    requests.post(f"{endpoint}/moto-api/reset", timeout=PATIENCE)


@pytest.fixture
def policy(client):
    """Allows or forbids an action on every object, for everybody."""

    def put(effect, action):
        arn = f"arn:aws:s3:::{BUCKET}/*"
        statement = {"Effect": effect, "Principal": "*", "Action": action, "Resource": arn}
        client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))

    return put


@pytest.fixture
def host(endpoint, client):
    return S3Host(bucket=BUCKET, public_url=f"{endpoint}/{BUCKET}/", endpoint_url=endpoint, prefix="/results/", **KEYS)


def names(client):
    return [one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_picture_is_public_and_typed(host, client, policy, endpoint, picture):
    policy("Allow", "s3:GetObject")
    kept = host.upload(picture())
    assert kept.url == f"{endpoint}/{BUCKET}/results/{picture().key}.jpg"
    got = requests.get(kept.url, timeout=PATIENCE)
    assert got.content == picture().content
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["cache-control"] == "public, max-age=3600"
    host.delete(picture().key, kept.token)
    assert requests.get(kept.url, timeout=PATIENCE).status_code == 404


def test_a_film_is_an_mp4_file_and_goes_as_pictures_do(host, client, policy, picture):
    policy("Allow", "s3:GetObject")
    film = picture(f"{picture().key}.mp4", content=b"a film")
    kept = host.upload(film)
    got = requests.get(kept.url, headers={"Range": "bytes=2-5"}, timeout=PATIENCE)
    assert (got.status_code, got.content, got.headers["content-type"]) == (206, b"film", "video/mp4")
    assert names(client) == [f"results/{film.key}"]
    host.delete(film.key, kept.token)
    assert names(client) == []


def test_the_same_key_again_replaces_and_twice_deleted_is_gone(host, client, picture):
    host.upload(picture())
    host.upload(picture(content=b"other"))
    assert names(client) == [f"results/{picture().key}.jpg"]
    host.delete(picture().key, None)
    host.delete(picture().key, None)
    assert names(client) == []


def test_without_a_prefix_the_pictures_lie_at_the_top(endpoint, client, picture):
    host = S3Host(bucket=BUCKET, public_url="https://pictures.example", endpoint_url=endpoint, **KEYS)
    assert host.upload(picture()).url == f"https://pictures.example/{picture().key}.jpg"
    assert names(client) == [f"{picture().key}.jpg"]


def test_a_refused_upload_may_be_put_right(host, policy, picture):
    policy("Deny", "s3:PutObject")
    with pytest.raises(RetryLater, match=r"pictures: put results/.*\(403\)") as caught:
        host.upload(picture())
    assert caught.value.then is Outcome.HOST_FAILED


def test_a_deletion_that_cannot_be_confirmed_is_not_done(host, policy, picture):
    host.upload(picture())
    policy("Deny", "s3:DeleteObject")
    with pytest.raises(RetryLater, match="delete results/"):
        host.delete(picture().key, None)


def test_a_deletion_is_looked_after(host, policy, picture):
    host.upload(picture())
    policy("Deny", "s3:HeadObject")
    with pytest.raises(RetryLater, match="HeadObject"):
        host.delete(picture().key, None)


def test_a_bucket_that_is_not_there_and_a_server_that_is_not_there(endpoint, client, picture):
    gone = S3Host(bucket="nowhere", public_url="https://x.example", endpoint_url=endpoint, **KEYS)
    with pytest.raises(RetryLater, match=r"nowhere.*NoSuchBucket"):
        gone.upload(picture())
    silent = S3Host(bucket=BUCKET, public_url="https://x.example", endpoint_url="http://127.0.0.1:9", **KEYS)
    with pytest.raises(RetryLater, match=r"127\.0\.0\.1:9"):
        silent.upload(picture())


def test_the_check_reads_as_a_redditor_would(host, client, policy):
    with pytest.raises(RetryLater, match=r"s3 took a picture, but .*answers 403.*is it public"):
        host.check()
    policy("Allow", "s3:GetObject")
    host.check()
    assert names(client) == []


def test_an_answer_that_is_cut_off_leaves_it_open_whether_the_picture_is_kept():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            for _ in range(3):
                connection, _ = server.accept()
                connection.recv(65536)
                connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        host = S3Host(bucket=BUCKET, public_url=f"{address}/{BUCKET}/", endpoint_url=address, prefix="", **KEYS)
        with pytest.raises(Uncertain):
            host.upload(Picture("k" * 16, b"jpeg", "A photograph in colour", nsfw=False))


def test_an_answer_in_drips_is_given_up_and_leaves_it_open_whether_the_picture_is_kept(monkeypatch):
    monkeypatch.setattr(outgoing, "ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not given_up.wait(0.05):
                    connection.sendall(b"x")

        given_up = threading.Event()
        dripping = threading.Thread(target=drip)
        dripping.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        host = S3Host(bucket=BUCKET, public_url=f"{address}/{BUCKET}/", endpoint_url=address, prefix="", **KEYS)
        with pytest.raises(Uncertain, match="no whole answer within 1 s"):
            host.upload(Picture("k" * 16, b"jpeg" * 8192, "A photograph in colour", nsfw=False))
        given_up.set()
        dripping.join()


@pytest.mark.parametrize("status", [500, 503, 504])
def test_what_an_error_of_the_storages_may_have_kept_is_not_known(picture, status):
    storage = Storage()
    storage.faults = [StorageFault("PUT", status, kept=True)]
    with storage.served():
        host = S3Host(**storage.settings())
        with pytest.raises(Uncertain):
            host.upload(picture())
        assert storage.names() == {picture().key}
        host.upload(picture())
        assert storage.names() == {picture().key}
