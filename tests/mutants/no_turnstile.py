"""Submissions share the phase row without queueing for it: whoever wants it alone waits as long as they come."""

from registration import phase_lock

phase_lock.ENTER = "SELECT set_config('lock_timeout', %s, true), %s, %s::integer"
