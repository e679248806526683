"""What the tests of this folder share."""

from collections.abc import Callable

import praw

Login = Callable[..., praw.Reddit]
