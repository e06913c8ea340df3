"""Every word in English of the views beside the chat: engine, YaRN; knows no layout."""


class ViewWords:
    """See `ui.words.Words`."""

    now = "Now"
    kv_used = "KV pool used"
    cache_hits = "Cache hits"
    memory = "Memory"
    weights = "Weights"
    overhead = "Overhead"
    kv_pool = "KV pool"
    needles = "Passkeys found"
    no_needles = "Not tested yet. Run: unspool doctor"
    depth = "depth"
    no_plan = "This engine was not started by this program, so its plan is not known."
    log = "Log"
    stop_engine = "Stop the engine"
    start_engine = "Start the engine"
    starting = "Starting"
    stop_surely = "Really stop it?"
    model = "Model"
    factor = "Factor"
    curves = "Scale of the frequency of every rotary pair, a line a method"
    attention_factor = "Attention factor"

    def requests(self, running: int, waiting: int) -> str:
        """What the engine works on."""
        return f"{running} request{'' if running == 1 else 's'} running, {waiting} waiting"
