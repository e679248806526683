"""One photo that somebody may correct, as the application around the studio gives it to the studio's router."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from colorizer.photo import Photo
from colorizer.studio.correction import UNCHANGED, Correction


@dataclass(frozen=True)
class Done:
    """What came of an action.

    message: A sentence for the person. link: Where to look at it, or None.
    """

    message: str
    link: str | None = None


@dataclass(frozen=True)
class Action:
    """What the person does with the corrected photo in the end, beside downloading it: save it, publish it.

    label: On the button. run: Does it, and raises ColorizerError where it cannot, whose message is shown.
    """

    label: str
    run: Callable[[Correction], Done]


@dataclass(frozen=True)
class Opened:
    """A photo, and what may be done with it here.

    key: Tells it from every other photo; the same photo has the same key each time.
    name: Of its file, for the title and for the download.
    read: Gives the photo; called when it is not at hand any more, and for each download. Raises PhotoError.
    start: What has been changed already.
    action: Beside the download, or None.
    back: Address of a page to go back to, with what stands on the link, or None.
    full: Gives the photo at its full size for a download, where `read` gives a smaller copy; only its light and shade
        count, so it may have any colours.
    """

    key: Hashable
    name: str
    read: Callable[[], Photo]
    start: Correction = UNCHANGED
    action: Action | None = None
    back: tuple[str, str] | None = None
    full: Callable[[], Photo] | None = None
