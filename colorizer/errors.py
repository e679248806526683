"""The base of every error that this library raises on purpose, and what errors of others mean: no file, no memory."""

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


_OUT_OF_MEMORY = (
    "allocate memory",
    "not enough memory",
    "insufficient memory",
    "out of memory",
    "std::bad_alloc",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
    "could not create a primitive",
)
"""What PyTorch, ONNX Runtime, oneDNN, OpenCV, FFmpeg and the system say; on the CPU PyTorch has no type for it."""


def out_of_memory(error: BaseException) -> bool:
    """Whether an error, of whatever library, means that there is too little memory."""
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in _OUT_OF_MEMORY)
