// Runs once when the list of jobs is there: tells the server which job is opened, and what is to be done with one.
element.addEventListener('click', (event) => {
  const act = event.target.closest('[data-act]');
  if (act) return trigger('click', { act: act.dataset.act, job: act.dataset.of });
  const open = event.target.closest('[data-job]');
  if (open) trigger('click', { act: 'open', job: open.dataset.job });
});
