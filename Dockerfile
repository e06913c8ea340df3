# The app alone; the engine is a container of its own.
FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml constraints.txt README.md ./
COPY ingest ingest
COPY yarn_runtime yarn_runtime
COPY assistant assistant
COPY ui ui
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-chi-sim \
 && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir -c constraints.txt . \
 && useradd --create-home --uid 1000 unspool \
 && install -d -o unspool /data
USER unspool
ENV UNSPOOL_DATA=/data UNSPOOL_CACHE=/data/cache HOME=/data
ENTRYPOINT ["unspool"]
