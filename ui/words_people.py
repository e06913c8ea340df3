"""Every word in English around logging in; knows no layout."""


class PeopleWords:
    """See `ui.words.Words`."""

    log_in = "Log in"
    log_out = "Log out"
    user_name = "Name"
    password = "Password"
    no_account = "No account yet? Whoever runs this page makes one: unspool user add NAME"
    wrong_login = "This name and this password do not go together. Try again."
    git_address = "Git address"
    git_example = "https://host/me/project.git"

    def wait_to_log_in(self, seconds: int) -> str:
        """Too many tries were in vain."""
        return f"Too many tries. Wait {seconds:,} s, then try again."
