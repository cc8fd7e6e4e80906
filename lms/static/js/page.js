// On every page. Nothing depends on it: links, forms and details work without; it adds speed and the keyboard.
const all = (selector, each) => document.querySelectorAll(selector).forEach(each);
const typing = (target) => target.matches?.('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]');

// Something happened: said in the polite live region, and gone after a while unless there is something to do.
export function say(text, icon = 'saved') {
  const toast = document.createElement('div');
  toast.className = 'toast';
  const sprite = document.querySelector('use')?.getAttribute('href').split('#')[0];
  toast.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#${icon}"/></svg><span></span>`;
  toast.lastElementChild.textContent = text;
  document.getElementById('toasts')?.append(toast);
  setTimeout(() => toast.remove(), 8000);
}
document.addEventListener('say', (event) => say(event.detail.text, event.detail.icon));

// Dialogs: the opener is a link to the dialog; here it becomes a modal one.
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]');
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.open).showModal();
  }
  const closer = event.target.closest('[data-close]');
  if (closer) {
    event.preventDefault();
    closer.closest('dialog').close();
    if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  }
  all('details.menu[open]', (menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
all('[role=button][href]', (link) => link.addEventListener('keydown', (event) => {
  if (event.key === ' ') { event.preventDefault(); link.click(); }
}));

// On a phone not all tabs have room: the one of this page is seen.
all('.tabs [aria-current]', (tab) => {
  const row = tab.closest('.tabs');
  row.scrollBy(tab.getBoundingClientRect().left - row.getBoundingClientRect().left - 48, 0);
});

// Menus: Escape closes, arrows walk.
all('details.menu', (menu) => menu.addEventListener('keydown', (event) => {
  const items = [...menu.querySelectorAll('.listbox a, .listbox button')];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape' && menu.open) {
    menu.open = false;
    menu.querySelector('summary').focus();
  } else if (step) {
    event.preventDefault();
    menu.open = true;
    const at = items.indexOf(document.activeElement);
    items.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % items.length).focus();
  }
}));

// A form that was sent is not sent twice by an impatient thumb.
document.addEventListener('submit', (event) => {
  if (event.defaultPrevented || event.target.method === 'get') return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = '1';
});
addEventListener('pageshow', () => all('form[data-sent]', (form) => delete form.dataset.sent));

// An error summary takes the focus, so that it is read and seen.
document.getElementById('errors')?.focus();

// Keys: j and k go on and back, / searches, ? says so.
addEventListener('keydown', (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const targets = {
    j: ['[data-key=next]'], k: ['[data-key=back]'], '/': ['input[type=search]', '[data-key=search]'], '?': ['[data-key=help]'],
  }[event.key] ?? [];
  const found = targets.map((target) => document.querySelector(target)).find(Boolean);
  if (!found) return;
  event.preventDefault();
  if (found.matches('input')) found.focus();
  else found.click();
});

// What a page may need besides, loaded only where it is.
const parts = {
  '.matrix-box': './matrix.js', '[data-combo]': './combo.js', '.drop': './drop.js', '[data-job]': './job.js',
  '[data-movable]': './tree.js', '[data-ordering]': './ordering.js',
};
for (const [selector, module] of Object.entries(parts)) if (document.querySelector(selector)) import(module);
