// The editor of an activity: its form saves itself, buttons change it in place, rows move by keys and by drag.
// Everything is done by the server's own answer to the same form, so that nothing differs from how it is without script.
import { addToolbars } from './editor-text.js';
import { Keeper } from './editor-keep.js';

const form = () => document.getElementById('editor-form');
const words = JSON.parse(form().dataset.words);
const path = location.pathname;
const say = (text, icon) => document.dispatchEvent(new CustomEvent('say', { detail: { text, icon } }));
document.documentElement.dataset.scripted = '';

/** The form's fields as one text; what only tries a question, tokens and files are no content. */
function read() {
  const fields = [...new FormData(form())].filter(([name, value]) => typeof value === 'string' && name !== 'csrf_token' && !name.startsWith('try.') && !name.startsWith('file:'));
  return new URLSearchParams(fields).toString();
}

/** The same with a token and a button, as the form would send it. */
function asSent(fields, button, more = []) {
  const sent = new URLSearchParams(fields);
  for (const [name, value] of more) sent.append(name, value);
  sent.set('csrf_token', form().elements.csrf_token.value);
  sent.set('do', button);
  return sent;
}

const post = (body, accept) => fetch(path, { method: 'POST', body, headers: { Accept: accept } });

function tell(state, sentence = '') {
  const shown = document.getElementById('editor-state');
  shown.querySelector('[data-state]').textContent = sentence || words[state] || '';
  shown.classList.toggle('warn', ['network', 'signed_out', 'refused', 'wrong'].includes(state));
  const use = shown.querySelector('use');
  const drawing = { saved: 'saved', network: 'offline', signed_out: 'warn', refused: 'warn', wrong: 'warn' }[state] ?? 'edit';
  use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${drawing}`));
}

const keeper = new Keeper({
  name: `editor:${path}`,
  read,
  tell,
  send: (fields) => post(asSent(fields, 'autosave'), 'application/json'),
  saved(body, isLatest) {
    tell('saved', body.state);
    form().elements.based_on.value = body.merged ? body.sent : body.digest;
    mark({});
    refreshPreview();
    if (body.merged) say(words.merged, 'people');
    if (body.merged && isLatest) load(fetch(path, { headers: { Accept: 'text/html' } }));
  },
  wrong({ state, errors }) {
    tell('wrong', `${state} ${words.refused_short}`);
    mark(errors);
  },
  clash: () => load(post(asSent(read(), 'save'), 'text/html')),
});

/** Fields that keep the form from being saved, without moving anything under the author's hands. */
function mark(errors) {
  for (const field of form().querySelectorAll('[data-marked]')) { field.removeAttribute('aria-invalid'); delete field.dataset.marked; }
  for (const [name, sentence] of Object.entries(errors)) {
    const field = document.getElementById(name);
    if (!field?.matches('.input')) continue;
    field.setAttribute('aria-invalid', 'true');
    field.dataset.marked = '';
    field.title = sentence;
  }
}

function refreshPreview() {
  const frame = document.querySelector('[data-preview]');
  if (frame?.contentWindow && frame.offsetParent) frame.contentWindow.location.reload();
}

/** Put the form of a fresh page in place of the one here. */
async function load(coming, { focus } = {}) {
  const page = document.getElementById('editor-live');
  page.inert = true;
  try {
    const answer = await coming;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const better = fresh.getElementById('editor-live');
    if (!better) { location.assign(answer.redirected ? answer.url : path); return; }
    page.replaceChildren(...document.adoptNode(better).childNodes);
    for (const id of ['state', 'undoing']) if (fresh.getElementById(id)) document.getElementById(id)?.replaceWith(document.adoptNode(fresh.getElementById(id)));
    tell(form().dataset.saved === 'yes' ? 'saved' : 'typing', fresh.querySelector('#editor-state [data-state]')?.textContent);
    enhance();
    page.inert = false; // what is inert takes no focus
    find(focus ?? form().dataset.focus)?.focus();
    if (form().dataset.saved === 'yes') { keeper.acknowledge(read()); refreshPreview(); }
  } catch {
    say(words.needs_network, 'offline');
  } finally {
    page.inert = false;
  }
}

function find(id) {
  return document.getElementById('errors') ?? document.getElementById('clash') ?? document.querySelector('#editor-live [autofocus]') ?? (id && document.getElementById(id));
}

// Buttons: the same form, the same answer, in place.
document.addEventListener('submit', (event) => {
  if (event.target.id !== 'editor-form') return;
  event.preventDefault();
  event.stopImmediatePropagation();
  press(event.submitter?.value || 'save');
}, true);

// What was typed is saved before something is undone, so that it is undone too and not put back.
document.addEventListener('submit', async (event) => {
  if (!event.target.closest('#undoing') || !keeper.left) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await keeper.save();
  if (!keeper.left) event.target.submit();
}, true);

async function press(button) {
  await keeper.running; // never two saves of the same form at once
  const tried = [...new FormData(form())].filter(([name, value]) => name.startsWith('try.') && typeof value === 'string');
  await load(post(asSent(read(), button, tried), 'text/html'));
  if (form().dataset.saved !== 'yes' && !/^(try|mark|theirs)/.test(button)) keeper.changed();
}

document.addEventListener('input', (event) => {
  if (event.target.form === form() && !event.target.name.startsWith('try.')) keeper.changed();
});
document.addEventListener('change', (event) => {
  if (event.target.form !== form()) return;
  if (event.target.matches('[data-shows]')) press('show');
  else if (event.target.matches('[data-send]')) sendFor(event.target);
});

// Files: sent at once, chosen when they are there.
function sendFor(input) {
  const field = input.closest('[data-file]');
  let status = field.querySelector('[data-part=sending]');
  if (!status) {
    status = Object.assign(document.createElement('p'), { className: 'status' });
    status.setAttribute('role', 'status');
    status.dataset.part = 'sending';
    field.append(status);
  }
  upload(input.files[0], status, field.querySelector('select'));
}

function upload(file, status, select) {
  if (!file) return;
  const request = new XMLHttpRequest();
  const sent = new FormData();
  sent.append('file', file);
  const name = words.sending.replace('{name}', file.name);
  status.textContent = name;
  request.upload.addEventListener('progress', (event) => { status.textContent = `${name} ${Math.round((event.loaded / event.total) * 100)} %`; });
  request.addEventListener('error', () => { status.textContent = words.needs_network; });
  request.addEventListener('load', () => {
    const body = JSON.parse(request.responseText || '{}');
    if (request.status !== 201) { status.textContent = [body.detail, body.next_step].filter(Boolean).join(' ') || words.refused; return; }
    status.textContent = body.path;
    if (![...select.options].some((option) => option.value === body.path)) select.add(new Option(body.path, body.path));
    select.value = body.path;
    select.dispatchEvent(new Event('input', { bubbles: true }));
  });
  request.open('POST', form().dataset.files);
  request.setRequestHeader('X-CSRFToken', form().elements.csrf_token.value);
  request.setRequestHeader('Accept', 'application/json');
  request.send(sent);
}

// Rows: Alt and an arrow move what has the focus; the grip drags.
document.addEventListener('keydown', (event) => {
  const way = event.altKey && { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
  const row = way && event.target.closest?.('[data-row]');
  if (row) {
    event.preventDefault();
    row.querySelector(`[data-move=${way}]:not(:disabled)`)?.click();
  }
  if ((event.ctrlKey || event.metaKey) && event.key === 's' && event.target.closest?.('#editor-form, body')) {
    event.preventDefault();
    press('save');
  }
  const menu = event.target.closest?.('details.menu[data-fresh]');
  if (menu) walkMenu(menu, event);
});

function walkMenu(menu, event) {
  const items = [...menu.querySelectorAll('.listbox button')];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape' && menu.open) { menu.open = false; menu.querySelector('summary').focus(); }
  if (!step) return;
  event.preventDefault();
  menu.open = true;
  const at = items.indexOf(document.activeElement);
  items.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % items.length).focus();
}

let dragged = null;
const listOf = (row) => row.dataset.row.replace(/\.\d+$/, '');
const clear = () => document.querySelectorAll('.drop-before, .drop-after').forEach((row) => row.classList.remove('drop-before', 'drop-after'));
document.addEventListener('pointerdown', (event) => {
  const row = event.target.closest?.('[data-grip]')?.closest('[data-row]');
  if (row) row.draggable = true;
});
document.addEventListener('dragstart', (event) => {
  dragged = event.target.closest?.('[data-row][draggable=true]');
  dragged?.classList.add('dragged');
});
document.addEventListener('dragover', (event) => {
  const over = dragged && event.target.closest?.('[data-row]');
  if (!over || over === dragged || listOf(over) !== listOf(dragged)) return;
  event.preventDefault();
  clear();
  const { top, height } = over.getBoundingClientRect();
  over.classList.add(event.clientY < top + height / 2 ? 'drop-before' : 'drop-after');
});
document.addEventListener('drop', (event) => {
  const over = document.querySelector('.drop-before, .drop-after');
  if (!dragged || !over) return;
  event.preventDefault();
  const [from, to] = [dragged, over].map((row) => Number(row.dataset.row.split('.').at(-1)));
  const behind = over.classList.contains('drop-after') ? 1 : 0;
  press(`move ${dragged.dataset.row} ${to + behind - (from < to ? 1 : 0)}`);
});
document.addEventListener('dragend', () => {
  clear();
  dragged?.classList.remove('dragged');
  if (dragged) dragged.draggable = false;
  dragged = null;
});

function enhance() {
  addToolbars(form(), { upload });
  form().querySelectorAll('details.menu').forEach((menu) => { menu.dataset.fresh = ''; });
}

addToolbars(form(), { upload });
const left = keeper.left;
if (left && left !== read()) {
  load(post(asSent(left, 'show'), 'text/html')).then(() => {
    say(words.restored, 'history');
    keeper.changed();
  });
} else if (left) keeper.drop();
