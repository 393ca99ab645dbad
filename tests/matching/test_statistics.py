"""The planner has to hear of each run: it reads all of one that it believes to be empty."""

import pytest
from django.db import connection

from matching.models import AssetEvidence, PersonVerdict

YEARS_OF_RUNS, ONE_RUN = 50_000_000, 20_000  # rows


@pytest.mark.django_db
@pytest.mark.parametrize("model", [PersonVerdict, AssetEvidence])
def test_one_more_run_renews_the_statistics_however_many_there_were(
    model: type[PersonVerdict] | type[AssetEvidence],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(reloptions) FROM pg_class WHERE relname = %s", [model._meta.db_table])
        told = dict(option.split("=") for (option,) in cursor.fetchall())
    factor, threshold = (told[f"autovacuum_analyze_{name}"] for name in ("scale_factor", "threshold"))
    assert float(factor) * YEARS_OF_RUNS + int(threshold) < ONE_RUN
