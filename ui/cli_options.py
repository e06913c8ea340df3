"""The options that several commands share, each described once; knows no command."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout; chatter goes to stderr.")]
Model = Annotated[str | None, typer.Argument(help="A Hugging Face id or a directory with config.json.")]
ModelOption = Annotated[str | None, typer.Option("--model", help="A Hugging Face id or a directory with config.json.")]
ContextLength = Annotated[str | None, typer.Option("--context", help="Wanted length in tokens, such as 128K.")]
EngineUrl = Annotated[str | None, typer.Option("--engine-url", help="A vLLM server that already runs.")]
Sequences = Annotated[int | None, typer.Option("--max-num-seqs", min=1, help="Requests at the same time.")]
KvDtype = Annotated[str | None, typer.Option("--kv-cache-dtype", help="auto, fp8, int8_per_token_head ...")]
Utilization = Annotated[float | None, typer.Option("--utilization", help="Share of the memory the engine may take.")]
Picture = Annotated[Path | None, typer.Option(metavar="FILE.png", help="Draw it, too.")]
TensorParallel = Annotated[int | None, typer.Option("--tensor-parallel-size", min=1, help="GPUs that share one model.")]
Gpu = Annotated[str | None, typer.Option("--gpu", help='A card by name, such as "RTX 3090".')]
GpuMemory = Annotated[str | None, typer.Option("--gpu-memory", help="A card by size, such as 24GiB.")]
Include = Annotated[
    list[str] | None,
    typer.Option(
        "--include", metavar="PATTERN", help="Read these files of a codebase, ignored, generated or large as they are."
    ),
]
Exclude = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="PATTERN", help="Leave these files of a codebase out.")
]
Revision = Annotated[
    str | None, typer.Option("--rev", metavar="REVISION", help="Branch, tag or commit of a git repository.")
]
Password = Annotated[str | None, typer.Option("--password", help="Of an encrypted PDF.")]
OcrLanguages = Annotated[
    str | None, typer.Option("--ocr-languages", help="Of scans, as tesseract names them: eng+deu. Default eng+chi_sim.")
]
ServedProfile = Annotated[
    str | None,
    typer.Option("--profile", help="native (as trained), long (stretched to the context), or auto: as needed."),
]
Tools = Annotated[
    bool | None,
    typer.Option("--tools/--no-tools", help="Let a model look up what was left out, if it can. Default: yes."),
]
Rewrite = Annotated[
    bool | None,
    typer.Option(
        "--rewrite/--no-rewrite",
        help="Where passages are searched for, have the model put the question in other words first. Default: no.",
    ),
]
ThinkingTokens = Annotated[
    int | None, typer.Option("--thinking", min=0, help="Tokens a model may think before it answers. Default: 0, not.")
]
Rounds = Annotated[int | None, typer.Option("--rounds", min=0, max=8, help="How often the answer may be revised.")]
