"""The base of every error that this library raises on purpose, and what to do about files that the system refuses."""

import errno


class ColorizerError(Exception):
    """Something that the caller can correct; the message says what is wrong and what to do."""


class InputError(ColorizerError, ValueError):
    """An argument, a file or a combination of them that cannot be used; the message names it."""


class MissingPackage(ColorizerError, ImportError):
    """A package is needed that is not installed; the message says how to install it."""


_REMEDIES = {
    errno.ENOENT: "there is no such file or folder; look at the spelling",
    errno.EISDIR: "is a folder; name a file",
    errno.ENOTDIR: "lies below something that is no folder; look at the spelling",
    errno.EACCES: "you may not read or write this; look at its permissions",
    errno.EPERM: "you may not read or write this; look at its permissions",
    errno.ENOSPC: "the disk is full; make room, or name another folder",
    errno.EROFS: "the disk is read-only; name another folder",
    errno.ENXIO: "is no ordinary file; name a file",
    errno.ELOOP: "is a link that leads back to itself; name the file itself",
}


def remedy(error: OSError) -> str:
    """Why the system refuses a file, and what to do; to be said behind the file's name."""
    return _REMEDIES.get(error.errno or 0, error.strerror or type(error).__name__)
