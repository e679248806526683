"""How subreddits look: style sheets, emojis, widgets; collections of posts; live threads."""

from collections.abc import Callable

import praw
import prawcore
import pytest
from praw.exceptions import RedditAPIException
from praw.models import EmojiMedia, StylesheetAsset, StylesheetImage, WidgetMedia

from bot.sandbox.server import Sandbox
from tests.sandbox.praw_calls.people import Login

COLOURS = {"backgroundColor": "#ffffff", "headerColor": "#333333"}


@pytest.mark.praw(
    "SubredditStylesheet.__call__",
    "SubredditStylesheet.update",
    "SubredditStylesheet.upload",
    "SubredditStylesheet.delete_image",
)
def test_the_style_sheet(login: Login, png: bytes) -> None:
    sheet = login("mod").subreddit("pics").stylesheet
    sheet.update("p { color: blue; }", reason="why not")
    source = sheet.upload(StylesheetImage(png, name="a.png"), name="sky")["img_src"]
    seen = login("bot").subreddit("pics").stylesheet()
    assert (seen.stylesheet, [(one["name"], one["url"]) for one in seen.images]) == (
        "p { color: blue; }",
        [("sky", source)],
    )
    with pytest.raises(RedditAPIException, match="IMAGE_ERROR"):
        sheet.upload(StylesheetImage(b"no picture", name="a.png"), name="cloud")
    sheet.delete_image("sky")
    assert sheet().images == []


@pytest.mark.praw(
    "SubredditStylesheet.upload_header",
    "SubredditStylesheet.delete_header",
    "SubredditStylesheet.upload_mobile_icon",
    "SubredditStylesheet.delete_mobile_icon",
    "SubredditStylesheet.upload_mobile_header",
    "SubredditStylesheet.delete_mobile_header",
    "SubredditStylesheet.upload_banner",
    "SubredditStylesheet.delete_banner",
    "SubredditStylesheet.upload_banner_additional_image",
    "SubredditStylesheet.delete_banner_additional_image",
    "SubredditStylesheet.upload_banner_hover_image",
    "SubredditStylesheet.delete_banner_hover_image",
    "SubredditStylesheet.upload_mobile_banner",
    "SubredditStylesheet.delete_mobile_banner",
)
def test_banners_and_icons(sandbox: Sandbox, login: Login, png: bytes) -> None:
    sheet, look = login("mod").subreddit("pics").stylesheet, sandbox.world.subreddit("pics").appearance
    image, asset = StylesheetImage(png, name="a.png"), StylesheetAsset(png, name="a.png")
    for upload, delete, media, name in (
        (sheet.upload_header, sheet.delete_header, image, "header_img"),
        (sheet.upload_mobile_icon, sheet.delete_mobile_icon, image, "icon_img"),
        (sheet.upload_banner, sheet.delete_banner, asset, "bannerBackgroundImage"),
        (sheet.upload_banner_additional_image, sheet.delete_banner_additional_image, asset, "bannerPositionedImage"),
        (sheet.upload_banner_hover_image, sheet.delete_banner_hover_image, asset, "secondaryBannerPositionedImage"),
        (sheet.upload_mobile_banner, sheet.delete_mobile_banner, asset, "mobileBannerImage"),
    ):
        upload(media)
        assert look.structured[name].startswith("http"), name
        delete()
        assert name not in look.structured, name
    sheet.upload_mobile_header(image)
    assert login("bot").subreddit("pics").banner_img == look.structured["banner_img"]
    sheet.upload_header(image)
    sheet.delete_mobile_header()
    assert "header_img" not in look.structured


@pytest.mark.praw("SubredditEmoji.add", "SubredditEmoji.__iter__", "Emoji.update", "Emoji.delete")
def test_emojis(login: Login, png: bytes) -> None:
    place = login("mod").subreddit("pics")
    place.emoji.add(name="camera", media=EmojiMedia(png, name="a.png"), mod_flair_only=True)
    [emoji] = login("bot").subreddit("pics").emoji
    assert (emoji.name, emoji.mod_flair_only, emoji.url.startswith("http")) == ("camera", True, True)
    place.emoji["camera"].update(mod_flair_only=False, user_flair_allowed=False)
    [emoji] = place.emoji
    assert (emoji.mod_flair_only, emoji.user_flair_allowed) == (False, False)
    place.emoji["camera"].delete()
    assert list(place.emoji) == []


@pytest.mark.praw(
    "SubredditWidgetsModeration.add_button_widget",
    "SubredditWidgetsModeration.add_calendar",
    "SubredditWidgetsModeration.add_community_list",
    "SubredditWidgetsModeration.add_custom_widget",
    "SubredditWidgetsModeration.add_image_widget",
    "SubredditWidgetsModeration.add_menu",
    "SubredditWidgetsModeration.add_post_flair_widget",
    "SubredditWidgetsModeration.add_text_area",
    "SubredditWidgetsModeration.upload_image",
    "SubredditWidgetsModeration.reorder",
    "WidgetModeration.update",
    "WidgetModeration.delete",
    "SubredditWidgets.refresh",
)
def test_widgets(login: Login, png: bytes) -> None:
    widgets = login("mod").subreddit("pics").widgets
    named = {"short_name": "Name", "styles": COLOURS}
    picture = widgets.mod.upload_image(WidgetMedia(png, name="a.png"))
    button = {"kind": "text", "text": "Go", "url": "https://example.org/", "color": "#000000", "textColor": "#ffffff"}
    image = {"width": 10, "height": 10, "name": "a", "url": picture}
    makers: list[Callable[[], praw.models.Widget]] = [
        lambda: widgets.mod.add_button_widget(buttons=[button], description="Press", **named),
        lambda: widgets.mod.add_calendar(
            google_calendar_id="x", requires_sync=False, configuration={"numEvents": 3}, **named
        ),
        lambda: widgets.mod.add_community_list(data=["news"], **named),
        lambda: widgets.mod.add_custom_widget(text="# Hello", css="p {}", height=200, image_data=[image], **named),
        lambda: widgets.mod.add_image_widget(data=[image], **named),
        lambda: widgets.mod.add_post_flair_widget(display="cloud", order=[], **named),
        lambda: widgets.mod.add_text_area(text="*Hello*", **named),
    ]
    made = [make() for make in makers]
    menu = widgets.mod.add_menu(data=[{"text": "Home", "url": "https://example.org/"}])
    widgets.refresh()
    assert [one.id for one in widgets.sidebar[:-1]] == [one.id for one in made]
    assert [one.id for one in widgets.topbar] == [menu.id]
    assert (widgets.id_card.subscribersCount, [one.name for one in widgets.moderators_widget]) == (1, ["mod"])
    text = widgets.sidebar[len(made) - 1]
    assert "<em>Hello</em>" in text.textHtml
    assert text.mod.update(text="Changed", shortName="Other").text == "Changed"
    widgets.mod.reorder([one.id for one in reversed(widgets.sidebar)])
    made[0].mod.delete()
    widgets.refresh()
    assert [one.id for one in widgets.sidebar[1:]] == [one.id for one in reversed(made[1:])]


@pytest.mark.praw(
    "SubredditCollectionsModeration.create",
    "SubredditCollections.__iter__",
    "CollectionModeration.add_post",
    "CollectionModeration.remove_post",
    "CollectionModeration.reorder",
    "CollectionModeration.update_title",
    "CollectionModeration.update_description",
    "CollectionModeration.update_display_layout",
    "CollectionModeration.delete",
    "Collection.follow",
    "Collection.unfollow",
)
def test_collections(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    posts = [sandbox.world.post_text("pics", "alice", title) for title in ("One", "Two", "Three")]
    place = login("mod").subreddit("pics")
    made = place.collections.mod.create(title="Best", description="of all")
    for post in posts:
        made.mod.add_post(post.fullname)

    def seen() -> praw.models.Collection:
        return reddit.subreddit("pics").collections(made.collection_id)

    assert [post.title for post in seen()] == ["One", "Two", "Three"]
    made.mod.reorder([post.fullname for post in reversed(posts)])
    made.mod.remove_post(posts[1].fullname)
    made.mod.update_title("Better")
    made.mod.update_description("than all")
    made.mod.update_display_layout("TIMELINE")
    one = seen()
    assert [post.title for post in one] == ["Three", "One"]
    assert (one.title, one.description, one.display_layout, one.author.name) == (
        "Better",
        "than all",
        "TIMELINE",
        "mod",
    )
    one.follow()
    assert sandbox.world.subreddit("pics").collections[one.collection_id].followers == {"bot"}
    one.unfollow()
    assert sandbox.world.subreddit("pics").collections[one.collection_id].followers == set()
    with pytest.raises(prawcore.Forbidden):
        one.mod.update_title("Mine")
    made.mod.delete()
    assert list(place.collections) == []


@pytest.mark.praw(
    "LiveHelper.create",
    "LiveHelper.info",
    "LiveHelper.now",
    "LiveThread.updates",
    "LiveThread.discussions",
    "LiveThread.report",
    "LiveThreadContribution.add",
    "LiveThreadContribution.update",
    "LiveThreadContribution.close",
    "LiveThreadStream.updates",
    "LiveUpdateContribution.remove",
    "LiveUpdateContribution.strike",
)
def test_live_threads(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    thread = reddit.live.create("Eclipse", description="now")
    assert [one.title for one in reddit.live.info([thread.id, "none"])] == ["Eclipse"]
    for word in ("begins", "oops", "ends"):
        thread.contrib.add(word)
    ends, oops, begins = thread.updates()
    assert (ends.body, ends.author.name) == ("ends", "bot")
    oops.contrib.remove()
    begins.contrib.strike()
    assert [(one.body, one.stricken) for one in thread.updates()] == [("ends", False), ("begins", True)]
    assert thread[begins.id].body == "begins"
    stream = thread.stream.updates(skip_existing=True, pause_after=0)
    assert next(stream) is None
    thread.contrib.add("after all")
    assert next(stream).body == "after all"
    sandbox.world.post_link("pics", "alice", "Look", f"{sandbox.url}/live/{thread.id}")
    assert [post.title for post in thread.discussions()] == ["Look"]
    thread.contrib.update(title="Eclipse of the sun")
    assert reddit.live(thread.id).title == "Eclipse of the sun"
    thread.report("spam")
    assert sandbox.world.live_threads[thread.id].reports == ["spam"]
    assert reddit.live.now().id == thread.id
    thread.contrib.close()
    assert (reddit.live(thread.id).state, reddit.live.now()) == ("complete", None)


@pytest.mark.praw(
    "LiveContributorRelationship.__call__",
    "LiveContributorRelationship.invite",
    "LiveContributorRelationship.accept_invite",
    "LiveContributorRelationship.leave",
    "LiveContributorRelationship.remove",
    "LiveContributorRelationship.remove_invite",
    "LiveContributorRelationship.update",
    "LiveContributorRelationship.update_invite",
)
def test_contributors_of_live_threads(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    for name in ("alice", "carol", "zoe"):
        sandbox.world.add_user(name)
    thread = reddit.live.create("Eclipse")

    def people() -> dict[str, list[str]]:
        return {one.name: one.permissions for one in thread.contributor()}

    for name in ("alice", "carol", "zoe"):
        thread.contributor.invite(name, permissions=["update"])
    thread.contributor.update_invite("alice", permissions=["update", "edit"])
    thread.contributor.remove_invite(reddit.redditor("zoe"))
    for name in ("alice", "carol"):
        login(name).live(thread.id).contributor.accept_invite()
    with pytest.raises(RedditAPIException, match="NO_INVITE_FOUND"):
        login("zoe").live(thread.id).contributor.accept_invite()
    assert {name: set(permissions) for name, permissions in people().items()} == {
        "bot": {"all"},
        "alice": {"update", "edit"},
        "carol": {"update"},
    }
    thread.contributor.update("carol", permissions=["settings"])
    assert people()["carol"] == ["settings"]
    with pytest.raises(prawcore.Forbidden):
        login("carol").live(thread.id).contrib.add("hello")
    thread.contributor.remove(reddit.redditor("carol"))
    login("alice").live(thread.id).contributor.leave()
    assert list(people()) == ["bot"]
