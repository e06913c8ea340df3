"""Every word in Chinese of the view of jobs; knows no layout."""

from collections.abc import Mapping

from ui.words_batch import BatchWords


class ChineseBatchWords(BatchWords):
    """The same words as in English."""

    batch_view = "批量"
    new_job = "新任务"
    job_name = "名称"
    job_name_example = "摘要"
    job_documents = "选择文档"
    job_task = "对每个文档做什么"
    job_wishes = "问题、要求或字段"
    job_wishes_info = (
        "提问：每行一个问题。提取：每行一个字段，如“价格：含币种”。审阅：每行一个条款，留空则用合同清单。"
        "翻译：目标语言。摘要：需要注意什么，可留空。"
    )
    begin_job = "开始"
    no_jobs = "还没有任务。选择文档和任务；关闭本页后任务会继续进行。"
    no_job_documents = "没有选择文档。"
    no_job_documents_hint = "请勾选文档，或先在提问页面添加。"
    stop_job = "停止任务"
    go_on_job = "继续任务"
    retry_failed = "重试失败的项目"
    results = "结果"
    answer = "回答"
    state = "状态"

    task_names: Mapping[str, str] = {
        "summarise": "摘要",
        "ask": "提问",
        "extract": "提取表格",
        "review": "审阅",
        "translate": "翻译",
    }
    item_states: Mapping[str, str] = {
        "queued": "排队",
        "reading": "正在读取",
        "running": "进行中",
        "checked": "已核对",
        "done": "完成",
        "failed": "失败",
        "skipped": "跳过",
    }

    def ended_of(self, ended: int, items: int) -> str:
        """How far a job is."""
        return f"{ended:,} / {items:,}"
