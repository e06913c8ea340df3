"""The options that all commands over documents share, as one value; a command takes it as its argument `options`."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from ui.cli_options import (
    AsJson,
    ContextLength,
    EngineUrl,
    Exclude,
    Include,
    ModelOption,
    OcrLanguages,
    Password,
    Revision,
    Rounds,
    ServedProfile,
)
from ui.settings import Settings, load
from ui.sources import HowToRead

Sources = Annotated[list[str], typer.Argument(help="Files, folders, or documents of the library.")]
Pages = Annotated[str | None, typer.Option("--pages", help="Physical pages, such as 1-8 or 3,5-7.")]
Yes = Annotated[bool, typer.Option("--yes", help="Read it however long it is.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write it, too: .md, .html, .json, .csv or .txt.")
]


@dataclass(frozen=True, slots=True)
class Options:
    """How sources are read, by which engine, and where the result goes."""

    pages: Pages = None
    out: Out = None
    rounds: Rounds = None
    yes: Yes = False
    password: Password = None
    include: Include = None
    exclude: Exclude = None
    rev: Revision = None
    ocr_languages: OcrLanguages = None
    model: ModelOption = None
    context: ContextLength = None
    engine_url: EngineUrl = None
    profile: ServedProfile = None
    as_json: AsJson = False

    def settings(self, **more: Any) -> Settings:
        """The settings of this call; `more` are those of one command alone. Raises SettingsInvalid."""
        return load(
            **more,
            model=self.model,
            context=self.context,
            engine_url=self.engine_url,
            rounds=self.rounds,
            profile=self.profile,
            ocr_languages=self.ocr_languages,
        )

    def how(self, settings: Settings) -> HowToRead:
        """How a person wants the sources read."""
        return HowToRead(
            settings.ocr_languages,
            self.password,
            tuple(self.include or ()),
            tuple(self.exclude or ()),
            self.rev,
            settings.limits,
        )


def with_options(command: Callable[..., None], without: tuple[str, ...] = ()) -> Callable[..., None]:
    """The command with each field of `options`, but those `without`, as an option of its own, as Typer reads
    signatures."""
    own = [each for each in inspect.signature(command).parameters.values() if each.name != "options"]
    kinds = get_type_hints(Options, include_extras=True)
    shared = [
        inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY, default=each.default, annotation=kinds[each.name])
        for each in fields(Options)
        if each.name not in without
    ]

    @functools.wraps(command)
    def called(**given: Any) -> None:
        options = Options(**{each.name: given.pop(each.name) for each in shared})
        command(**given, options=options)

    called.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    called.__annotations__ = {each.name: each.annotation for each in (*own, *shared)}
    return called
