"""Every word in English of the view of jobs; knows no layout."""

from collections.abc import Mapping


class BatchWords:
    """See `ui.words.Words`."""

    batch_view = "Batch"
    new_job = "New job"
    job_name = "Name"
    job_name_example = "Summaries"
    job_documents = "Documents"
    job_task = "What is done with each of them"
    job_wishes = "Questions, wishes or fields"
    job_wishes_info = (
        "To ask: a question a line. To extract: a field a line, such as “Price: with currency”. To review: a clause a"
        " line, empty for a contract's. To translate: the language. To summarise: what to mind, or nothing."
    )
    begin_job = "Begin"
    no_jobs = "No jobs yet. Choose documents and a task; it goes on when this page is closed."
    no_job_documents = "No document is chosen."
    no_job_documents_hint = "Tick some, or add them in the view where questions are asked."
    stop_job = "Stop"
    go_on_job = "Go on"
    retry_failed = "Try again what failed"
    results = "Results"
    answer = "Answer"
    state = "State"

    task_names: Mapping[str, str] = {
        "summarise": "Summarise",
        "ask": "Ask",
        "extract": "Extract a table",
        "review": "Review",
        "translate": "Translate",
    }
    item_states: Mapping[str, str] = {
        "queued": "queued",
        "reading": "being read",
        "running": "running",
        "checked": "checked",
        "done": "done",
        "failed": "failed",
        "skipped": "skipped",
    }

    def ended_of(self, ended: int, items: int) -> str:
        """How far a job is."""
        return f"{ended:,} of {items:,}"
