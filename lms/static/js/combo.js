// A long list that one can type into (ARIA combobox with a listbox). The <select> stays and carries the value.
for (const field of document.querySelectorAll('[data-combo]')) enhance(field);

function enhance(field) {
  const select = field.querySelector('select');
  const box = select.parentElement;
  const options = [...select.options];
  const input = Object.assign(document.createElement('input'), { className: 'input', type: 'text', autocomplete: 'off' });
  const list = Object.assign(document.createElement('div'), { className: 'listbox', id: `${select.id}-list`, hidden: true });
  const set = (element, attributes) => Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  set(input, { role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list' });
  set(list, { role: 'listbox', 'aria-label': field.querySelector('label').textContent });
  for (const name of ['aria-describedby', 'aria-invalid']) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  input.id = select.id;
  select.removeAttribute('id');
  select.hidden = true;
  input.defaultValue = select.selectedOptions[0]?.text ?? ''; // as it came: a form that saves itself has nothing to save
  box.append(input, list);
  let at = -1;

  const plain = (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '').toLocaleLowerCase();
  const lines = () => [...list.querySelectorAll('[role=option]')];
  const close = () => { list.hidden = true; at = -1; set(input, { 'aria-expanded': 'false' }); input.removeAttribute('aria-activedescendant'); };
  const choose = (line) => { select.value = line.dataset.value; input.value = line.textContent; select.dispatchEvent(new Event('change', { bubbles: true })); close(); };
  const mark = (next) => {
    const found = lines();
    if (!found.length) return;
    at = (next + found.length) % found.length;
    found.forEach((line, i) => line.setAttribute('aria-selected', i === at));
    input.setAttribute('aria-activedescendant', found[at].id);
    found[at].scrollIntoView({ block: 'nearest' });
  };
  const open = (all) => {
    const fits = options.filter((option) => all || plain(option.text).includes(plain(input.value)));
    list.replaceChildren(...fits.map((option, i) => {
      const line = Object.assign(document.createElement('div'), { id: `${list.id}-${i}`, textContent: option.text, lang: option.lang });
      set(line, { role: 'option', 'aria-selected': 'false', 'data-value': option.value });
      return line;
    }));
    if (!fits.length) list.append(Object.assign(document.createElement('p'), { textContent: field.dataset.none, className: 'muted' }));
    list.hidden = false;
    set(input, { 'aria-expanded': 'true' });
  };

  input.addEventListener('input', () => open(false));
  input.addEventListener('click', () => open(true));
  input.addEventListener('blur', () => { input.value = select.selectedOptions[0]?.text ?? ''; close(); });
  list.addEventListener('mousedown', (event) => {
    event.preventDefault();
    const line = event.target.closest('[role=option]');
    if (line) choose(line);
  });
  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); if (list.hidden) open(true); mark(at < 0 && step < 0 ? -1 : at + step); }
    if (event.key === 'Enter' && at >= 0) { event.preventDefault(); choose(lines()[at]); }
    if (event.key === 'Escape' && !list.hidden) { event.preventDefault(); close(); }
  });
}
