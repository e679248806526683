"""Operators who have a login of their own, and what they may do."""

import re
from collections.abc import Sequence

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from bot.store.database import insert_new
from bot.store.jobs import now
from bot.store.operator_tables import LoginSession, Operator


def name_of(typed: str) -> str:
    """A name as it is stored. Raises ValueError for one that is not plain."""
    name = " ".join(typed.split()).lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,49}", name):
        raise ValueError(f"{typed!r} is not a name: write it with letters, digits and . _ -, at most 50")
    return name


def add(engine: Engine, name: str, role: Role, password: str) -> bool:
    """Make an operator; password is its hash. False when there is one of that name."""
    row = {"name": name, "role": role.value, "password": password, "factor": None, "code_used": 0, "made_at": now()}
    with engine.begin() as connection:
        return connection.execute(insert_new(engine, Operator, row).returning(Operator.name)).first() is not None


def find(engine: Engine, typed: str) -> Operator | None:
    """The operator of that name, in any case."""
    try:
        name = name_of(typed)
    except ValueError:
        return None
    with Session(engine, expire_on_commit=False) as session:
        return session.get(Operator, name)


def everybody(engine: Engine) -> Sequence[Operator]:
    """All of them, by name."""
    with Session(engine) as session:
        return session.scalars(select(Operator).order_by(Operator.name)).all()


def role_of(engine: Engine, session: LoginSession) -> Role | None:
    """What this session may do now; None when its operator is none any more. The shared password lets act."""
    if session.operator is None:
        return Role.ACT
    operator = find(engine, session.operator)
    return Role(operator.role) if operator else None


def set_role(engine: Engine, name: str, role: Role) -> None:
    """It holds for open sessions too."""
    _set(engine, name, role=role.value)


def set_password(engine: Engine, name: str, password: str) -> None:
    """A new hash in place of the old one; the operator's sessions end."""
    _set(engine, name, password=password)
    end_sessions(engine, name)


def set_factor(engine: Engine, name: str, secret: str | None) -> None:
    """The base32 secret of the second factor, None for none; the operator's sessions end."""
    _set(engine, name, factor=secret, code_used=0)
    end_sessions(engine, name)


def use_code(engine: Engine, name: str, step: int) -> bool:
    """Note that the code of this time step was used; False when it, or a later one, was used before."""
    later = update(Operator).where(Operator.name == name, Operator.code_used < step).values(code_used=step)
    with engine.begin() as connection:
        return bool(connection.execute(later).rowcount)


def remove(engine: Engine, name: str) -> None:
    """Their login and their sessions end; what they did stays in the audit."""
    with engine.begin() as connection:
        connection.execute(delete(Operator).where(Operator.name == name))
    end_sessions(engine, name)


def end_sessions(engine: Engine, name: str) -> None:
    """Log an operator out everywhere."""
    with engine.begin() as connection:
        connection.execute(delete(LoginSession).where(LoginSession.operator == name))


def _set(engine: Engine, name: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(update(Operator).where(Operator.name == name).values(**values))
