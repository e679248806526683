"""Videos as v.redd.it has them: pictures and sound in files of their own."""

import httpx

from tests import films


def test_a_video_post_leads_to_its_pictures_and_its_sound(world, sandbox, login, tmp_path):
    world.add_subreddit("pics")
    pictures = films.film(tmp_path / "a.mp4", 5)
    sound = films.voice(tmp_path / "b.mp4")
    world.post_video(
        "pics", "alice", "A film", pictures.read_bytes(), sound=sound.read_bytes(), size=(96, 64), seconds=0.2
    )
    [post] = login("bot").subreddit("pics").new()
    video = post.media["reddit_video"]
    assert (post.is_video, post.domain, post.secure_media) == (True, "v.redd.it", post.media)
    assert (video["width"], video["height"], video["has_audio"], video["is_gif"]) == (96, 64, True, False)
    assert httpx.get(video["fallback_url"]).content == pictures.read_bytes()
    listed = httpx.get(video["dash_url"])
    assert listed.headers["content-type"] == "application/dash+xml"
    assert "DASH_AUDIO_128.mp4" in listed.text
    assert httpx.get(f"{post.url}/DASH_AUDIO_128.mp4").content == sound.read_bytes()
    assert httpx.get(f"{post.url}/DASH_9.mp4").status_code == 404
    assert httpx.get(post.url).headers["location"] == f"{sandbox.url}/comments/{post.id}"
    assert httpx.get(f"{sandbox.url}/v.redd.it/nothing").status_code == 404


def test_a_silent_video_can_be_posted_from_outside(world, sandbox, login, tmp_path):
    world.add_subreddit("pics")
    file = films.film(tmp_path / "a.mp4", 3).read_bytes()
    form = {"subreddit": "pics", "author": "alice", "title": "A film"}
    answer = httpx.post(f"{sandbox.url}/_sandbox/posts", data=form, files=[("pictures", ("a.mp4", file))])
    assert answer.status_code == 200, answer.text
    [post] = login("bot").subreddit("pics").new()
    assert not post.media["reddit_video"]["has_audio"]
    assert httpx.get(f"{post.url}/DASH_AUDIO_128.mp4").status_code == 404
    page = httpx.get(f"{sandbox.url}{post.permalink}").text
    assert f'<video controls preload="metadata" src="{post.media["reddit_video"]["scrubber_media_url"]}">' in page
