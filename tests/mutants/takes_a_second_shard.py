"""A worker that looks for runs by itself whatever its own tasks are doing."""

from typing import Any

from jobs import polling

looks: Any = polling
looks.has_a_task_at_a_run = lambda: False
