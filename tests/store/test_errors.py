"""What an error of the database says, in a traceback and in what is kept of it."""

import traceback

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.store import jobs
from bot.store.tables import Job, Note

SECRET = "u/mallory: please colour my grandmother"


def error_of(action):
    with pytest.raises(IntegrityError) as caught:
        action()
    return caught.value, "".join(traceback.format_exception(caught.value))


def twice(engine):
    with engine.begin() as connection:
        for _ in range(2):
            connection.execute(insert(Note).values(name=SECRET, value=SECRET, changed_at=jobs.now()))


def incomplete(engine):
    with Session(engine) as session, session.begin():
        session.add(Job(summons="t1_a", title=SECRET))


@pytest.mark.parametrize("fault", [twice, incomplete])
def test_an_error_quotes_no_row(engine, fault):
    error, said = error_of(lambda: fault(engine))
    assert SECRET not in said
    assert SECRET not in str(error.orig)
    assert "constraint" in said.lower()
    assert "DETAIL" not in said
