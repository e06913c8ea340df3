"""Every word in Chinese around logging in; knows no layout."""

from ui.words_people import PeopleWords


class ChinesePeopleWords(PeopleWords):
    """The same words as in English."""

    log_in = "登录"
    log_out = "退出登录"
    user_name = "用户名"
    password = "密码"
    no_account = "还没有账户？请运行本页面的人创建：unspool user add NAME"
    wrong_login = "用户名和密码不匹配，请重试。"
    git_address = "git 地址"
    git_example = "如 https://host/me/project.git"

    def wait_to_log_in(self, seconds: int) -> str:
        """Too many tries were in vain."""
        return f"尝试次数过多。请等待 {seconds:,} 秒后重试。"
