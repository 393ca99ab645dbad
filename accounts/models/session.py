"""Where somebody is signed in."""

import uuid

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OpenSessionQuerySet(models.QuerySet["OpenSession"]):
    def alive(self) -> "OpenSessionQuerySet":
        """Those whose session has neither ended nor run out."""
        sessions = Session.objects.filter(session_key=models.OuterRef("session_key"), expire_date__gt=Now())
        return self.filter(models.Exists(sessions))


class OpenSession(models.Model):
    """One signed-in browser. `device` is as coarse as "Chrome, Android": enough to recognise one's own.

    No foreign key: a session gets a new key at times, and its contents are sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(_("device"), max_length=60, blank=True)
    began_at = models.DateTimeField(_("signed in"), default=timezone.now)

    objects = OpenSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("open session")
        verbose_name_plural = _("open sessions")
        ordering = ["-began_at"]

    def __str__(self) -> str:
        return str(self.pk)
