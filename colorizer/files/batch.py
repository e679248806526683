"""Colouring one file after the other: what goes wrong with one is said, and costs the others nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from colorizer.errors import out_of_memory
from colorizer.files.naming import AlreadyThere, Names
from colorizer.files.statuses import Status
from colorizer.files.unfit import why_unfit
from colorizer.files.walking import Say, Source
from colorizer.greyness import judge
from colorizer.hints import Colour, Hint, WrittenHint
from colorizer.photo import Photo, PhotoError, TooManyPixels, decode, encode_jpeg
from colorizer.photo.labels import Origin, machine_made
from colorizer.pixels import Pixels
from colorizer.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the pictures are to be coloured.

    hints, palette, style, look, seed: As in `Colorizer.colorize` and `variants`.
    variants: So many results of each. all_pages: Every picture of a TIFF, not the largest alone.
    force: Pictures in colour too, also where they were found in a folder, and what is no photograph.
    max_pixels: Larger pictures are refused.
    """

    hints: Sequence[WrittenHint] = ()
    palette: Sequence[Colour] | None = None
    style: Pixels | None = None
    look: str = "natural"
    variants: int = 1
    seed: int = 0
    all_pages: bool = False
    force: bool = False
    max_pixels: int = 150_000_000

    def settings(self, weights: str) -> str:
        """A word that is another one when the colours may be."""
        style = None if self.style is None else hashlib.sha256(self.style.tobytes()).hexdigest()
        chosen = weights, [*self.hints], self.palette, style, self.look, self.seed
        return hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]


class Model(Protocol):
    """What colours pictures: `colorizer.Colorizer`, or the one that needs no PyTorch."""

    def colorize(
        self,
        photo: Pixels,
        hints: Sequence[Hint],
        *,
        palette: Sequence[Colour] | None,
        style: Pixels | None,
        look: str,
        seed: int | None,
    ) -> Pixels:
        """See `colorizer.Colorizer.colorize`."""
        ...


@dataclass
class Batch:
    """A run over many files.

    settings: A word for how they are coloured, see `Wishes.settings`. say: See `walking.Say`.
    coloured, left_out, failed: How many pictures.
    """

    model: Model
    wishes: Wishes
    settings: str
    say: Say
    coloured: int = 0
    left_out: int = 0
    failed: int = 0

    @property
    def status(self) -> Status:
        """The exit status of the run so far."""
        return Status.SOME_FAILED if self.failed else Status.DONE

    def leave_out(self, path: Path, why: str, failure: bool) -> None:
        """Count and say it."""
        if failure:
            self.failed += 1
        else:
            self.left_out += 1
        self.say(path, why, failure)

    def colour(self, source: Source, names: Names) -> None:
        """Colour one file and write its results, or say why not."""
        try:
            self._colour(source, names)
        except AlreadyThere as there:
            self.leave_out(source.path, f"was coloured before: {there}", False)
        except TooManyPixels as error:
            self.leave_out(source.path, f"{error} --max-megapixels raises it.", True)
        except PhotoError as error:
            self.leave_out(source.path, str(error), True)
        except OSError as error:
            self.leave_out(source.path, f"{error.strerror or error}: {error.filename or source.path}", True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the other files
            self.leave_out(source.path, _reason(error), True)

    def _colour(self, source: Source, names: Names) -> None:
        if not self.wishes.all_pages:
            targets = self._claim(source, names, None)
            photo = self._decode(source, None)
            if photo.pages > 1:
                text = f"holds {photo.pages} pictures; the largest, number {photo.page}, is taken, --pages takes all"
                self.say(source.path, text, False)
            self._colour_photo(source, photo, targets)
            return
        page, pages = 1, 1
        while page <= pages:
            photo = self._decode(source, page)
            pages = photo.pages
            try:
                targets = self._claim(source, names, page if pages > 1 else None)
            except AlreadyThere as there:
                self.leave_out(source.path, f"was coloured before: {there}", False)
            else:
                self._colour_photo(source, photo, targets)
            page += 1

    def _decode(self, source: Source, page: int | None) -> Photo:
        return decode(source.path.read_bytes(), max_pixels=self.wishes.max_pixels, page=page)

    def _colour_photo(self, source: Source, photo: Photo, targets: list[tuple[int, Path]]) -> None:
        wishes = self.wishes
        if not (source.named or wishes.force) and judge(photo.pixels).in_colour:
            self.leave_out(source.path, "is in colour; --force colours it anew", False)
            return
        if not wishes.force and (why := why_unfit(photo.pixels)):
            self.leave_out(source.path, f"{why}; --force colours it all the same", source.named)
            return
        hints = [written.on(*photo.size) for written in wishes.hints]
        for number, target in targets:
            result = self.model.colorize(
                photo.pixels,
                hints,
                palette=wishes.palette,
                style=wishes.style,
                look=wishes.look,
                seed=None if number == 1 else wishes.seed + number - 1,
            )
            label = machine_made(self._origin(source))
            write_whole(target, encode_jpeg(result, exif=photo.exif, dpi=photo.dpi, xmp=label))
        self.coloured += 1

    def _origin(self, source: Source) -> Origin:
        return Origin(source.path.name, self.settings)

    def _claim(self, source: Source, names: Names, page: int | None) -> list[tuple[int, Path]]:
        return names.claim(self._origin(source), source.relative, page=page, variants=self.wishes.variants)


def _reason(error: Exception) -> str:
    text = str(error)
    if out_of_memory(error):
        return "needs more memory than there is"
    if isinstance(error, ValueError):
        return text
    return f"{type(error).__name__}: {text}"
