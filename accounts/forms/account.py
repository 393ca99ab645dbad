from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of pages and messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
