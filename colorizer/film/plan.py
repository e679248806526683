"""The first reading of a film: when each frame is shown, and where the shots begin."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise

import cv2
import numpy as np
from scenedetect import AdaptiveDetector, FrameTimecode

from colorizer.film.errors import BrokenFilm, FilmTooLong
from colorizer.film.reading import Film
from colorizer.film.small import byte_luma

PIECE = 120
"""Frames at most that are coloured together and kept when done; longer shots are divided."""

_WIDE, _HIGH = 192, 1000  # pixels: the width of what is looked at for cuts, and its height at most


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames `start` up to `stop` of a shot. goes_on: whether the shot began in an earlier piece."""

    start: int
    stop: int
    goes_on: bool


@dataclass(frozen=True)
class Plan:
    """What the first reading found.

    pts: When each frame is shown, in the film's time base, and when the last one ends. shots: The first frame of each.
    """

    pts: list[int]
    shots: list[int]

    @classmethod
    def make(cls, film: Film, tell: Callable[[int], None], most_frames: int | None = None) -> "Plan":
        """Read the film once.

        tell: Called with the number of frames that were read.
        most_frames: Longer films are refused.

        Raises BrokenFilm where there is no frame, and FilmTooLong.
        """
        # The recipe's values; luma alone, since nothing else of the film is used.
        detector = AdaptiveDetector(
            adaptive_threshold=3.0, min_scene_len=15, window_width=2, min_content_val=15, luma_only=True
        )
        pts: list[int] = []
        cuts = {0}
        for number, frame in enumerate(film.read()):
            if most_frames is not None and number >= most_frames:
                raise FilmTooLong(f"{film.path.name} has more than {most_frames:,} frames")
            pts.append(frame.pts)
            height = min(_HIGH, max(1, round(_WIDE * film.height / film.width)))
            small = cv2.resize(byte_luma(frame.luma), (_WIDE, height), interpolation=cv2.INTER_AREA)
            found = detector.process_frame(FrameTimecode(number, fps=25.0), np.repeat(small[..., None], 3, axis=2))
            cuts.update(cut.frame_num for cut in found)
            tell(number + 1)
        if not pts:
            raise BrokenFilm(f"{film.path.name} holds no frame that can be decoded")
        usual = round(1 / (film.rate * film.time_base))
        return cls([*pts, pts[-1] + max(1, frame.duration or usual)], sorted(cuts))

    @property
    def frames(self) -> int:
        """How many frames."""
        return len(self.pts) - 1

    def shot_ranges(self) -> Iterator[tuple[int, int]]:
        """First frame of each shot, and that of the next."""
        return pairwise([*self.shots, self.frames])

    def pieces(self) -> Iterator[Piece]:
        """What is coloured together, in order: a shot, or part of one."""
        for first, end in self.shot_ranges():
            count = -(-(end - first) // PIECE)
            edges = [first + (end - first) * i // count for i in range(count + 1)]
            for start, stop in pairwise(edges):
                yield Piece(start, stop, goes_on=start > first)

    def json(self) -> str:
        """As text, for `read`."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Plan":
        """From what `json` wrote."""
        return cls(**json.loads(text))
