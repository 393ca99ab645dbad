"""Models that this site has trained, each with its date: the newest is used, older ones explain older suggestions."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.services import Actor, record
from matching.linking.model import LinkageModel, WrongModel, default_model, read_model


class TrainedModel(models.Model):
    """A linkage model as trained, never changed. `body` is what `matching.linking.model.read_model` reads."""

    append_only = True

    version = models.CharField(_("version"), max_length=60, unique=True)
    body = models.JSONField(_("what was learned"))
    trained_at = models.DateTimeField(_("trained"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("trained linkage model")
        verbose_name_plural = _("trained linkage models")
        ordering = ["-trained_at", "-id"]

    def __str__(self) -> str:
        return self.version


def current_model() -> LinkageModel:
    """The newest that this site has trained, or the one that comes with the portal."""
    newest = TrainedModel.objects.first()
    return read_model(newest.body) if newest else default_model()


def model_of(version: str) -> LinkageModel:
    """The model of a version. Raises WrongModel where there is none."""
    found = TrainedModel.objects.filter(version=version).first()
    if found is not None:
        return read_model(found.body)
    if version in ("", default_model().version):  # a run from before there were models knows none
        return default_model()
    raise WrongModel(f"This site has no linkage model of the version {version!r}.")


@transaction.atomic
def keep_model(body: dict[str, Any], *, by: Actor | None) -> TrainedModel:
    """Let the runs that start from now on use a model. Raises WrongModel for one that cannot be read."""
    kept = TrainedModel.objects.create(version=read_model(body).version, body=body)
    kept.refresh_from_db()
    record(by=by, verb="matching.keep_linkage_model", subject=kept, data={"version": kept.version})
    return kept
