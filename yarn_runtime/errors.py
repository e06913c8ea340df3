"""What can go wrong, as classes: a sentence that says what happened and a hint that says what to do; knows no vLLM.

RuntimeProblem
├── PlanProblem                 before an engine exists
│   ├── ModelUnknown            no such model: not a directory, not in the catalogue, not reachable
│   ├── ModelUnsupported        the model is known, and vLLM or a stretch cannot take it
│   ├── ConfigInvalid           its config.json or safetensors files are missing facts or contradict themselves
│   ├── MemoryUnknown           no GPU was found and none named, or the name is not known
│   ├── ContextInvalid          the wanted length is no length
│   ├── OptionInvalid           another wish has a value that no engine takes (KV dtype, utilization, sequences)
│   └── PlanNotFitting          the plan was made, it does not fit the memory, and someone wants it started
├── ResultsUnwritable           what was measured cannot be kept on the disk
├── TokenizerInvalid            a checkpoint's tokenizer files are missing or damaged
└── EngineProblem               around a process that serves
    ├── InstallFailed           the engine's environment or the embedded model could not be made
    ├── EngineMissing           no vLLM is installed here
    ├── EngineStartFailed       it ended, or was not ready in time
    ├── EngineMismatch          it runs, and not as planned
    ├── EngineBusy              it works on something that the wish would end
    ├── EngineUnreachable       no answer under its address
    ├── EngineRefused           it answered with an error
    └── PortTaken               another program listens there
"""


class RuntimeProblem(Exception):
    """The base of everything that this package raises on purpose; `str()` of it is the message."""

    retryable: bool = False
    """Whether the same call may succeed later without a person changing anything."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class PlanProblem(RuntimeProblem):
    """A plan cannot be made at all. A plan that does not fit the memory is no problem but `Plan.fits == False`."""


class ModelUnknown(PlanProblem):
    """Neither a directory with a config.json nor an id that the cache, the catalogue or the hub knows."""


class ModelUnsupported(PlanProblem):
    """The model was read, and it cannot be planned: no decoder, no positions to stretch, an unknown layer kind."""


class ConfigInvalid(PlanProblem):
    """config.json or a safetensors file lacks a needed fact, has one of the wrong kind, or contradicts itself."""


class MemoryUnknown(PlanProblem):
    """There is no GPU to be asked, its driver fails, or the named GPU is not in the table."""


class ContextInvalid(PlanProblem):
    """The wanted context is not a number of tokens, is not positive, or is beyond any model."""


class OptionInvalid(PlanProblem):
    """A KV dtype, dtype, utilization or number of sequences that no engine would take."""


class PlanNotFitting(PlanProblem):
    """A plan that does not fit the memory was to be started."""


class EngineProblem(RuntimeProblem):
    """Something about a serving process."""


class InstallFailed(EngineProblem):
    """The engine's environment or the embedded model could not be made."""

    retryable = True


class EngineMissing(EngineProblem):
    """No vLLM is installed, neither beside the app nor in an environment of its own."""


class EngineStartFailed(EngineProblem):
    """The server ended before it was ready, or was not ready in time."""


class EngineMismatch(EngineProblem):
    """The server runs with another length than was planned."""


class EngineBusy(EngineProblem):
    """The engine works on questions that a restart would end."""

    retryable = True


class EngineUnreachable(EngineProblem):
    """Nothing answers under the engine's address, or the connection broke."""

    retryable = True


class EngineRefused(EngineProblem):
    """The server answered with an error: the request was wrong for it, or it is in trouble."""


class PortTaken(EngineProblem):
    """Another program listens on the wanted port."""


class TokenizerInvalid(RuntimeProblem):
    """tokenizer.json or tokenizer_config.json is missing, damaged, or no tokenizer of a known kind."""


class ResultsUnwritable(RuntimeProblem):
    """The file that keeps measured results cannot be read or written."""
