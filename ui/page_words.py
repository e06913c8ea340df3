"""The languages of the page, for Gradio: what stands on it from the start, and whose words a request wants."""

import json

import gradio as gr

from ui.language import COOKIE, LANGUAGES, words_of
from ui.words import Words, static

_LOCALES = {"en": "en", "zh": "zh-CN"}
"""What Gradio calls the languages, so that its own words follow."""

I18N = gr.I18n(**{_LOCALES[language]: static(words) for language, words in LANGUAGES.items()})

HEAD = f"""<script>
(() => {{
  const locales = {json.dumps(_LOCALES)};
  const chosen = (document.cookie.match(/(?:^|; ){COOKIE}=(\\w+)/) || [])[1];
  const locale = locales[chosen] || locales[navigator.language.split('-')[0]] || 'en';
  document.documentElement.lang = locale;
  Object.defineProperty(navigator, 'language', {{ get: () => locale }});
  const fetched = window.fetch;
  window.fetch = async (...asked) => {{
    const answer = await fetched(...asked);
    if (answer.status === 401) window.location.reload(); // no longer logged in
    return answer;
  }};
  document.addEventListener('click', (event) => {{
    if (event.target.closest('[data-language]')) {{
      const other = locale === 'en' ? 'zh' : 'en';
      document.cookie = `{COOKIE}=${{other}}; path=/; max-age=31536000; samesite=strict`;
      window.location.reload();
    }}
    const back = event.target.closest('nav.views a[href="/"]');
    if (back) back.search = sessionStorage.getItem('conversation') || '';
  }});
}})();
</script>"""
"""To stand first on the page: once Gradio has started it knows no other choice of a language than the browser's."""


def word(name: str) -> str:
    """A plain attribute of Words, said in the browser by its language."""
    return str(I18N(name))


def both(name: str) -> str:
    """The same as HTML, for where several words stand in one component: the style shows one of the languages."""
    return "".join(
        f'<span lang="{locale}">{getattr(LANGUAGES[language], name)}</span>' for language, locale in _LOCALES.items()
    )


def words(request: gr.Request) -> Words:
    """The words of whoever asks."""
    return words_of(dict(request.cookies), request.headers.get("accept-language", ""))
