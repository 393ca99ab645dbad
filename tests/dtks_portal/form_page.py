"""A page with every kind of control, only in tests, to look at the form templates with a browser."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from dtks_portal.urls import urlpatterns as portal_patterns
from identity.formfields import BirthDateField, NikField

YES_NO = [("ya", "Ya"), ("tidak", "Tidak")]
PAGE = engines["django"].from_string(
    '{% extends "base.html" %}{% load crispy_forms_tags %}{% block title %}Formulir{% endblock %}'
    '{% block content %}<h1>Formulir</h1>{% if whole %}{% crispy form %}{% else %}<form method="post" novalidate>'
    '{% csrf_token %}{{ form|crispy }}<button class="button">Kirim</button></form>{% endif %}{% endblock %}'
)


class EveryControl(forms.Form):
    nik = NikField(label="NIK", help_text="16 angka")
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea)
    area = forms.ChoiceField(label="Kelurahan", choices=[("", "Pilih"), ("Gambir", [("1", "Cideng"), ("2", "Petojo")])])
    car = forms.ChoiceField(label="Punya mobil?", help_text="Motor tidak", choices=YES_NO, widget=forms.RadioSelect)
    ids = forms.MultipleChoiceField(
        label="Dokumen", required=False, choices=[("KTP", "KTP"), ("KK", "KK")], widget=forms.CheckboxSelectMultiple
    )
    born = BirthDateField(label="Tanggal lahir", help_text="Contoh: 17 08 1985")
    agree = forms.BooleanField(label="Saya setuju")
    letter = forms.FileField(label="Surat", required=False)
    password = forms.CharField(label="Kata sandi", widget=forms.PasswordInput)
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        self.add_error(None, "Semua isian saling bertentangan.")
        return self.cleaned_data

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.add_input(Submit("kirim", "Kirim"))
        return helper


def show_form(request: HttpRequest) -> HttpResponse:
    bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return HttpResponse(PAGE.render({"form": EveryControl(*bound), "whole": "whole" in request.GET}, request))


urlpatterns = [path("uji-formulir/", show_form), *portal_patterns]
