"""Families leave the queue in a commit of their own, before their notices are written."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection

from registration.models import Family
from stages import telling
from stages.models import OutcomeDecision, UntoldFamily

honest = telling.tell_families


def commit_before(families: Sequence[Family], decisions: Mapping[UUID, OutcomeDecision]) -> None:
    UntoldFamily.objects.filter(family__in=families).delete()
    connection.connection.commit()
    honest(families, decisions)


telling.tell_families = commit_before
