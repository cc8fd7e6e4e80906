// Follows work in the background; when it has ended the page is loaded again and says how.
for (const card of document.querySelectorAll('[data-job]')) {
  if (['queued', 'running'].includes(card.dataset.state)) follow(card);
}

function follow(card) {
  let wait = 500;
  const bar = card.querySelector('progress');
  const part = (name) => card.querySelector(`[data-part=${name}]`);
  const look = async () => {
    try {
      const answer = await fetch(`/api/v1/jobs/${card.dataset.job}`, { headers: { Accept: 'application/json' } });
      if (!answer.ok) throw new Error(answer.status);
      const job = await answer.json();
      if (!['queued', 'running'].includes(job.state)) return location.reload();
      if (job.total) { bar.max = job.total; bar.value = job.done; part('count').textContent = `${job.done} / ${job.total}`; }
      if (job.message) part('message').textContent = job.message;
    } catch { /* no network, or the server starts again: look once more, less often */ }
    wait = Math.min(wait * 1.3, 5000);
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}
