"""Pages of a draft are saved without holding the draft: two at once both find the version they expect."""

from registration import services
from registration.models import Draft


def lock_draft(draft: Draft) -> Draft:
    return Draft.objects.select_related("phase", "kelurahan").get(pk=draft.pk)


services.lock_draft = lock_draft
