// A form that saves itself while somebody types. What is not saved stays in the fields, and its state is said in words.
const bar = document.querySelector('.draftbar');
const state = document.getElementById('state');
const words = bar.dataset;

export function tell(text) {
  if (state.textContent.trim() !== text.trim()) state.textContent = text;
}

const kept = []; // of each form that saves itself: is something unsaved, and save it now

for (const part of document.querySelectorAll('[data-scripted]')) part.hidden = false;
for (const form of document.querySelectorAll('form[data-autosave]')) keepSaved(form);

/** Resolves to true when all is saved; to false where something could not be. */
export async function allSaved() {
  for (const form of kept) if (form.isDirty()) await form.save();
  return !kept.some((form) => form.isDirty());
}

// Who goes on while something is not saved yet goes on when it is; what can't be saved keeps the page open.
document.addEventListener('click', async (event) => {
  const link = event.target.closest('a[href]:not([target], [download], [href^="#"])');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !kept.some((form) => form.isDirty())) return;
  event.preventDefault();
  if (await allSaved()) location.assign(link.href);
});
document.addEventListener('submit', async (event) => {
  if (event.target.matches('[data-autosave]') || !kept.some((form) => form.isDirty())) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await allSaved()) event.target.requestSubmit(event.submitter);
}, true);

function keepSaved(form) {
  let timer, flight = null, dirty = false;
  kept.push({ isDirty: () => dirty || flight !== null, save: () => { clearTimeout(timer); return save(); } });
  for (const part of form.querySelectorAll('[data-unscripted]')) part.hidden = true;
  const soon = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };
  const changed = (delay) => { dirty = true; tell(words.typing); soon(delay); };

  // While a clash waits for a choice nothing is sent: the box would come anew under the pointer.
  form.addEventListener('input', () => { if (!form.querySelector('.clash')) changed(1200); });
  form.addEventListener('change', () => { if (!form.querySelector('.clash')) changed(50); });
  form.addEventListener('submit', (event) => {
    if (event.submitter?.name) { // a button that means more than saving: the form goes as it is
      dirty = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    soon(0);
  }, true);
  form.addEventListener('chosen', (event) => {
    remember(form, event.detail.field, event.detail.now);
    clear(form);
    changed(0);
  });
  form.addEventListener('forget', () => { dirty = false; });
  addEventListener('online', () => { if (dirty) soon(0); });
  addEventListener('beforeunload', (event) => { if (dirty) event.preventDefault(); });
  document.addEventListener('visibilitychange', () => { if (document.hidden && dirty) soon(0); });
  if ([...form.querySelectorAll('input:not([type=hidden]), textarea, select')].some(isTouched)) changed(0);

  async function save() {
    await flight;
    if (!dirty) return;
    flight = send();
    await flight;
    flight = null;
  }

  async function send() {
    dirty = false;
    tell(words.saving);
    let answer;
    try {
      answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/json' }, keepalive: true });
    } catch {
      dirty = true;
      tell(words.offline);
      return soon(5000);
    }
    return understand(answer);
  }

  async function understand(answer) {
    const said = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : {};
    if (answer.ok) {
      for (const [field, value] of Object.entries(said.was ?? {})) remember(form, field, value);
      clear(form);
      if (!dirty) tell(said.state);
      document.dispatchEvent(new CustomEvent('draft-saved'));
    } else if (answer.status === 409 && said.clash) {
      dirty = true;
      clear(form);
      show(form, said.field, said.html);
      tell(words.clash);
    } else if (answer.status === 422 && said.errors) {
      dirty = true;
      clear(form);
      for (const [field, sentence] of Object.entries(said.errors)) mark(form, field, sentence);
      tell(words.wrong);
    } else {
      dirty = true;
      tell(answer.status === 401 || answer.status === 400 ? words.signedOut : said.detail ?? words.offline);
      if (answer.status >= 500) soon(5000);
    }
  }
}

/** Somebody may have typed before the script was there. */
function isTouched(field) {
  if (field.matches('select')) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  return field.matches('[type=radio], [type=checkbox]') ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

/** What now stands in the draft, with which the next change is compared. */
function remember(form, field, value) {
  const hidden = form.elements[`was.${field}`];
  if (hidden) hidden.value = JSON.stringify(value);
}

function fieldOf(form, name) {
  const found = form.elements[name] ?? document.getElementById(name);
  return found instanceof RadioNodeList ? found[0] : found;
}

/** A clash beside its field: both texts, and a button for each. */
function show(form, name, html) {
  const box = document.createElement('div');
  box.className = 'clash';
  box.dataset.said = '';
  box.setAttribute('role', 'alert');
  box.innerHTML = html;
  (fieldOf(form, name)?.closest('.field, fieldset') ?? form.firstElementChild).after(box);
  const now = JSON.parse(box.querySelector('[data-now]').dataset.now);
  box.querySelector('[data-mine]').addEventListener('click', () => choose(form, name, now));
  box.querySelector('[data-theirs]').addEventListener('click', () => take(form, name, now));
}

const choose = (form, field, now) => form.dispatchEvent(new CustomEvent('chosen', { detail: { field, now } }));

function take(form, name, now) {
  const field = form.elements[name];
  if (now !== null && typeof now === 'object') {
    for (const [inner, value] of Object.entries({ [name]: now.kind, ...now })) if (form.elements[inner]) form.elements[inner].value = value;
    if (!form.elements[name]?.matches?.('select')) return again(form);
  } else if (field?.matches) field.value = now ?? '';
  else return again(form);
  return choose(form, name, now);
}

/** The whole form as it stands in the draft: what is not one field can't be put back here. */
function again(form) {
  form.dispatchEvent(new Event('forget'));
  location.reload();
}

function mark(form, name, sentence) {
  const field = fieldOf(form, name);
  const error = Object.assign(document.createElement('p'), { className: 'error', id: `${name}-said`, textContent: sentence });
  error.dataset.said = '';
  if (!field) return form.prepend(error);
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-errormessage', error.id);
  field.after(error);
  return undefined;
}

function clear(form) {
  for (const said of form.querySelectorAll('[data-said], .error')) said.remove();
  for (const field of form.querySelectorAll('[aria-invalid]')) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-errormessage');
  }
}
