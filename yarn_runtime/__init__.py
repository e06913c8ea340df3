"""Messages in, text out, over a context that YaRN stretches to what the memory holds; knows no documents."""

from yarn_runtime.chat import Event, Prefill, Text, Usage
from yarn_runtime.client import Message
from yarn_runtime.embedded import embedded_model
from yarn_runtime.engine import Engine, TokenCounter, attach
from yarn_runtime.environment import EngineEnvironment, Say
from yarn_runtime.environment import find as find_environment
from yarn_runtime.environment import install as install_environment
from yarn_runtime.environment import remove as remove_environment
from yarn_runtime.errors import EngineMissing, PlanNotFitting, PlanProblem, PortTaken, RuntimeProblem
from yarn_runtime.memory import Memory, parse_memory
from yarn_runtime.plan import Plan, plan
from yarn_runtime.policy import parse_context
from yarn_runtime.record import EngineRecord
from yarn_runtime.record import read as read_record
from yarn_runtime.serve import Place, free_port, refuse_unfit, serve
from yarn_runtime.serve import stop as stop_engine
from yarn_runtime.tokenizer import EstimatedTokenizer, Tokenizer

__all__ = [
    "Engine",
    "EngineEnvironment",
    "EngineMissing",
    "EngineRecord",
    "EstimatedTokenizer",
    "Event",
    "Memory",
    "Message",
    "Place",
    "Plan",
    "PlanNotFitting",
    "PlanProblem",
    "PortTaken",
    "Prefill",
    "RuntimeProblem",
    "Say",
    "Text",
    "TokenCounter",
    "Tokenizer",
    "Usage",
    "attach",
    "embedded_model",
    "find_environment",
    "free_port",
    "install_environment",
    "parse_context",
    "parse_memory",
    "plan",
    "read_record",
    "refuse_unfit",
    "remove_environment",
    "serve",
    "stop_engine",
]
