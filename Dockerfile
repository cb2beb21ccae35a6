FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY newsletter newsletter
COPY digests digests
COPY manage.py .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -c constraints.txt '.[prod]' \
    && /venv/bin/pip uninstall -y ai-jogan

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /var/lib/jogan jogan
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/var/lib/jogan STATIC_ROOT=/app/static
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py LICENSE ./
COPY newsletter newsletter
COPY digests digests
COPY templates templates
# collectstatic needs some key to start; the real one comes with the environment.
RUN SECRET_KEY=only-while-building ADDRESS_HASH_KEY=only-while-building DATA_DIR=/tmp/build \
    python manage.py collectstatic --noinput && rm -rf /tmp/build
USER jogan
EXPOSE 8000
CMD ["gunicorn", "newsletter.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--access-logfile", "-"]
