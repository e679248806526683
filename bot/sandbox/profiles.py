"""Reddit's JSON for accounts and subreddits, as one viewer sees them."""

from . import shapes
from .markup import to_reddit_html
from .records import User
from .subreddit_records import Subreddit
from .things import Json
from .world import World


class Profiles:
    """Renders for one viewer: None for somebody who is not logged in."""

    def __init__(self, world: World, viewer: User | None) -> None:
        self._world = world
        self._viewer = viewer

    def user(self, user: User) -> Json:
        """The inside of a `t2`: less of a suspended account, more of one's own."""
        if user.suspended and user is not self._viewer:
            return {"name": user.name, "is_suspended": True, "awardee_karma": 0, "awarder_karma": 0, "total_karma": 0}
        data = {
            **shapes.USER,
            "id": user.id,
            "name": user.name,
            "created": user.created_utc,
            "created_utc": user.created_utc,
            "is_mod": any(place.is_moderator(user) for place in self._world.subreddits.values()),
            "subreddit": {
                **shapes.PROFILE,
                **user.profile,
                "display_name": f"u_{user.name}",
                "display_name_prefixed": f"u/{user.name}",
                "name": f"t5_u{user.id}",
                "url": f"/user/{user.name}/",
            },
        }
        if user is self._viewer:
            unread = sum(notice.unread for notice in user.inbox)
            data |= shapes.USER_FOR_ITSELF | {"inbox_count": unread, "has_mail": unread > 0, "has_mod_mail": False}
            data["is_suspended"] = user.suspended
        else:
            data |= shapes.USER_FOR_OTHERS | {"accept_pms": user.takes_messages}
        return data

    def profile(self, user: User) -> Json:
        """The profile of an account as a `t5`."""
        return self.subreddit(self._world.subreddit(f"u_{user.name}"))

    def subreddit(self, place: Subreddit) -> Json:
        """A `t5`."""
        name = self._viewer.name.lower() if self._viewer else ""
        sidebar = place.sidebar or place.description
        data = {
            **shapes.SUBREDDIT,
            **{name: url for name, url in place.appearance.structured.items() if name in shapes.SUBREDDIT},
            "id": place.id,
            "name": place.fullname,
            "display_name": place.name,
            "display_name_prefixed": place.prefixed,
            "title": place.title,
            "description": sidebar,
            "description_html": to_reddit_html(sidebar) if sidebar else None,
            "public_description": place.description,
            "public_description_html": to_reddit_html(place.description) if place.description else None,
            "url": f"/user/{place.name[2:]}/" if place.kind == "user" else f"/r/{place.name}/",
            "created": place.created_utc,
            "created_utc": place.created_utc,
            "subreddit_type": place.kind,
            "over18": place.over18,
            "quarantine": place.quarantine,
            "subscribers": place.subscribers,
            "accounts_active": 0,
            "active_user_count": 0,
            "allow_galleries": place.allow_galleries,
            "allowed_media_in_comments": list(place.media_in_comments),
            "restrict_posting": place.kind != "public",
            "restrict_commenting": place.kind == "restricted",
            "user_is_banned": name in place.banned,
            "user_is_contributor": name in place.contributors,
            "user_is_moderator": name in place.moderators,
            "user_is_muted": name in place.muted,
            "user_is_subscriber": self._viewer is not None and place.name.lower() in self._viewer.subscribed,
        }
        return {"kind": "t5", "data": data}
