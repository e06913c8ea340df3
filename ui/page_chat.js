// Runs once when the chat is there. Buttons named "act" stand beside questions and answers, "copy" beside answers.
document.addEventListener('click', async (event) => {
  const act = event.target.closest('button[name="act"]');
  if (act) {
    const [what, at] = act.value.split('/');
    trigger('act', { act: what, at });
    if (what === 'edit') document.querySelector('#question textarea').focus();
  }
  const copy = event.target.closest('button[name="copy"]');
  if (copy) {
    await navigator.clipboard.writeText(copy.value);
    const said = copy.textContent;
    copy.textContent = copy.title;
    setTimeout(() => (copy.textContent = said), 1500);
  }
  const open = event.target.closest('button[data-open]');
  if (open) trigger('open', { conversation: open.dataset.open });
});
// The address names the conversation, so that it is shown again when the page is loaded again.
watch('value', () => {
  const shown = element.querySelector('[data-conversation]');
  const wanted = shown?.dataset.conversation;
  const address = new URL(location.href);
  if (wanted) address.searchParams.set('c', wanted);
  else address.searchParams.delete('c');
  history.replaceState(history.state, '', address);
  sessionStorage.setItem('conversation', address.search);
  for (const row of document.querySelectorAll('[data-open]')) {
    row.toggleAttribute('aria-current', Boolean(wanted) && row.dataset.open === wanted);
  }
});
// Gradio puts an unnamed button into the title of a step, which is a button itself.
new MutationObserver(() => {
  for (const button of document.querySelectorAll('#chat .title .icon-button:enabled')) {
    button.setAttribute('aria-hidden', 'true');
    button.disabled = true;
  }
}).observe(document.body, { childList: true, subtree: true });
