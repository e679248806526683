"""What happens in modmail: a conversation is opened, a message is added to it."""

from .records import Conversation, ModmailMessage, Subreddit, User
from .world import World


def open_conversation(
    world: World,
    place: Subreddit,
    author: User,
    subject: str,
    body: str,
    *,
    to: str | None = None,
    hidden: bool = False,
) -> Conversation:
    """A new conversation: from a user to the moderators, or from a moderator to the user `to`."""
    by_moderator = place.is_moderator(author)
    participant = to if by_moderator else author.name
    conversation = Conversation(world.next_id("conversation"), place.name, subject, participant)
    world.conversations[conversation.id] = conversation
    add_message(world, conversation, author, body, hidden=hidden)
    if by_moderator and to:
        sender = None if hidden else author.name
        world.message(to, sender, subject, body, subreddit=place.name, distinguished="moderator")
    return conversation


def add_message(
    world: World, conversation: Conversation, author: User, body: str, *, hidden: bool = False, internal: bool = False
) -> None:
    """Add a message to a conversation; the other moderators have not read it yet."""
    message = ModmailMessage(world.next_id("modmail"), author.name, body, world.now(), hidden, internal)
    conversation.messages.append(message)
    place = world.subreddit(conversation.subreddit)
    conversation.unread_by |= set(place.moderators) - {author.name.lower()}
