from datetime import timedelta

import pytest

from bot.periodic.tasks import TaskRegistry

MINUTE = timedelta(minutes=1)


def test_tasks_keep_the_order_in_which_they_were_added():
    registry = TaskRegistry()
    for name in ("posts", "comments", "backups"):
        registry.add(name, MINUTE, lambda: None)
    assert [task.name for task in registry] == ["posts", "comments", "backups"]
    assert "posts" in registry
    assert "pictures" not in registry


def test_a_name_that_is_taken_is_refused():
    registry = TaskRegistry()
    registry.add("posts", MINUTE, lambda: None)
    with pytest.raises(ValueError, match="'posts'"):
        registry.add("posts", MINUTE, lambda: None)
