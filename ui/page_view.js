// Runs once when the page view is there: a button named "place" opens one, wherever it stands.
// Its value is "document/page/start-end": the chat's sanitizer keeps no data attributes.
const panes = document.getElementById('panes');
const show = (pane) => {
  panes.dataset.pane = pane;
  for (const tab of document.querySelectorAll('[data-pane-tab]')) {
    tab.setAttribute('aria-pressed', String(tab.dataset.paneTab === pane));
  }
};
show('chat');
// The citations of the answer from which a place was opened, and which of them is open.
let cited = [];
let current = -1;
const open = (place) => {
  for (const chip of document.querySelectorAll('.chip.open')) chip.classList.remove('open');
  place.classList.add('open');
  element.classList.add('turning');
  const [id, page, passage] = place.value.split('/');
  trigger('click', passage === undefined ? { document: id, page } : { document: id, page, passage });
};
const step = (by) => {
  if (!cited.length) return;
  current = (current + by + cited.length) % cited.length;
  open(cited[current]);
};
document.addEventListener('click', (event) => {
  const tab = event.target.closest('[data-pane-tab]');
  if (tab) show(tab.dataset.paneTab);
  const by = event.target.closest('[data-step]');
  if (by) step(Number(by.dataset.step));
  const place = event.target.closest('button[name="place"]');
  if (!place) return;
  const answer = place.closest('.answer');
  if (answer) {
    cited = [...answer.querySelectorAll('.places .chip')];
    current = cited.findIndex((chip) => chip.value === place.value);
  } else if (!place.closest('#view')) {
    cited = [];
  }
  show('page');
  open(place);
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, [contenteditable]');
  if (event.key === 'Escape') document.querySelector('#question .stop-button')?.click();
  if (event.key === '/' && !typing) {
    event.preventDefault();
    document.querySelector('#question textarea').focus();
  }
  if ((event.key === 'k' || event.key === 'K') && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.querySelector('#library [role="tab"]:last-child')?.click();
    show('library');
    requestAnimationFrame(() => document.querySelector('#sought input, #sought textarea')?.focus());
  }
  if (!typing && (event.key === 'n' || event.key === 'p') && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (!cited.length) {
      const answers = document.querySelectorAll('#chat .answer');
      cited = [...(answers[answers.length - 1]?.querySelectorAll('.places .chip') ?? [])];
      current = event.key === 'n' ? -1 : 0;
    }
    show('page');
    step(event.key === 'n' ? 1 : -1);
  }
});
watch('value', () => {
  element.classList.remove('turning');
  const paper = element.querySelector('.paper');
  const mark = element.querySelector('.mark');
  const nav = element.querySelector('nav.cited');
  if (nav) {
    nav.hidden = cited.length < 2;
    nav.querySelector('span').textContent = `${current + 1} / ${cited.length}`;
  }
  if (!paper) return;
  const reveal = () => {
    const offset = mark ? mark.getBoundingClientRect().top - paper.getBoundingClientRect().top : 0;
    paper.scrollTop = mark ? paper.scrollTop + offset - paper.clientHeight / 3 : 0;
  };
  const picture = element.querySelector('img');
  if (picture && !picture.complete) picture.addEventListener('load', reveal, { once: true });
  else reveal();
});
