"""A portal without its keys does not start."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured


@pytest.mark.parametrize("name", ["DTKS_SEAL_KEYS", "DTKS_INDEX_KEYS"])
def test_a_missing_key_stops_the_start_with_its_name(settings: object, name: str) -> None:
    apps.get_app_config("identity").ready()
    setattr(settings, name, "")
    with pytest.raises(ImproperlyConfigured, match=f"{name} is wrong: it is empty. .*Example: {name}="):
        apps.get_app_config("identity").ready()
