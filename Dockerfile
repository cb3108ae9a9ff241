# syntax=docker/dockerfile:1

# pinned, so that the same checkout makes the same image; raise it with the releases of Python
ARG PYTHON=3.12.12-slim-bookworm

# --- builds the virtual environment; compilers and caches stay behind here
FROM python:${PYTHON} AS build
WORKDIR /src
RUN python -m venv /opt/paperboy
COPY pyproject.toml setup.py constraints.txt README.md LICENSE ./
COPY bot bot
COPY adapters adapters
# a model for search by meaning, kept in the image: docker build --build-arg ENCODER=sentence-transformers/all-MiniLM-L6-v2
ARG ENCODER=""
RUN /opt/paperboy/bin/pip install --no-cache-dir --constraint constraints.txt ".[postgres${ENCODER:+,semantic}]" \
    && mkdir /opt/paperboy/models \
    && if [ -n "$ENCODER" ]; then /opt/paperboy/bin/python -m bot.search.encoders "$ENCODER" /opt/paperboy/models; fi

# --- what runs: Python, the environment, and a user who may write to /data and nowhere else
FROM python:${PYTHON}
RUN useradd --system --uid 10001 --home-dir /data paperboy && install -d -o paperboy -m 0700 /data
COPY --from=build /opt/paperboy /opt/paperboy
ARG ENCODER=""
ENV PATH=/opt/paperboy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PAPERBOY_DATA_DIR=/data \
    PAPERBOY_MODELS_DIR=${ENCODER:+/opt/paperboy/models} \
    PAPERBOY_ENCODER=$ENCODER
USER 10001
WORKDIR /data
VOLUME /data
# red when digests do not go out: the tick is late, the oldest due delivery waits too long, the database is not writable
HEALTHCHECK --interval=1m --timeout=30s --start-period=90s CMD ["paperboy", "doctor", "--live"]
ENTRYPOINT ["paperboy"]
CMD ["run"]
