"""Spans in, an OpenTelemetry collector told of them out, where the environment names one: the only file that knows it.

`OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) and the other variables that OpenTelemetry
defines for OTLP over HTTP count, `OTEL_SERVICE_NAME` among them.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant import AssistantError

if TYPE_CHECKING:  # an extra, and half a second to import
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class TracesMissing(AssistantError):
    """Traces are wanted, and what sends them is not installed."""


@dataclass(frozen=True, slots=True)
class Span:
    """Something that took a while; times in nanoseconds since 1970."""

    name: str
    began: int
    ended: int
    facts: Mapping[str, str | int]


class Traces:
    """Sends spans in the background; without a provider it sends none."""

    def __init__(self, provider: "TracerProvider | None" = None) -> None:
        self._provider = provider

    def add(self, whole: Span, parts: Sequence[Span]) -> None:
        """One trace: a span and those within it."""
        if self._provider is None:
            return
        from opentelemetry.trace import set_span_in_context

        tracer = self._provider.get_tracer("unspool")
        root = tracer.start_span(whole.name, start_time=whole.began, attributes=dict(whole.facts))
        within = set_span_in_context(root)
        for part in parts:
            span = tracer.start_span(part.name, within, start_time=part.began, attributes=dict(part.facts))
            span.end(part.ended)
        root.end(whole.ended)

    def close(self) -> None:
        """Send what was not sent yet."""
        if self._provider is not None:
            self._provider.shutdown()


def wanted_traces(environment: Mapping[str, str] = os.environ) -> Traces:
    """What the environment asks for. Raises TracesMissing."""
    if not any(environment.get(name) for name in ENDPOINTS):
        return Traces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise TracesMissing(
            f"{ENDPOINTS[0]} is set, but traces cannot be sent: {error}.",
            "Install what sends them, pip install 'unspool[otel]', or unset it.",
        ) from error
    name = environment.get("OTEL_SERVICE_NAME", "unspool")
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(provider)
