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
document.addEventListener('click', (event) => {
  const tab = event.target.closest('[data-pane-tab]');
  if (tab) show(tab.dataset.paneTab);
  const place = event.target.closest('button[name="place"]');
  if (!place) return;
  for (const chip of document.querySelectorAll('.chip.open')) chip.classList.remove('open');
  place.classList.add('open');
  element.classList.add('turning');
  show('page');
  const [id, page, passage] = place.value.split('/');
  trigger('click', passage === undefined ? { document: id, page } : { document: id, page, passage });
});
watch('value', () => {
  element.classList.remove('turning');
  const paper = element.querySelector('.paper');
  const mark = element.querySelector('.mark');
  if (!paper) return;
  const reveal = () => {
    const offset = mark ? mark.getBoundingClientRect().top - paper.getBoundingClientRect().top : 0;
    paper.scrollTop = mark ? paper.scrollTop + offset - paper.clientHeight / 3 : 0;
  };
  const picture = element.querySelector('img');
  if (picture && !picture.complete) picture.addEventListener('load', reveal, { once: true });
  else reveal();
});
