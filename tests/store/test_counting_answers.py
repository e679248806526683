"""Counting answers, on both databases."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.domain.limits import Counts
from bot.store import jobs
from bot.store.limits import counts
from bot.store.tables import Job


def put(engine, name, **values):
    moment = jobs.now()
    row = {
        "summons": name,
        "source": "mention",
        "subreddit": "pics",
        "author": "ida",
        "post": "t3_p",
        "received_at": moment,
        "not_before": moment,
        "finished_at": moment,
        "stage": "finish",
        "outcome": "colorized",
    } | values
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.add(job := Job(**row))
    return job


def test_what_counts_as_an_answer(engine):
    asking = put(engine, "t1_asking", stage="locate", outcome=None, finished_at=None)
    assert counts(engine, asking) == Counts()
    put(engine, "t1_a")
    put(engine, "t1_b", outcome="given_again", author="karl")
    put(engine, "t1_c", outcome=None, finished_at=None, stage="colorize", post="t3_q")
    put(engine, "t1_d", subreddit="OldPhotos", post="t3_r")
    put(engine, "t1_e", author=None, post=None, subreddit="")
    put(engine, "t1_f", outcome="already_colour", reply="t1_why", post="t3_s")
    put(engine, "t4_g", delivery="message", reply="t4_private")
    # None of these is an answer.
    put(engine, "t1_v", outcome="already_colour")
    put(engine, "t1_w", outcome=None, finished_at=None, stage="locate")
    put(engine, "t1_x", outcome="reply_failed")
    assert counts(engine, asking) == Counts(by_user=5, in_thread=2, in_subreddit=5, in_all=7, by_user_here=4)


def test_a_day_is_24_hours_and_a_thread_is_for_ever(engine):
    asking = put(engine, "t1_asking", stage="locate", outcome=None, finished_at=None)
    put(engine, "t1_a", received_at=jobs.now() - timedelta(hours=23))
    put(engine, "t1_b", received_at=jobs.now() - timedelta(hours=25))
    assert counts(engine, asking) == Counts(by_user=1, in_thread=2, in_subreddit=1, in_all=1, by_user_here=1)


def test_nobody_and_nowhere_are_not_counted_together(engine):
    unknown = {"author": None, "post": None, "subreddit": ""}
    asking = put(engine, "t4_asking", **unknown)
    put(engine, "t4_a", **unknown)
    assert counts(engine, asking) == Counts(in_all=1)
