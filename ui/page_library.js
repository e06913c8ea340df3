// Runs once when the list of documents is there: tells the server what is ticked and what is to be removed.
const ticked = () => [...element.querySelectorAll('input:checked')].map((box) => box.value);
element.addEventListener('change', () => trigger('click', { ticked: ticked() }));
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-remove]');
  if (!button) return;
  if (button.classList.contains('sure')) {
    button.classList.remove('sure');
    trigger('click', { remove: button.dataset.remove });
    return;
  }
  const sign = button.textContent;
  button.classList.add('sure');
  button.textContent = button.dataset.sure;
  setTimeout(() => {
    button.classList.remove('sure');
    button.textContent = sign;
  }, 3000);
});
// A box that was clicked keeps its own state when the list is drawn anew: bring it back in line.
// What was ticked in this tab is ticked again when the page is loaded again.
let restored = false;
watch('value', () => {
  for (const box of element.querySelectorAll('input')) box.checked = box.hasAttribute('checked');
  const before = restored ? '[]' : sessionStorage.getItem('ticked') || '[]';
  restored = true;
  if (before !== '[]' && !ticked().length) trigger('click', { ticked: JSON.parse(before) });
  else sessionStorage.setItem('ticked', JSON.stringify(ticked()));
});
