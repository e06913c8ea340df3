"""Every word in Chinese of the views beside the chat: engine, YaRN; knows no layout."""

from ui.words_views import ViewWords


class ChineseViewWords(ViewWords):
    """The same words as in English."""

    now = "此刻"
    kv_used = "已用 KV 缓存"
    cache_hits = "缓存命中"
    memory = "内存"
    weights = "权重"
    overhead = "开销"
    kv_pool = "KV 缓存"
    needles = "大海捞针测试"
    no_needles = "尚未测试。请运行：unspool doctor"
    depth = "深度"
    no_plan = "这个引擎不是由本程序启动的，它的计划未知。"
    log = "日志"
    stop_engine = "停止引擎"
    start_engine = "启动引擎"
    starting = "正在启动"
    stop_surely = "确定停止？"
    model = "模型"
    factor = "扩展倍数"
    curves = "各旋转维度的频率比例曲线"
    attention_factor = "注意力系数"

    def requests(self, running: int, waiting: int) -> str:
        """What the engine works on."""
        return f"正在处理 {running} 个请求，{waiting} 个在等待"
