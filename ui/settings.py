"""Defaults, a file, the environment and flags in, one frozen object out: made once, at the top; knows no command."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

import ingest
from assistant import AssistantError, Effort
from ingest import LANGUAGES, Document, Limits
from ui.manner import Manner
from ui.traces import wanted_traces
from ui.trails import Trails

MIB = 1024 * 1024
FILE = Path(platformdirs.user_config_dir("unspool")) / "config.toml"


class SettingsInvalid(AssistantError):
    """A setting has a value that cannot be used; the message names it and where the value came from."""


class Settings(BaseSettings):
    """What a person can set; later sources win: defaults, config.toml, environment variables UNSPOOL_*, flags."""

    model_config = SettingsConfigDict(env_prefix="UNSPOOL_", toml_file=FILE, frozen=True, extra="forbid")

    data: Path = Path(platformdirs.user_data_dir("unspool"))
    """The library, the engine's environment, logs."""
    cache: Path = Path(platformdirs.user_cache_dir("unspool"))
    """The embedded model: can be removed and is made again."""
    model: str | None = None
    """A Hugging Face id or a directory with config.json; without it the one that suits this machine."""
    context: str | None = None
    """The wanted length, such as 16K; without it 16K on a CPU, 128K or what fits on a GPU."""
    kv_cache_dtype: str = "auto"
    """How the engine keeps keys and values: auto, fp8, int8_per_token_head ..."""
    utilization: float | None = None
    """Share of the memory that the engine may take; 0.92 of a GPU, 0.9 of RAM."""
    profile: Literal["auto", "native", "long"] = "auto"
    """Served as trained, or stretched to the context; auto stretches where the work needs it."""
    max_num_seqs: int | None = None
    """Requests that the engine serves at the same time."""
    tensor_parallel_size: int = Field(1, ge=1)
    """GPUs that share one model."""
    engine_url: str | None = None
    """A vLLM server that already runs."""
    ocr_languages: str = LANGUAGES
    """Of scans and pictures, as tesseract names them, such as eng+deu; each must be installed."""
    read_memory: int = Field(1536, ge=256)
    """MiB of memory that a reader of documents may take; each file is read by a process of its own."""
    read_seconds: int = Field(60, ge=1)
    """CPU seconds that it may take; twice as many pass on the clock at most."""
    read_pages: int = Field(20_000, ge=1)
    """Pages that a document may have."""
    rounds: int = Field(1, ge=0, le=8)
    """How often an answer may be revised."""
    tools: bool = True
    """Whether a model that can may look up what was left out, before it answers."""
    thinking: int = Field(0, ge=0, le=65_536)
    """Tokens that a model may think before it answers; 0 asks it not to, which finds more in long documents."""
    rewrite: bool = False
    """Whether `unspool ask` has the model put a question in other words first, where passages are searched for."""
    round_seconds: float | None = None
    """After so many seconds no further round of an answer begins."""
    round_tokens: int | None = None
    """After so many tokens, read anew or written, no further round of an answer begins."""
    consent_tokens: int | None = None
    """A prompt longer than this is only sent when the person agrees."""
    log: Literal["off", "json"] = "off"
    """Whether each question that the page or a program asks, and each item of a job, leaves a line of JSON on stderr,
    without any of its text."""
    host: str = "127.0.0.1"
    """Where the page listens; on any other address than this machine's own it wants users."""
    port: int = Field(7860, ge=1, le=65535)
    """And its port."""
    host_names: tuple[str, ...] = ()
    """What the page is called elsewhere, beside its addresses; it answers to no other name."""

    def trails(self) -> Trails:
        """Where the log and the traces go. Raises TracesMissing."""
        return Trails(log=self.log == "json", traces=wanted_traces())

    def effort(self, *, agreed: bool) -> Effort:
        """The bounds of a run; `agreed` where a person has consented to any length beforehand."""
        return Effort(self.round_seconds, self.round_tokens, None if agreed else self.consent_tokens)

    def manner(self) -> Manner:
        """How the page and programs are answered: they cannot be asked for consent."""
        return Manner(self.rounds, self.tools, self.thinking, self.effort(agreed=True))

    @property
    def library(self) -> Path:
        """The folder of the library."""
        return self.data / "library"

    def read(self, source: str, *, progress: Callable[[int, int], None] = lambda done, of: None) -> Document:
        """What the file, folder or repository holds, read as these settings want it; raises an IngestError."""
        return ingest.read(source, languages=self.ocr_languages, limits=self.limits, progress=progress)

    def read_for_others(self, source: str, *, progress: Callable[[int, int], None] = lambda done, of: None) -> Document:
        """The same for a person who is not this account's own, without its credentials and its network."""
        limits = replace(self.limits, credentials=False, local_network=False)
        return ingest.read(source, languages=self.ocr_languages, limits=limits, progress=progress)

    @property
    def limits(self) -> Limits:
        """What reading one document may cost."""
        return Limits(
            memory=self.read_memory * MIB,
            cpu_seconds=self.read_seconds,
            wall_seconds=2.0 * self.read_seconds,
            pages=self.read_pages,
        )

    @property
    def engines(self) -> Path:
        """The folder of the engine's own environments."""
        return self.data / "engines"

    @property
    def record(self) -> Path:
        """The file that names the engine that runs."""
        return self.data / "engine.json"

    @property
    def keys(self) -> Path:
        """The file of those who may use the HTTP API."""
        return self.data / "keys.json"

    @property
    def paces(self) -> Path:
        """The file of how fast engines read here."""
        return self.data / "paces.json"

    @property
    def logs(self) -> Path:
        """The folder of the engine's logs."""
        return self.data / "logs"

    @property
    def models(self) -> Path:
        """The folder of the embedded model."""
        return self.cache / "models"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags over environment over file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**flags: Any) -> Settings:
    """The settings of this call; a flag that is None was not given. Raises SettingsInvalid."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        source = f"the flag --{name.replace('_', '-')}" if name in given else f"UNSPOOL_{name.upper()} or {FILE}"
        raise SettingsInvalid(
            f"The setting {name} cannot be {first.get('input')!r}: {first['msg']}.", f"Correct {source}."
        ) from error
    except ValueError as error:  # a TOML file that is none
        raise SettingsInvalid(f"The settings file cannot be read: {error}.", f"Correct or remove {FILE}.") from error
