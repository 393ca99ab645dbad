"""The official areas: province → kota or kabupaten → kecamatan → kelurahan."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from areas.spelling import search_key


class Level(models.TextChoices):
    """Levels of an area. A kabupaten stands on the level of a kota; its name says what it is."""

    PROVINSI = "provinsi", _("province")
    KOTA = "kota", _("city or regency")
    KECAMATAN = "kecamatan", _("kecamatan")
    KELURAHAN = "kelurahan", _("kelurahan")


class AreaQuerySet(models.QuerySet["Area"]):
    def kelurahan(self) -> "AreaQuerySet":
        return self.filter(level=Level.KELURAHAN)

    def kecamatan(self) -> "AreaQuerySet":
        return self.filter(level=Level.KECAMATAN)

    def kota(self) -> "AreaQuerySet":
        return self.filter(level=Level.KOTA)

    def search(self, text: str) -> "AreaQuerySet":
        """Areas whose name, other spelling or surrounding areas hold every word of `text`; nothing for no word."""
        words = search_key(text).split()
        if not words:
            return self.none()
        found = self
        for word in words[:10]:
            found = found.filter(search_text__contains=word)
        own_name = models.Q(search_text__startswith=" ".join(words))
        return found.order_by(models.Case(models.When(own_name, then=0), default=1), "code")


class Area(models.Model):
    """One area of the Ministry of Home Affairs' list; `code` is the ministry's, such as "31.71.01.1001"."""

    code = models.CharField(_("code"), max_length=13, primary_key=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    name = models.CharField(_("name"), max_length=80)
    full_name = models.CharField(_("full name"), max_length=200, blank=True, help_text=_("Written by the loader."))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    bps_code = models.CharField(_("BPS code"), max_length=10, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    search_text = models.CharField(max_length=400, blank=True, editable=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "code"], name="areas_area_level")]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="areas_area_level_known"),
            models.CheckConstraint(
                condition=models.Q(level=Level.PROVINSI, parent__isnull=True)
                | (~models.Q(level=Level.PROVINSI) & models.Q(parent__isnull=False)),
                name="areas_area_parent_unless_province",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.name

    @property
    def kota_code(self) -> str:
        """Code of the kota or kabupaten this area lies in ("31.71"); "" for the province."""
        return self.code[:5] if len(self.code) >= 5 else ""

    @property
    def kecamatan_code(self) -> str:
        """Code of the kecamatan this area lies in ("31.71.01"); "" above that level."""
        return self.code[:8] if len(self.code) >= 8 else ""


class AreaAlias(models.Model):
    """Another spelling of an area's name, as other official lists write it: for search and imports, never shown."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("other spelling")
        verbose_name_plural = _("other spellings")
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="areas_alias_once")]

    def __str__(self) -> str:
        return self.name


class AreaRelease(models.Model):
    """Which edition of the official list is loaded; processes keep their copy of the list until this changes."""

    sha256 = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("edition of the areas")
        verbose_name_plural = _("editions of the areas")
        get_latest_by = "loaded_at"

    def __str__(self) -> str:
        return self.sha256[:12]
