# The result is the last stage. `--target simulator` is the LINE platform for a laptop, never for production.

FROM python:3.13-slim AS builder
# For mysqlclient, which has no wheels for Linux.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev libmariadb-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements-mysql.txt requirements-local.txt ./
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --require-hashes --requirement requirements-mysql.txt \
 && python -m venv --without-pip /local \
 && pip --python /local/bin/python install --require-hashes --requirement requirements-local.txt \
 && find /venv \( -type d -name tests -o -name '*.po' \) -prune -exec rm -r {} +
COPY manage.py gunicorn.conf.py ./
COPY todobot todobot
COPY todos todos
# What is compiled here is never written later, when the file system is read-only.
RUN for folder in todos/locale/*/LC_MESSAGES; do \
        /local/bin/pybabel --quiet compile --input-file "$folder/django.po" --output-file "$folder/django.mo" || exit 1; \
    done \
 && DATABASE_URL=mysql://none /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && python -m compileall -q --invalidation-mode unchecked-hash manage.py gunicorn.conf.py todobot todos \
 && rm requirements-*.txt


FROM python:3.13-slim AS simulator
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/local/bin:$PATH
WORKDIR /app
COPY --from=builder /local /local
COPY simulator simulator
USER 10001
EXPOSE 5001
ENTRYPOINT ["python", "-m", "simulator", "--host", "0.0.0.0"]


FROM python:3.13-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libmariadb3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin todobot
ENV LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PATH=/venv/bin:$PATH \
    BIND=0.0.0.0:5000
WORKDIR /app
COPY --from=builder /venv /venv
COPY --from=builder /app /app
ARG VERSION=unknown
ENV VERSION=$VERSION
LABEL org.opencontainers.image.version="$VERSION"
USER 10001
EXPOSE 5000
CMD ["gunicorn", "-c", "gunicorn.conf.py", "todobot.wsgi"]
