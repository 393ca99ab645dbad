# The portal's image: web, worker, scheduler and migrate run from it (docker-compose.yml says with which command).
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements/production.txt requirements/production.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/production.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=dtks_portal.settings.production
# Workers write receipts as PDF with pango; a face with all letters goes with it. Without them the print page is the way.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin dtks \
    && install -d -o dtks -g dtks /var/lib/dtks /var/lib/dtks/media \
    && install -d -m 700 -o dtks -g dtks /var/lib/dtks/extracts
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# Collecting static files reads code only; it needs no secret.
RUN DJANGO_SETTINGS_MODULE=dtks_portal.settings.check python manage.py collectstatic --no-input
USER dtks
VOLUME /var/lib/dtks
EXPOSE 8000
CMD ["gunicorn", "--config", "gunicorn.conf.py", "--bind", "0.0.0.0:8000", "dtks_portal.wsgi:application"]
