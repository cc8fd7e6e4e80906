// An organisation's people. Everything works without: this counts what is ticked, and brings the key figures in when they are counted.
for (const place of document.querySelectorAll('[data-figures]')) {
  fetch(place.dataset.figures, { headers: { Accept: 'text/html' } })
    .then((answer) => (answer.ok ? answer.text() : ''))
    .then((page) => {
      const figures = new DOMParser().parseFromString(page, 'text/html').getElementById('figures');
      if (!figures) return;
      place.replaceChildren(...figures.childNodes);
      place.hidden = false;
    })
    .catch(() => {}); // the tab beside leads to them
}

for (const form of document.querySelectorAll('[data-selection]')) {
  const all = form.elements.all;
  const people = [...form.querySelectorAll('[name=person]')];
  const count = form.querySelector('[data-part=count]');
  const show = () => {
    people.forEach((box) => { box.disabled = all.checked; });
    const chosen = all.checked ? 0 : people.filter((box) => box.checked).length;
    count.textContent = chosen ? form.dataset.chosen.replace('{}', chosen.toLocaleString(document.documentElement.lang)) : '';
  };
  form.addEventListener('change', show);
  window.addEventListener('pageshow', show);
  show();
}
