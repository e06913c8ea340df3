"""Every word that the page says in Chinese (simplified); knows no layout."""

from collections.abc import Mapping

from ui.told_zh import translated
from ui.words import Words
from ui.words_batch_zh import ChineseBatchWords
from ui.words_people_zh import ChinesePeopleWords
from ui.words_views_zh import ChineseViewWords


class Chinese(ChinesePeopleWords, ChineseViewWords, ChineseBatchWords, Words):
    """The same words as in English."""

    language = "zh"
    library = "文档库"
    documents = "文档"
    chat = "对话"
    page = "页面"
    other_language = "English"
    ask_view = "提问"
    engine_view = "引擎"
    rope_view = "YaRN"

    drop = "把文档拖到这里"
    folder = "文件夹、文件或 git 地址"
    folder_example = "/home/me/project 或 https://host/me/project.git"
    add = "添加"
    pages_box = "页码"
    pages_info = "只读这些页；留空则全部读取。"
    pages_example = "1-8 或 3,5-7"
    no_documents = "还没有文档。把 PDF、办公文件或文本拖到上面，或添加一个源代码文件夹。"
    remove = "移除"
    facts = "读取情况"
    outline = "目录"
    remove_surely = "确定移除？"

    conversations = "历史对话"
    no_conversations = "还没有对话。提一个问题，它就会保存在这里。"
    search_conversations = "搜索对话"
    rename = "重命名"
    export = "导出"
    delete = "删除"
    delete_surely = "确定删除？"
    more = "更多"
    running = "进行中"
    today = "今天"
    yesterday = "昨天"

    question = "问题"
    question_example = "就勾选的文档提问"
    send = "发送"
    stop = "停止"
    new = "新对话"
    welcome = "勾选要读的文档，然后提问。回答中的每一句话都能打开支持它的那一页。"
    retry = "重新提问"
    edit = "编辑"
    undo = "撤销"
    copy = "连同出处复制"
    copied = "已复制"
    go_on = "继续"
    dismiss = "关闭"
    broken = "程序在这里中断了。请再问一次；如果再次发生，这是程序的错误，请告知。"
    editing = "您正在编辑之前的问题。新的回答会取代这个问题及其后的所有内容。"
    cancel = "取消"

    nothing_open = "点击引用，支持它的页面会在这里打开，相应段落会标出。"
    page_before = "上一页"
    page_after = "下一页"
    citation_before = "上一个引用"
    citation_after = "下一个引用"

    switch = "切换"
    keep = "保持不变"
    switching = "正在切换"

    conversation = "对话"
    instructions = "指令与问题"
    reserve = "为回答预留"
    ways_to_read = "放不下的内容怎么读"

    planned = "计划"
    reading_prompt = "读取"
    thinking = "思考"
    waiting = "等待第一批文字"
    how = "回答过程"
    not_finished = "未完成"
    citations = "引用"
    coverage = "覆盖范围"

    profiles: Mapping[str, str] = {"native": "原始长度", "long": "扩展长度"}
    parts: Mapping[str, str] = {
        "instructions": "指令",
        "documents": "文档",
        "history": "历史",
        "question": "问题",
        "template": "模板",
        "notes": "笔记",
        "windows": "窗口",
    }
    hows: Mapping[str, str] = {"recalled": "只带其语句", "left out": "未发送"}
    states: Mapping[str, str] = {"whole": "已读", "part": "部分已读", "none": "未读"}
    statuses: Mapping[str, str] = {"verified": "已核实", "weak": "依据不足", "unsupported": "无依据"}
    ways: Mapping[str, str] = {
        "whole": "全部发送",
        "search": "最相关的段落",
        "read": "全部读完",
        "selection": "选择页码",
    }
    steps: Mapping[str, str] = {
        "rewrite": "换个说法",
        "read": "通读全文",
        "pick": "挑选笔记",
        "look": "查阅",
        "merge": "合并笔记",
        "judge": "评判",
        "compare": "比较",
        "extract": "填表",
        "translate": "翻译",
        "outline": "列提纲",
        "write": "撰写",
        "draft": "草稿",
        "check": "核对",
        "critique": "评审",
        "revise": "修订",
    }

    def told(self, text: str) -> str:
        """A sentence of the program itself, in Chinese where it is known."""
        return translated(text)

    def documents_in_context(self, ticked: int, all_of_them: int) -> str:
        """How much of the library a question will be about."""
        return f"上下文中有 {ticked} / {all_of_them} 个文档"

    def engine(self, model: str, limit: int, profile: str | None) -> str:
        """What answers, how much it can hold, and how it is served."""
        name = model.rpartition("/")[2]
        return f"{name} · {limit:,} 词元" + (f" · {self.profiles[profile]}" if profile else "")

    def switch_to(self, profile: str, limit: int) -> str:
        """The button that offers the other profile."""
        return f"切换到 {limit:,} 词元（{self.profiles[profile]}）"

    def pages(self, kind: str, number: int) -> str:
        """How many pages a document has; those of a codebase are files."""
        return f"{number:,} 个文件" if kind == "code" else f"{number:,} 页"

    def warnings(self, number: int) -> str:
        """How many warnings there are."""
        return f"{number:,} 条警告"

    def hidden(self, number: int) -> str:
        """Pieces of text that no reader sees."""
        return f"{number:,} 处隐藏文字"

    def secrets(self, number: int) -> str:
        """Keys and passwords that were covered."""
        return f"已遮盖 {number:,} 处密钥"

    def annotations(self, number: int) -> str:
        """Notes that somebody wrote onto the pages."""
        return f"页面上有 {number:,} 条批注"

    def tokens(self, number: int, *, exact: bool) -> str:
        """The size of a document."""
        return f"{'' if exact else '约 '}{number:,} 词元"

    def reading_source(self, name: str, done: int, of: int) -> str:
        """A source is being read; `of` is 0 where its pages are not counted yet."""
        return f"正在读取 {name}" + (f"：{done:,} / {of:,} 页" if of else " …")

    def read_source(self, name: str, kind: str, number: int) -> str:
        """A source was read and is in the library."""
        return f"{name}：{self.pages(kind, number)}。"

    def skipped(self, number: int) -> str:
        """Entries of a folder were left out."""
        return f"{number:,} 项未读"

    def tokens_read(self, prompt: int, cached: int, written: int) -> str:
        """What a step cost the engine."""
        return f"读 {prompt:,} 词元（缓存 {cached:,}），写 {written:,}"

    def of_limit(self, tokens: int, limit: int, seconds: float | None) -> str:
        """How full the engine's limit is, and how long it will read."""
        return f"{tokens:,} / {limit:,} 词元" + (f"，最多读 {round(seconds):,} 秒" if seconds else "")

    def reading(self, done: int, total: int, seconds_left: float | None) -> str:
        """How far the engine has read, and how long it will take."""
        left = f"，约剩 {max(1, round(seconds_left)):,} 秒" if seconds_left is not None else ""
        return f"{done:,} / {total:,} 词元（{100 * done // max(total, 1)} %）{left}"

    def lines_shown(self, first: int, last: int, all_of_them: int) -> str:
        """Only part of a long file is shown."""
        return f"第 {first:,} 至 {last:,} 行，共 {all_of_them:,} 行"

    def ledger_sum(self, tokens: int, limit: int, reserve: int, parts: str) -> str:
        """The ledger in one sentence."""
        return f"读取 {tokens:,} / {limit:,} 词元，为回答预留 {reserve:,}（{parts}）。"

    def ledger_windows(self, tokens: int, prompts: int, limit: int, reserve: int) -> str:
        """The ledger of what is read window after window in one sentence."""
        return f"分 {prompts} 个窗口共读取 {tokens:,} 词元，每个窗口至多 {limit:,}，其中为回答预留 {reserve:,}。"

    def whole(self, name: str, tokens: int) -> str:
        """A document went in whole."""
        return f"{name}：完整，{tokens:,} 词元。"

    def partly(self, name: str, included: int, tokens: int) -> str:
        """A document did not go in whole."""
        return f"{name}：{included:,} / {tokens:,} 词元。未读："

    def left_out(self, named: str, tokens: int, why: str) -> str:
        """Pages that were left out, and why."""
        return f"{named}，{tokens:,} 词元：{why}。"

    def pages_read(self, state: str, first: int, last: int) -> str:
        """Pages of the map: whole, part or none of them was read."""
        named = f"第 {first:,} 页" if first == last else f"第 {first:,} 至 {last:,} 页"
        return f"{named}：{self.states[state]}"

    def in_windows(self, number: int, tokens: int) -> str:
        """Everything is read window after window."""
        return f"分 {number:,} 个窗口全部读完，{tokens:,} 词元："

    def turn(self, how: str, question: str) -> str:
        """An earlier question that is not sent whole with its answer."""
        return f"之前的问题（{self.hows.get(how, how)}）：{question}"

    def looked_up(self, tokens: int) -> str:
        """What the model looked up by itself."""
        return f"模型自行查阅，{tokens:,} 词元："

    def lookup(self, tool: str, asked: str, tokens: int, places: str) -> str:
        """One look, with what was asked and where it was found."""
        quoted = f"“{asked}”" if asked else ""
        return f"{tool}{quoted}，{tokens:,} 词元" + (f"：{places}" if places else "")

    def window(self, where: str, tokens: int, noted: tuple[int, int] | None) -> str:
        """One window, with its notes and the passages that they name."""
        return f"{where}：{tokens:,} 词元" + (f"，{noted[0]} 条笔记，涉及 {noted[1]} 个段落" if noted else "")

    def found(self, number: int) -> str:
        """How many conversations a search has found."""
        return f"找到 {number:,} 个"

    def and_more(self, number: int) -> str:
        """The rest of a list that is not shown."""
        return f"还有 {number:,} 项"

    def show_more(self, number: int) -> str:
        """The button that shows the rest of a long list."""
        return f"再显示 {number:,} 个"

    def steps_taken(self, number: int) -> str:
        """How many steps an answer took."""
        return f"{number} 步"

    def in_part(self, pages: int, whole: int) -> str:
        """How many pages went in, in part too, of how many."""
        return f"已读 {pages:,} / {whole:,} 页"

    def too_much(self, tokens: int) -> str:
        """By how much the context is too long."""
        return f"超出 {tokens:,} 词元"

    def free(self, tokens: int, limit: int) -> str:
        """What is left of the limit."""
        return f"剩余 {tokens:,} / {limit:,}"

    def other_holds(self, limit: int) -> str:
        """The engine's other profile holds everything."""
        return f"扩展到 {limit:,} 词元即可全部放下：请在上方切换。"

    def about_seconds(self, seconds: float) -> str:
        """How long something is expected to take."""
        return f"约 {max(1, round(seconds)):,} 秒"

    def way_tokens(self, tokens: int, prompts: int) -> str:
        """What a way to read makes the engine read."""
        return f"{tokens:,} 词元" + (f"，分 {prompts} 次" if prompts > 1 else "")


CHINESE = Chinese()
