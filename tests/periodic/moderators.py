"""What moderators do, and what the bot tells them."""

from bot.periodic import invitations, moderator_mail, settings_page
from bot.reddit import inbox
from bot.store import subreddits

BOT = "ColorizeBot"
PAGE = BOT.lower()


class Moderators:
    """The bot with its moderators: each method is what one of them does."""

    def __init__(self, world, reddit, engine):
        self.world, self.reddit, self.engine = world, reddit, engine

    def invite(self, subreddit="pics", permissions=("all",)):
        self.world.invite_moderator(subreddit, BOT, permissions)
        self.poll()
        self.round()

    def poll(self):
        return invitations.take_notices(self.engine, self.reddit, list(inbox.unread(self.reddit)))

    def round(self, models=None, own=()):
        """One round; returns the requests that it made."""
        before = len(self.world.calls)
        invitations.run(self.engine, self.reddit, bot_name=BOT, own=own)
        settings_page.run(self.engine, self.reddit, bot_name=BOT, models=models)
        return [f"{call['method']} {call['path']}" for call in self.world.calls[before:]]

    def answers(self):
        return moderator_mail.run(self.engine, self.reddit, bot_name=BOT)

    def edit(self, text, subreddit="pics"):
        self.world.write_wiki(subreddit, PAGE, text, "mod")

    def page(self, subreddit="pics"):
        return self.world.subreddit(subreddit).wiki[PAGE]

    def letters(self, subreddit="pics"):
        """What the bot told the moderators, all of it in one conversation."""
        return [message.body for talk in self.talks(subreddit) for message in talk.messages if message.author == BOT]

    def talks(self, subreddit="pics"):
        return [talk for talk in self.world.conversations.values() if talk.subreddit == subreddit]

    def rules(self, subreddit="pics"):
        return subreddits.rules_of(self.engine, subreddit)

    def unread(self):
        return [notice for notice in self.world.users[PAGE].inbox if notice.unread]
