"""Sums over what a filter finds, and the seconds by which its jobs are sorted. Both read a bounded number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.store.actions import OPERATOR
from bot.store.log_search import Filter, search
from bot.store.tables import Step

REACH = 5_000
"""So many of the newest entries of the narrowest part of a filter are counted."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many jobs a filter finds, by outcome ("open" for none yet). whole: nothing was left out."""

    by_outcome: dict[str, int]
    whole: bool

    @property
    def number(self) -> int:
        """All together."""
        return sum(self.by_outcome.values())


def totals(engine: Engine, wanted: Filter) -> Totals:
    """Of the newest REACH jobs of the narrowest part of the filter."""
    with Session(engine) as session:
        found, looked_at = search(session, wanted).outcomes(session, REACH)
        return Totals(found, looked_at < REACH)


def seconds_of(engine: Engine, job_ids: Sequence[int]) -> dict[int, float]:
    """Working time by job, without an operator's steps."""
    query = select(Step.job_id, func.sum(Step.seconds)).where(Step.job_id.in_(job_ids), Step.stage != OPERATOR)
    with engine.connect() as connection:
        return {job_id: float(seconds) for job_id, seconds in connection.execute(query.group_by(Step.job_id))}
