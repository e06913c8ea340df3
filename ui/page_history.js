// Runs once when the list of conversations is there: tells the server what is renamed, deleted, or wanted beyond.
const rename = (row, id) => {
  const title = row.querySelector('.title');
  const box = document.createElement('input');
  box.value = title.textContent;
  box.setAttribute('aria-label', title.textContent);
  title.hidden = true;
  title.before(box);
  box.focus();
  box.select();
  let over = false;
  const end = (renamed) => {
    if (over) return;
    over = true; // taking the box away takes its focus away, too
    box.remove();
    title.hidden = false;
    if (renamed && renamed !== title.textContent) trigger('click', { rename: id, title: renamed });
  };
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') end(box.value.trim());
    if (event.key === 'Escape') end('');
  });
  box.addEventListener('blur', () => end(box.value.trim()));
};
element.addEventListener('click', (event) => {
  const button = event.target.closest('button, a');
  if (!button) return;
  const menu = button.closest('details');
  const { rename: renamed, delete: deleted, more } = button.dataset;
  if (more !== undefined) trigger('click', { more: true });
  if (renamed) rename(button.closest('li'), renamed);
  if (deleted && !button.classList.contains('sure')) {
    button.classList.add('sure');
    button.textContent = button.dataset.sure;
    return;
  }
  if (deleted) trigger('click', { delete: deleted });
  if (menu) menu.open = false;
});
document.addEventListener('click', (event) => {
  for (const menu of element.querySelectorAll('details[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
