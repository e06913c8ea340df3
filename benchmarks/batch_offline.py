"""Prompts as JSON on stdin, the tokens and seconds of vLLM's own offline run over them in the file that is named out;
runs in the engine's environment, which has nothing of this project. On stdout the engine says what it likes."""

import json
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    given = json.load(sys.stdin)
    from vllm import LLM, SamplingParams
    from vllm.sampling_params import StructuredOutputsParams

    model = LLM(
        model=given["model"],
        structured_outputs_config={"backend": "xgrammar", "disable_any_whitespace": True},
        **given["settings"],
    )
    asked = given["asked"]
    sampling = [
        SamplingParams(
            temperature=0.0,
            max_tokens=each["max_tokens"],
            structured_outputs=StructuredOutputsParams(json=each["schema"]),
        )
        for each in asked
    ]
    messages = [each["messages"] for each in asked]
    model.chat(messages[:1], sampling[:1], use_tqdm=False)
    started = time.monotonic()
    done = model.chat(messages[1:], sampling[1:], use_tqdm=False)
    seconds = time.monotonic() - started
    tokens = sum(
        len(each.prompt_token_ids) - (each.num_cached_tokens or 0) + len(each.outputs[0].token_ids) for each in done
    )
    Path(sys.argv[1]).write_text(json.dumps({"tokens": tokens, "seconds": seconds, "items": len(done)}))
