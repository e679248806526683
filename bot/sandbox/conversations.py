"""What happens in modmail: a conversation is opened, a message is added to it."""

from .records import Conversation, ModmailMessage, User
from .subreddit_records import Subreddit
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
    participant = to if place.is_moderator(author) else author.name
    conversation = Conversation(world.next_id("conversation"), place.name, subject, participant)
    world.conversations[conversation.id] = conversation
    add_message(world, conversation, author, body, hidden=hidden)
    return conversation


def add_message(
    world: World, conversation: Conversation, author: User, body: str, *, hidden: bool = False, internal: bool = False
) -> None:
    """Add a message to a conversation.

    The other moderators have not read it yet; the user at the other end gets what moderators write as a private
    message, unless it is `internal`. `hidden`: it comes from the subreddit, not from that moderator.
    """
    place = world.subreddit(conversation.subreddit)
    message = ModmailMessage(world.next_id("modmail"), author.name, body, world.now(), hidden, internal)
    by_moderator = place.is_moderator(author)
    conversation.messages.append(message)
    conversation.unread_by |= set(place.moderators) - {author.name.lower()}
    conversation.archived = conversation.archived and by_moderator
    if by_moderator and conversation.participant and not internal:
        first = len(conversation.messages) == 1
        world.message(
            conversation.participant,
            None if hidden else author.name,
            conversation.subject if first else f"re: {conversation.subject}",
            body,
            subreddit=place.name,
            distinguished="moderator",
            conversation=conversation.id,
        )
