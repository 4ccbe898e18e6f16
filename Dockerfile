# One image for the pages, the worker and the commands. Data and keys are never in it.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /opt/casework

COPY requirements.txt .
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt

COPY . .
RUN .venv/bin/python scripts/catalogues.py compile \
    && .venv/bin/python -m compileall -q casework scripts wsgi.py \
    && useradd --system --uid 10001 --home-dir /opt/casework casework \
    && install -d -m 0700 -o casework -g casework instance anchors

USER casework
ENTRYPOINT ["/opt/casework/.venv/bin/python"]
CMD ["scripts/serve.py", "web"]
