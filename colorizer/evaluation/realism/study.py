"""Sessions of a realism test: which pairs a participant sees in what order, and the answers."""

import secrets
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import SystemRandom

from colorizer.errors import InputError
from colorizer.evaluation.realism.pictures import StudyPhoto
from colorizer.evaluation.realism.results import Answer, Kind, Results

CATCH_EVERY = 10
"""One in so many trials is a catch trial, as published: a photograph against itself in another one's colours."""


@dataclass(frozen=True)
class Trial:
    """A pair. pictures: the names under which its two pictures are served, in order. real: 0 or 1."""

    kind: Kind
    photo: StudyPhoto
    pictures: tuple[str, str]
    real: int


class Stage(StrEnum):
    """What a session's page shows."""

    TRIAL = "trial"
    FEEDBACK = "feedback"
    END = "end"


class Session:
    """One participant's way through the trials."""

    def __init__(self, name: str, model: str, trials: list[Trial]) -> None:
        self.name = name
        self.model = model
        self.trials = trials
        self.at = 0
        self.shown = 0
        self.right: bool | None = None
        """Whether the last practice answer was right, while that is shown."""

    @property
    def stage(self) -> Stage:
        """What comes next."""
        if self.right is not None:
            return Stage.FEEDBACK
        return Stage.TRIAL if self.at < len(self.trials) else Stage.END


class Study:
    """All sessions of a running test. Safe to share between threads.

    practice: pairs with feedback, not counted. trials: pairs that count, catch trials among them. Each session is
    about one model, the one with the fewest sessions so far. Raises InputError for too few photographs: nobody sees a
    photograph twice.
    """

    def __init__(
        self,
        photos: Sequence[StudyPhoto],
        models: Sequence[str],
        results: Results,
        *,
        practice: int = 10,
        trials: int = 40,
    ) -> None:
        if len(photos) < practice + trials:
            raise InputError(f"{practice} + {trials} pairs need {practice + trials} photographs, not {len(photos)}")
        self.practice, self.trials = practice, trials
        self._photos, self._results = photos, results
        # The order must not follow from a seed that a participant could know.
        self._random = SystemRandom()
        self._begun = Counter(dict.fromkeys(models, 0))
        self._begun.update(model for model in results.models() if model in self._begun)
        self._sessions: dict[str, Session] = {}
        self._pictures: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def begin(self) -> Session:
        """A new session for somebody who agreed."""
        with self._lock:
            model = min(self._begun, key=lambda name: (self._begun[name], self._random.random()))
            self._begun[model] += 1
            catches = -(-self.trials // CATCH_EVERY)
            kinds = [Kind.CATCH] * catches + [Kind.TEST] * (self.trials - catches)
            self._random.shuffle(kinds)
            kinds = [Kind.PRACTICE] * self.practice + kinds
            chosen = self._random.sample(self._photos, len(kinds))
            trials = [self._trial(kind, photo, model) for kind, photo in zip(kinds, chosen, strict=True)]
            session = Session(secrets.token_urlsafe(12), model, trials)
            self._sessions[session.name] = session
            return session

    def session(self, name: str) -> Session:
        """A running session. Raises KeyError."""
        return self._sessions[name]

    def picture(self, name: str) -> bytes:
        """A JPEG file by the name under which a trial shows it. Raises KeyError."""
        return self._pictures[name]

    def show(self, session: Session) -> Trial:
        """The trial that the session is at; it is noted how often it was shown."""
        with self._lock:
            session.shown += 1
            return session.trials[session.at]

    def answer(self, session: Session, trial: int, choice: int, seconds: float | None) -> None:
        """Take the answer that picture `choice`, 0 or 1, of trial number `trial` is real; a second answer is ignored.

        seconds: from the question to the answer, None where it is not known.
        """
        with self._lock:
            if session.stage is not Stage.TRIAL or trial != session.at:
                return
            asked = session.trials[trial]
            right = choice == asked.real
            self._results.add(
                Answer(session.name, session.model, asked.kind, asked.photo.number, right, session.shown, seconds)
            )
            if asked.kind is Kind.PRACTICE:
                session.right = right
            else:
                self._advance(session)

    def proceed(self, session: Session) -> None:
        """Go on from the feedback of a practice trial."""
        with self._lock:
            if session.stage is Stage.FEEDBACK:
                session.right = None
                self._advance(session)

    def _advance(self, session: Session) -> None:
        for name in session.trials[session.at].pictures:
            del self._pictures[name]
        session.at += 1
        session.shown = 0
        if session.stage is Stage.END:
            self._results.finish(session.name, session.model)

    def _trial(self, kind: Kind, photo: StudyPhoto, model: str) -> Trial:
        real = self._random.randrange(2)
        pair = [photo.wrong if kind is Kind.CATCH else photo.coloured[model]]
        pair.insert(real, photo.real)
        names = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
        self._pictures.update(zip(names, pair, strict=True))
        return Trial(kind, photo, names, real)
