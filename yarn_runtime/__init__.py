"""Messages in, text out, over a context that YaRN stretches to what the memory holds; knows no documents."""

from yarn_runtime.chat import Event, Prefill, Text, Thought, ToolCall, Usage
from yarn_runtime.checkup import Measured, TokenizerCheck, check_tokenizer, measure
from yarn_runtime.client import Gauges, Message, Tool
from yarn_runtime.embedded import embedded_model
from yarn_runtime.engine import Engine, TokenCounter, attach
from yarn_runtime.environment import EngineEnvironment, Say
from yarn_runtime.environment import find as find_environment
from yarn_runtime.environment import install as install_environment
from yarn_runtime.environment import remove as remove_environment
from yarn_runtime.errors import (
    EngineBusy,
    EngineMismatch,
    EngineMissing,
    EngineProblem,
    EngineUnreachable,
    PlanNotFitting,
    PlanProblem,
    PortTaken,
    RuntimeProblem,
)
from yarn_runtime.hub import obtainable
from yarn_runtime.memory import Memory, parse_memory
from yarn_runtime.methods import METHODS, Method, described, stretched_by
from yarn_runtime.models import Candidate, default_model, models
from yarn_runtime.needle import Cell, Finding, Subject, cells, expected_seconds, grid, recall, recall_unstretched
from yarn_runtime.needle import run as find_needles
from yarn_runtime.perplexity import Passages, passages, perplexity, reference_text
from yarn_runtime.plan import Plan, Profile, plan
from yarn_runtime.policy import parse_context
from yarn_runtime.processor import processor
from yarn_runtime.profiles import Profiles, profiles
from yarn_runtime.record import EngineRecord
from yarn_runtime.record import read as read_record
from yarn_runtime.reliability import Reliability, in_k, judge
from yarn_runtime.results import Results
from yarn_runtime.scalings import Scalings, scalings
from yarn_runtime.serve import Place, free_port, refuse_unfit, serve
from yarn_runtime.serve import stop as stop_engine
from yarn_runtime.switch import cost as switch_cost
from yarn_runtime.switch import switch
from yarn_runtime.tokenizer import EstimatedTokenizer, Tokenizer

__all__ = [
    "METHODS",
    "Candidate",
    "Cell",
    "Engine",
    "EngineBusy",
    "EngineEnvironment",
    "EngineMismatch",
    "EngineMissing",
    "EngineProblem",
    "EngineRecord",
    "EngineUnreachable",
    "EstimatedTokenizer",
    "Event",
    "Finding",
    "Gauges",
    "Measured",
    "Memory",
    "Message",
    "Method",
    "Passages",
    "Place",
    "Plan",
    "PlanNotFitting",
    "PlanProblem",
    "PortTaken",
    "Prefill",
    "Profile",
    "Profiles",
    "Reliability",
    "Results",
    "RuntimeProblem",
    "Say",
    "Scalings",
    "Subject",
    "Text",
    "Thought",
    "TokenCounter",
    "Tokenizer",
    "TokenizerCheck",
    "Tool",
    "ToolCall",
    "Usage",
    "attach",
    "cells",
    "check_tokenizer",
    "default_model",
    "described",
    "embedded_model",
    "expected_seconds",
    "find_environment",
    "find_needles",
    "free_port",
    "grid",
    "in_k",
    "install_environment",
    "judge",
    "measure",
    "models",
    "obtainable",
    "parse_context",
    "parse_memory",
    "passages",
    "perplexity",
    "plan",
    "processor",
    "profiles",
    "read_record",
    "recall",
    "recall_unstretched",
    "reference_text",
    "refuse_unfit",
    "remove_environment",
    "scalings",
    "serve",
    "stop_engine",
    "stretched_by",
    "switch",
    "switch_cost",
]
