"""A world in which the requests of a cassette make sense, made from what the cassette itself says.

Things that a request writes to belong to the caller; everything that an answer shows existed before.
"""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.records import Conversation, ModmailMessage, Notice
from bot.sandbox.world import World
from tests.sandbox.praw_cassettes import SUBREDDIT, USER, Exchange

# Only authors may do these.
_BY_AUTHOR = ("/api/del/", "/api/editusertext/", "/api/sendreplies")
# What these answer with came to be by the request.
_CREATING = ("/api/comment/", "/api/submit/", "/api/submit_gallery_post.json")
_SOMEBODY = "somebody"


class Builder:
    """Fills a world from recorded exchanges."""

    def __init__(self, world: World, png: bytes) -> None:
        self.world = world
        self._png = png
        self._comments: dict[str, dict[str, Any]] = {}
        world.add_user(USER)
        world.tokens.issue_refresh(USER)
        world.apps["<CLIENT_ID>"] = "<CLIENT_SECRET>"
        self._place(SUBREDDIT)
        world.add_moderator(SUBREDDIT, USER)

    def build(self, exchanges: list[Exchange]) -> None:
        for exchange in exchanges:
            if exchange.path in _BY_AUTHOR:
                self._from_request(exchange)
        shown = [one for one in exchanges if one.status < 300 and not one.path.startswith(_CREATING)]
        # What a comment stands under has to be there first.
        for kinds in (("t5", "t3"), ("seen",), ("t1", "t2", "t4", "modaction", "more")):
            for exchange in shown:
                self._walk(exchange.body, exchange, kinds)
        for exchange in exchanges:
            self._from_request(exchange)
            self._rules_of(exchange)

    # From requests

    def _from_request(self, exchange: Exchange) -> None:
        query = parse_qs(urlsplit(exchange.target).query)
        form = parse_qs(exchange.sent or "") if "urlencoded" in exchange.sent_type else {}
        owner = USER if exchange.path in _BY_AUTHOR else _SOMEBODY
        if exchange.method == "POST" and exchange.status in (200, 201, 400) and "morechildren" not in exchange.path:
            for values in (*query.values(), *form.values()):
                for fullname in re.findall(r"\bt[134]_\w+", ",".join(values)):
                    self._named(fullname, owner)
        if exchange.path.endswith("/quarantine_optin"):
            self._place(form["sr_name"][0]).quarantine = True
        if exchange.path.startswith("/api/compose") or exchange.path.startswith("/api/block_user"):
            for name in [*form.get("to", []), *query.get("name", [])]:
                self.world.user(name.lstrip("#"))
        if exchange.path.endswith("/friend/"):
            self.world.user(form["name"][0])
        if exchange.path.startswith("/r/") and exchange.status in (200, 400, 404):
            for name in exchange.path.split("/")[2].split("+"):
                if name not in ("all", "popular", "mod"):
                    self._place(name)
        if exchange.path.startswith("/user/"):
            self.world.user(exchange.path.split("/")[2])
        if exchange.path.startswith("/api/mod/conversations/") and exchange.status < 300:
            self._conversation(exchange.path.split("/")[4])

    def _named(self, fullname: str, owner: str) -> None:
        kind, _, thing_id = fullname.partition("_")
        if self.world.thing(fullname) is not None:
            return
        if kind == "t3":
            self.world.post_text(SUBREDDIT, owner, "A post", "Its text", thing_id=thing_id)
        elif kind == "t1":
            self._named("t3_above", _SOMEBODY)
            self.world.comment("t3_above", owner, "A comment", thing_id=thing_id)
        else:
            self.world.message(USER, owner, "A subject", "A message", thing_id=thing_id)

    # From answers

    def _rules_of(self, exchange: Exchange) -> None:
        """What an answer says about a subreddit, a wiki page or a link without showing things."""
        if exchange.status == 200:
            self._wiki(exchange)
        body, place = exchange.body if isinstance(exchange.body, dict) else {}, self._place(SUBREDDIT)
        if exchange.path.endswith("/post_requirements"):
            place.requirements = body
        elif str(body.get("reason")).startswith("SUBMIT_VALIDATION"):
            phrase = re.findall(r'"(.*)"', body["explanation"])
            place.requirements[f"{body['fields'][0]}_blacklisted_strings"] = phrase
        elif "GALLERIES_DISABLED" in str(body):
            place.allow_galleries = False
        elif body.get("kind") == "UserList":
            self._list(body["data"]["children"], exchange.path)
        elif "moderatorIds" in body:
            for one in body["moderators"].values():
                self.world.invite_moderator(SUBREDDIT, one["username"])
        elif "conversationIds" in body:
            for one in body["conversationIds"]:
                self._conversation(one)
        elif body.get("kind") == "ModeratedList":
            for one in body["data"]:
                self._place(one["sr"])
                self.world.add_moderator(one["sr"], exchange.path.split("/")[2])
        elif "/s/" in exchange.path:
            post_id = exchange.headers["location"].split("/comments/")[1].split("/")[0]
            self._named(f"t3_{post_id}", _SOMEBODY)
            self.world.share_links[exchange.path.rsplit("/", 1)[1]] = f"t3_{post_id}"

    def _walk(self, value: Any, exchange: Exchange, kinds: tuple[str, ...]) -> None:
        if isinstance(value, list):
            for inner in value:
                self._walk(inner, exchange, kinds)
        elif isinstance(value, dict):
            makers = {
                "t1": self._comment,
                "t2": self._user,
                "t3": self._post,
                "t4": self._message,
                "t5": self._about,
                "modaction": self._action,
                "more": self._more,
            }
            if "seen" in kinds and value.get("kind") == "t1" and "was_comment" not in value["data"]:
                self._comments[value["data"]["id"]] = value["data"]
            elif value.get("kind") in kinds:
                makers[value["kind"]](value["data"])
            for inner in value.values():
                self._walk(inner, exchange, kinds)

    def _place(self, name: str) -> Any:
        known = self.world.subreddits.get(name.lower())
        return known or self.world.add_subreddit(name)

    def _name(self, data: dict[str, Any]) -> str:
        name = data.get("author")
        return _SOMEBODY if name in (None, "[deleted]") else name

    def _user(self, data: dict[str, Any]) -> None:
        self.world.user(data["name"])

    def _about(self, data: dict[str, Any]) -> None:
        place = self._place(data["display_name"])
        place.id = data["id"]
        place.description = data.get("description") or ""
        place.allow_galleries = data.get("allow_galleries", True)
        if data.get("user_is_moderator"):
            self.world.add_moderator(place.name, USER)

    def _post(self, data: dict[str, Any]) -> None:
        if data["id"] in self.world.posts:
            return
        self._place(data["subreddit"])
        common = (data["subreddit"], self._name(data), data["title"])
        options = {"thing_id": data["id"], "over_18": data["over_18"]}
        if data.get("is_gallery"):
            items = data.get("gallery_data") or {"items": []}
            post = self.world.post_gallery(*common, [self._png for _ in items["items"]], **options)
            post.captions = {
                mine: item["caption"]
                for mine, item in zip(post.pictures, items["items"], strict=True)
                if "caption" in item
            }
        elif data.get("crosspost_parent_list"):
            parent = data["crosspost_parent_list"][0]
            self._post(parent)
            post = self.world.crosspost(*common, f"t3_{parent['id']}", **options)
        elif data["is_self"]:
            post = self.world.post_text(*common, data["selftext"], **options)
            if data.get("media_metadata"):
                post.pictures = [self.world.add_picture(self._png).id]
        elif "preview" in data:
            post = self.world.post_image(*common, self._png, **options)
        else:
            post = self.world.post_link(*common, data["url"], **options)
        post.created_utc, post.score = data["created_utc"], data["score"]
        if data.get("can_mod_post"):
            self.world.add_moderator(data["subreddit"], USER)

    def _above(self, data: dict[str, Any], post_id: str) -> str:
        """The fullname of the parent, which is made up when the cassette does not show it."""
        if post_id not in self.world.posts:
            self._place(data["subreddit"])
            title = data.get("link_title", "A post")
            self.world.post_text(data["subreddit"], _SOMEBODY, title, thing_id=post_id)
        parent: str = data["parent_id"]
        if parent.startswith("t1_") and parent[3:] in self._comments:
            self._comment(self._comments[parent[3:]])
        elif parent.startswith("t1_") and parent[3:] not in self.world.comments:
            self.world.comment(f"t3_{post_id}", _SOMEBODY, "Something", thing_id=parent[3:])
        return parent

    def _comment(self, data: dict[str, Any]) -> None:
        in_inbox = "was_comment" in data
        if data["id"] not in self.world.comments:
            post_id = data["context"].split("/")[4] if in_inbox else data["link_id"][3:]
            parent = self._above(data, post_id)
            comment = self.world.comment(parent, self._name(data), data["body"], thing_id=data["id"])
            comment.created_utc, comment.score = data["created_utc"], data.get("score", 1)
            if data.get("media_metadata"):
                comment.media = [self.world.add_picture(self._png).id]
            comment.removed_by_category = "moderator" if data["body"] == "[removed]" else None
            comment.deleted = not comment.removed_by_category and data["author"] in (None, "[deleted]")
        if in_inbox:
            inbox = self.world.user(USER).inbox
            fullname = f"t1_{data['id']}"
            inbox[:] = [notice for notice in inbox if notice.fullname != fullname]
            kind = data.get("type") or data["subject"].replace(" ", "_")
            inbox.insert(0, Notice(fullname, kind, data["new"]))

    def _more(self, data: dict[str, Any]) -> None:
        parent = data["parent_id"]
        if parent[3:] in self.world.posts or parent[3:] in self.world.comments:
            for comment_id in data["children"] or [f"{parent[3:]}x"]:
                if comment_id not in self.world.comments:
                    self.world.comment(parent, _SOMEBODY, "One more", thing_id=comment_id).score = -999

    def _message(self, data: dict[str, Any]) -> None:
        author, dest = data["author"], data["dest"]
        if data["id"] in self.world.messages or not (author or data["subreddit"]):
            return
        known = {"thing_id": data["id"], "first": data["first_message_name"], "parent": data.get("parent_id")}
        dest = dest if re.fullmatch(r"[\w-]+", dest) else USER
        self.world.message(dest, author, data["subject"], data["body"], subreddit=data["subreddit"], **known)
        notice = self.world.user(dest).inbox.pop()
        notice.unread = data["new"]
        self.world.user(dest).inbox.insert(0, notice)

    def _action(self, data: dict[str, Any]) -> None:
        place = self._place(data["subreddit"])
        self.world.add_moderator(place.name, USER)
        target = data.get("target_fullname")
        if target and target.startswith(("t1_", "t3_")):
            self._named(target, _SOMEBODY)
        self.world.log(place, data["mod"], data["action"], target, data["details"])

    def _list(self, children: list[dict[str, Any]], path: str) -> None:
        for child in children:
            if "/about/moderators" in path:
                self.world.add_moderator(path.split("/")[2], child["name"], child["mod_permissions"])
            elif path.startswith("/prefs/blocked"):
                self.world.user(USER).blocked[self.world.user(child["name"]).name.lower()] = child["date"]

    def _wiki(self, exchange: Exchange) -> None:
        found = re.fullmatch(r"/r/([^/]+)/wiki/(?:(revisions|settings|pages)/)?(.*)", exchange.path)
        if not found:
            return
        names = exchange.body["data"] if found[2] == "pages" else [found[3]]
        known = self._place(found[1]).wiki
        for name in names:
            if name not in known:
                revision = self.world.write_wiki(found[1], name, "Its text", USER)
                revision.id = parse_qs(urlsplit(exchange.target).query).get("v", [revision.id])[0]
        if found[2] == "revisions":
            for one in exchange.body["data"]["children"]:
                revision = self.world.write_wiki(found[1], found[3], "More", USER, one["reason"])
                revision.id = one["id"]

    def _conversation(self, conversation_id: str) -> None:
        if (
            conversation_id in ("", "read", "unread", "subreddits", "bulk")
            or conversation_id in self.world.conversations
        ):
            return
        made = Conversation(conversation_id, SUBREDDIT, "A subject", _SOMEBODY)
        made.messages = [ModmailMessage("m1", self.world.user(_SOMEBODY).name, "Hello", 1.0)]
        made.messages.append(ModmailMessage("m2", USER, "Hello too", 2.0))
        made.unread_by.add("another_moderator")
        self.world.conversations[conversation_id] = made
