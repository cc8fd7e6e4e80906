// /you: the certificate follows what is typed as the name, and says which characters no font has.
const form = document.querySelector('[data-name-form]');
const note = form.querySelector('[data-name-note]');
const typed = form.elements.name;
let wait;

// A form of its own, by POST: names belong in no address. A frame that is new has no history that Back would walk.
function show() {
  const old = form.querySelector('iframe');
  const frame = old.cloneNode();
  frame.removeAttribute('src');
  frame.loading = 'eager';
  frame.addEventListener('load', () => say(frame));
  old.replaceWith(frame);
  const sheet = document.createElement('form');
  Object.assign(sheet, { method: 'post', action: '/you/certificate', target: frame.name, hidden: true });
  for (const name of ['csrf_token', 'name']) {
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name, value: form.elements[name].value });
    sheet.append(field);
  }
  document.body.append(sheet);
  sheet.submit();
  sheet.remove();
}

function say(frame) {
  const said = frame.contentDocument?.querySelector('.above')?.textContent ?? '';
  if (note.textContent.trim() !== said) note.textContent = said;
}

typed.addEventListener('input', () => {
  clearTimeout(wait);
  wait = setTimeout(show, 400);
});
