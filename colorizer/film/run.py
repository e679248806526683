"""A film from beginning to end, kept piece by piece so that a run that was stopped goes on."""

import hashlib
import json
import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from colorizer.errors import InputError
from colorizer.film import flat
from colorizer.film.errors import FilmError
from colorizer.film.flow import Map
from colorizer.film.hints import Given, TimedHint, followed
from colorizer.film.painting import Painter
from colorizer.film.plan import Piece, Plan
from colorizer.film.planes import Chroma
from colorizer.film.preview import preview
from colorizer.film.reading import Film, Frame
from colorizer.film.small import Shrinking, Small
from colorizer.film.steady import Carried, steady
from colorizer.film.writing import PieceWriter, check_result, join
from colorizer.model import Colorizer
from colorizer.pixels import Pixels
from colorizer.whole_files import write_whole

STEADY = ("flow", "mean", "none")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    stage: "cuts", "colours" or "joining". done, total: Frames; total is an estimate while cuts are looked for.
    resumed: Frames of `done` that an earlier run did.
    """

    stage: Literal["cuts", "colours", "joining"]
    done: int
    total: int
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a film is to be coloured.

    look: As in `Colorizer.colorize`.
    steady: "flow"; or for comparison "none", each frame for itself, and "mean", the mean of chroma over five frames.
    hints: Colours that are known at a place and a time; they spread through the shot. With "flow" alone.
    most_frames, most_pixels: Longer and larger films are refused; None for no limit.
    comment: Words that the result carries in place of the film's own titles; None for those.
    """

    look: str = "natural"
    steady: str = "flow"
    hints: Sequence[TimedHint] = ()
    most_frames: int | None = None
    most_pixels: int | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        if self.steady not in STEADY:
            raise InputError(f"steady {self.steady!r}: choose one of {', '.join(STEADY)}")
        if self.hints and self.steady != "flow":
            raise InputError(f"hints spread along the flow: steady {self.steady!r} takes none")


def colour_film(
    model: Colorizer,
    source: Path | Film,
    out: Path,
    wishes: Wishes | None = None,
    *,
    weights: str = "compact",
    tell: Callable[[Progress], None] | None = None,
) -> Plan:
    """Colour a film. Its luma, sound, times, rotation and range of values stay; the result is H.264.

    source: Whatever FFmpeg reads, or a film that was opened before.
    out: .mp4, .mkv or .mov. Beside it a folder of the same name with ".partial" holds the pieces that are done; it goes
        when all are. A run with the same film and wishes goes on from there.
    weights: Name of the model's weights, by which a later run knows whether it may go on.
    tell: Called after every frame.

    Raises OSError, FilmError, and InputError for a result that cannot be written.
    """
    wishes = wishes or Wishes()
    tell = tell or _silent
    painter = Painter(model, wishes.look)
    film = source if isinstance(source, Film) else Film.open(source)
    check_result(out, film)
    if out.exists() and any(out.samefile(one) for one in (film.path, film.sound) if one is not None):
        raise InputError(f"{out} is the film itself, which would be written over; give the result another name")
    film.check_size(wishes.most_pixels)
    work = Work(out.with_name(f"{out.name}.partial"), film, wishes, weights)
    try:
        plan = work.plan(tell)
        work.colour(plan, painter, tell)
    except (FilmError, InputError):  # another run would end the same way
        shutil.rmtree(work.folder)
        raise
    tell(Progress("joining", plan.frames, plan.frames))
    whole = work.folder / f"whole{out.suffix}"
    join([work.piece(piece) for piece in plan.pieces()], plan.pts, film, whole, wishes.comment)
    whole.replace(out)
    shutil.rmtree(work.folder)
    return plan


class Work:
    """The folder with what is done of a film.

    folder: Made where it is not there; emptied where it belongs to another film or other wishes.
    """

    def __init__(self, folder: Path, film: Film, wishes: Wishes, weights: str) -> None:
        self.folder = folder
        self.film = film
        self.wishes = wishes
        told = [*_told_of(film.path), *(_told_of(film.sound) if film.sound else ()), weights, asdict(wishes)]
        self._key = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        key = folder / "film"
        if folder.exists() and not key.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{folder} is not of this program, so it stays: name another result, or move it away")
        if key.exists() and key.read_text() != self._key:
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        key.write_text(self._key)

    def piece(self, piece: Piece) -> Path:
        """The file of a piece that is done."""
        return self.folder / f"{piece.start:08}.nut"

    def plan(self, tell: Callable[[Progress], None]) -> Plan:
        """The plan of the film, made or read."""
        file = self.folder / "plan.json"
        if file.exists():
            return Plan.read(file.read_text())
        total = self.film.frames
        plan = Plan.make(
            self.film, lambda done: tell(Progress("cuts", done, max(done, total))), self.wishes.most_frames
        )
        write_whole(file, plan.json().encode())
        return plan

    def colour(self, plan: Plan, painter: Painter, tell: Callable[[Progress], None]) -> None:
        """Colour the pieces that are not done yet."""
        pieces = list(plan.pieces())
        resumed = sum(piece.stop - piece.start for piece in pieces if self.piece(piece).exists())
        shrinking = shrinking_for(self.film, painter)
        given = followed(self.wishes.hints, self.film, plan, shrinking)
        chroma = Chroma(self.film)
        done = resumed
        previous: Piece | None = None
        kept = [self.piece(piece).exists() for piece in pieces]
        with (
            closing(_skipping(self.film, kept, pieces)) as analysed,
            closing(_skipping(self.film, kept, pieces)) as joined,
        ):
            for piece in pieces:
                before, previous = previous, piece
                if self.piece(piece).exists():
                    continue
                count = piece.stop - piece.start
                frames = [shrinking.shrink(frame.luma) for frame in islice(analysed, count)]
                carried = self._carried(before) if before and piece.goes_on else None
                hints = {
                    number - piece.start: given[number] for number in range(piece.start, piece.stop) if number in given
                }
                colours = self._colours(frames, painter, carried, hints)
                unfinished = self.folder / "unfinished.nut"
                with PieceWriter(unfinished, self.film) as writer:
                    for frame, small, ab in zip(islice(joined, count), frames, colours, strict=True):
                        planes = chroma.planes(frame.luma, ab, small.lightness)
                        writer.write(frame.pts, frame.luma, planes)
                        done += 1
                        tell(Progress("colours", done, plan.frames, resumed))
                    writer.finish()
                most = max((len(known) for known in hints.values()), default=0)
                self._keep(piece, Carried(frames[-1], colours[-1], most))
                unfinished.replace(self.piece(piece))
                if before:
                    self._carrying(before).unlink(missing_ok=True)

    def _colours(
        self, frames: list[Small], painter: Painter, before: Carried | None, hints: dict[int, list[Given]]
    ) -> list[Map]:
        if self.wishes.steady == "flow":
            return steady(frames, painter, before, hints)
        own = [encoded.ab for encoded in painter.encode(frames)]
        return own if self.wishes.steady == "none" else flat.mean(own)

    def _carrying(self, piece: Piece) -> Path:
        return self.folder / f"{piece.start:08}.npz"

    def _keep(self, piece: Piece, carried: Carried) -> None:
        with self._carrying(piece).open("wb") as stream:
            np.savez(stream, L=carried.frame.L, grey=carried.frame.grey, ab=carried.ab, hints=carried.hints)

    def _carried(self, piece: Piece) -> Carried:
        with np.load(self._carrying(piece)) as kept:
            return Carried(Small(kept["L"], kept["grey"]), kept["ab"], int(kept["hints"]))


def preview_film(
    model: Colorizer,
    source: Path,
    wishes: Wishes | None = None,
    *,
    tell: Callable[[Progress], None] | None = None,
) -> Pixels:
    """Three coloured frames of each shot on one sheet, uint8 (height, width, 3). Arguments as for `colour_film`."""
    wishes = wishes or Wishes()
    tell = tell or _silent
    painter = Painter(model, wishes.look)
    film = Film.open(source)
    plan = Plan.make(film, lambda done: tell(Progress("cuts", done, max(done, film.frames))), wishes.most_frames)
    shrinking = shrinking_for(film, painter)
    return preview(film, plan, painter, shrinking, followed(wishes.hints, film, plan, shrinking))


def shrinking_for(film: Film, painter: Painter) -> Shrinking:
    """How the frames of a film are made small for a network."""
    height, width = film.height, max(1, round(film.width * film.aspect))
    if film.rotation % 180:
        height, width = width, height
    return Shrinking(film, painter.model.architecture.input_size(height, width))


def _skipping(film: Film, done: list[bool], pieces: list[Piece]) -> Generator[Frame]:
    """The frames of the pieces that are not done."""
    with closing(film.read()) as frames:
        for piece, skip in zip(pieces, done, strict=True):
            part = islice(frames, piece.stop - piece.start)
            if skip:
                for _ in part:
                    pass
            else:
                yield from part


def _told_of(file: Path) -> list[str | int]:
    """What tells a file from another, or from itself as it was."""
    state = file.stat()
    return [str(file.resolve()), state.st_size, state.st_mtime_ns]


def _silent(progress: Progress) -> None:
    del progress
