"""Settings in, an examination of machine, engine and stretch out: what is well, what is not, what to do."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ui import needle_map, plots
from ui.engines import default_profiles, engine, profiles_of
from ui.machine import hardware, versions
from ui.needle_search import NeedleSearch, search
from ui.settings import Settings
from ui.terminal import Terminal
from yarn_runtime import (
    Engine,
    Measured,
    Memory,
    Plan,
    RuntimeProblem,
    TokenizerCheck,
    check_tokenizer,
    in_k,
    measure,
    plan,
    read_record,
)

State = Literal["ok", "warn", "bad"]
MARK = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "bad": ("✗", "red")}
UPPER_BOUND = "A passkey is the easiest thing to find in a text: take this as an upper bound."
LEAST_DISK = 5 * 1024**3
ALL_OF_IT = 1 << 62
"""Tokens: what is examined is the longest context on offer."""


@dataclass(slots=True)
class Examination:
    """What was found so far; each finding is shown as it comes."""

    terminal: Terminal
    values: dict[str, Any] = field(default_factory=dict)
    """What --json prints."""
    bad: int = 0

    def note(self, state: State, what: str, text: str, hint: str = "") -> None:
        """One line on the screen and one entry under "checks"."""
        self.bad += state == "bad"
        self.values.setdefault("checks", []).append({"what": what, "state": state, "text": text, "hint": hint})
        if not self.terminal.as_json:
            mark, colour = MARK[state]
            self.terminal.out.print(f"[{colour}]{mark}[/{colour}] {what:<10}", end=" ")
            self.terminal.out.print(text + (f" {hint}" if hint else ""), markup=False)


def examine(settings: Settings, *, quick: bool, png: Path | None, terminal: Terminal) -> int:
    """Run every check that can run; returns the exit code: 1 if something is bad."""
    if png:
        plots.require(png)
    seen = Examination(terminal)
    verdict = ""
    try:
        _machine(settings, seen)
        _would_start(settings, seen)
        with engine(settings, terminal.say, need=lambda _: ALL_OF_IT) as running:
            verdict = _engine(settings, running, seen, quick, png)
    except RuntimeProblem as problem:
        seen.note("bad", "engine", problem.message, problem.hint)
        verdict = f"Not usable: {problem.message}"
    seen.values["verdict"] = verdict
    if terminal.as_json:
        terminal.result(seen.values)
    else:
        terminal.out.print(f"\n{verdict}", markup=False)
    return 1 if seen.bad else 0


def _machine(settings: Settings, seen: Examination) -> None:
    machine, software = hardware(settings), versions(settings)
    seen.values |= {"machine": machine, "versions": software}
    gib = {name: f"{(machine[f'{name}_bytes'] or 0) / 1024**3:.1f} GiB" for name in ("memory", "free", "ram")}
    seen.note(
        "ok",
        "processor",
        f"{machine['processor']}, {machine['cores']} cores, {', '.join(machine['instructions']) or 'no AVX2'}; "
        f"{gib['ram']} of RAM",
    )
    if machine["device"] == "cuda":
        seen.note("ok", "GPU", f"{machine['name']}, {gib['memory']}, {gib['free']} free, driver {machine['driver']}")
    else:
        seen.note("ok", "GPU", f"none that the driver shows: the engine runs on the CPU, {gib['free']} of RAM are free")
    disk = machine["disk_free_bytes"]
    seen.note("ok" if disk >= LEAST_DISK else "warn", "disk", f"{disk / 1024**3:.0f} GiB free at {settings.data}")
    told = ", ".join(f"{name} {version or 'not installed'}" for name, version in software.items())
    seen.note("ok", "versions", told)


def _would_start(settings: Settings, seen: Examination) -> None:
    """What `engine` will start, where nothing runs yet."""
    if settings.engine_url or read_record(settings.record) is not None:
        return
    memory = Memory.detect()
    both = profiles_of(settings, memory, settings.model) if settings.model else default_profiles(settings, memory)
    planned = both.plan("native" if settings.profile == "native" else "long")
    seen.values["plan"] = planned.to_json()
    seen.note("ok" if planned.fits else "bad", "plan", f"{_stretch(planned)}. {planned.reasons[-1]}")


def _engine(settings: Settings, running: Engine, seen: Examination, quick: bool, png: Path | None) -> str:
    """Everything that needs the engine; returns the verdict."""
    planned = _plan_of(settings, running)
    try:
        version = running.client.version()
    except RuntimeProblem:
        version = "unknown"
    seen.values["engine"] = {
        "url": running.url,
        "model": running.model,
        "limit": running.limit,
        "vllm": version,
        "native": planned.native_len if planned else None,
        "factor": planned.factor if planned else None,
    }
    how = _stretch(planned) if planned else f"{running.model}, {in_k(running.limit)} tokens, stretched or not: unknown"
    seen.note("ok", "engine", f"{how}; vLLM {version} at {running.url}")
    _tokenizer(check_tokenizer(running), seen)
    measured = measure(running, quick=quick)
    _cache(measured, running, seen)
    _speed(measured, seen)
    needles = search(settings, running, planned, measured, quick=quick, terminal=seen.terminal)
    return _needles(needles, running, planned, seen, png)


def _tokenizer(check: TokenizerCheck, seen: Examination) -> None:
    seen.values["tokenizer"] = {
        "local": check.local,
        "exact": check.exact,
        "texts": check.texts,
        "differing": list(check.differing),
        "counted": check.counted,
        "read": check.read,
    }
    how = f"counts of {check.texts} texts here and on the server agree" if check.local else "the server itself counts"
    prompt = f"a prompt with its chat template was counted as {check.counted} and read as {check.read} tokens"
    if check.exact:
        seen.note("ok", "tokenizer", f"exact: {how}, and {prompt}")
    else:
        differing = f"{len(check.differing)} of {check.texts} texts are counted differently, and {prompt}"
        seen.note("bad", "tokenizer", differing, "Name the checkpoint that the server really serves with --model.")


def _cache(measured: Measured, running: Engine, seen: Examination) -> None:
    again, first = measured.repeated, measured.samples[-1]
    seen.values["cache"] = {"prompt": again.tokens, "cached": again.cached, "seconds": [first.seconds, again.seconds]}
    text = (
        f"a repeated prompt of {again.tokens:,} tokens: {again.cached:,} cached, {first.seconds:.1f} s the first time, "
        f"{again.seconds:.1f} s the second"
    )
    if again.cached >= again.tokens - 2 * running.block_size:
        seen.note("ok", "cache", text)
    else:
        hint = "Start the server with prefix caching and --enable-prompt-tokens-details."
        seen.note("warn", "cache", text, hint)


def _speed(measured: Measured, seen: Examination) -> None:
    speed = measured.speed
    seen.values["speed"] = {
        "prefill": [
            {"tokens": one.tokens, "seconds": one.seconds, "tokens_per_second": one.tokens / one.seconds}
            for one in measured.samples
        ],
        "seconds_per_token": speed.a,
        "seconds_per_token_squared": speed.b,
        "decode_tokens_per_second": measured.tokens_per_second,
    }
    read = ", ".join(f"{one.tokens / one.seconds:,.0f} at {one.tokens:,}" for one in measured.samples)
    written = f"{measured.tokens_per_second:.1f}" if measured.tokens_per_second else "too few to tell"
    seen.note("ok", "speed", f"tokens a second: reading {read}; writing {written}")


def _needles(needles: NeedleSearch, running: Engine, planned: Plan | None, seen: Examination, png: Path | None) -> str:
    judged = needles.reliability
    seen.values |= {"needles": needles.to_json(), "reliable_to": judged.reliable_to}
    found = needle_map.shares(needles.findings)
    if not seen.terminal.as_json:
        needle_map.show_map(found, seen.terminal)
    if png:
        needle_map.draw_map(
            found, f"{running.model}: passkeys found, by length and depth, served with {in_k(running.limit)}", png
        )
        seen.terminal.say(f"Heat map: {png}")
    told = f"{sum(judged.found.values())} of {sum(judged.asked.values())} passkeys found"
    seen.note(
        "ok" if judged.first_failure is None else "warn", "needles", f"{told} in up to {in_k(running.limit)} tokens"
    )
    if planned and planned.factor:
        native = planned.native_len
        seen.note("ok", "short", needles.short_prompts(native), needles.how_to_compare(native))
    return f"{judged} {UPPER_BOUND}"


def _plan_of(settings: Settings, running: Engine) -> Plan | None:
    """How an engine of ours was started: the plan follows from its model and length. None for anyone else's."""
    record = read_record(settings.record)
    if record is None or record.url != running.url:
        return None
    return plan(record.directory or record.model, context=record.max_model_len)


def _stretch(planned: Plan) -> str:
    """A plan's model and length in a few words."""
    rope = f"YaRN with factor {planned.factor:g} from {in_k(planned.native_len)}" if planned.factor else "as trained"
    return f"{planned.model.name}, {in_k(planned.max_model_len)} tokens, {rope}"
