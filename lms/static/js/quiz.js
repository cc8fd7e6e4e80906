// A running attempt: saves as one types, goes from question to question without a network, says its state in words, counts
// the server's time. Without this file the same page works by forms.
import { fill, isBlank, isTouched, read } from './answers.js';
import { Outbox } from './outbox.js';

const page = document.getElementById('main');
const { attempt, token, locale, zone } = page.dataset;
const words = JSON.parse(page.dataset.words);
const forms = new Map([...page.querySelectorAll('form[data-slot]')].map((form) => [Number(form.dataset.slot), form]));
const last = Math.max(...forms.keys());
const questionOf = (form) => form.querySelector('[data-question]');
const shown = new Map([...forms].map(([slot, form]) => [slot, JSON.stringify(read(questionOf(form)))]));
const one = (selector) => document.querySelector(selector);
const each = (selector, use) => document.querySelectorAll(selector).forEach(use);
const clockTime = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: zone });
const time = (value) => clockTime.format(new Date(value));
const put = (path, body, more = {}) => fetch(`/api/v1/attempts/${attempt}/${path}`, {
  method: 'PUT',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token },
  body: JSON.stringify(body),
  signal: AbortSignal.timeout(10000),
  ...more,
});

// --- saving

let savedAt = null;
const outbox = new Outbox(attempt, {
  send: ({ slot, step, answer }) => put(`answers/${slot}`, { step, answer }, { keepalive: document.hidden }),
  steps: Object.fromEntries([...forms].map(([slot, form]) => [slot, Number(form.dataset.step)])),
  changed: tell,
  saved(entry, receipt) {
    savedAt = receipt.saved_at;
    synchronise(receipt.saved_at);
  },
  conflict: showConflict,
  refused: () => trouble(words.refused),
});

function changed(form, delay) {
  const slot = Number(form.dataset.slot);
  const answer = read(questionOf(form));
  const text = JSON.stringify(answer);
  if (text === shown.get(slot) || text === '{}') return;
  shown.set(slot, text);
  outbox.put(slot, answer, delay);
  mark(slot);
}

for (const [slot, form] of forms) {
  form.addEventListener('input', (event) => {
    if (event.target.name !== 'flag') changed(form, event.target.matches('[type=radio], [type=checkbox], select') ? 0 : 600);
  });
  form.addEventListener('change', (event) => {
    if (event.target.name === 'flag') flag(slot, event.target.checked);
    else changed(form, 0);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    show(event.submitter?.dataset.go ?? (slot === last ? 'end' : slot + 1));
  });
}

// What was given before this script was there is saved; what waited on this device is shown again, and sent.
for (const [slot, form] of forms) {
  const waiting = outbox.entries.get(slot);
  if (isTouched(questionOf(form))) {
    shown.delete(slot);
    changed(form, 0);
  } else if (waiting) {
    fill(questionOf(form), waiting.answer);
    shown.set(slot, JSON.stringify(waiting.answer));
    mark(slot);
  }
}

async function flag(slot, flagged) {
  mark(slot);
  const answer = await put(`flags/${slot}`, { flagged }).catch(() => null);
  if (!answer?.ok) addEventListener('online', () => put(`flags/${slot}`, { flagged }).catch(() => null), { once: true });
}

addEventListener('online', () => outbox.wake());
addEventListener('pageshow', () => outbox.wake());
document.addEventListener('visibilitychange', () => {
  outbox.wake();
  catchUp();
});

// Whoever comes back to this page sees what was saved elsewhere meanwhile: what shows here as saved is what counts.
async function catchUp() {
  if (document.hidden) return;
  const signal = AbortSignal.timeout(10000);
  const answer = await fetch(`/api/v1/attempts/${attempt}`, { headers: { Accept: 'application/json' }, signal }).catch(() => null);
  if (!answer?.ok) return;
  const found = await answer.json();
  if (!['in_progress', 'overdue'].includes(found.state)) return outbox.end();
  for (const held of found.slots) {
    if (held.step > (outbox.steps[held.slot] ?? 0) && !outbox.entries.has(held.slot)) take(held.slot, held);
  }
}

function take(slot, held) {
  const question = questionOf(forms.get(slot));
  fill(question, held.answer);
  shown.set(slot, JSON.stringify(read(question)));
  outbox.steps[slot] = held.step;
  savedAt = held.saved_at;
  mark(slot);
  tell(outbox);
}

// --- state in words

function say(kind, icon, text) {
  const line = one('[data-saved]');
  line.className = `status ${kind}`;
  const use = line.querySelector('use');
  use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${icon}`));
  if (line.lastElementChild.textContent !== text) line.lastElementChild.textContent = text;
}

function tell({ waiting, trouble: what }) {
  if (what === 'over') {
    say('warn', 'stop', words.over);
    trouble(words.over_next, { text: words.result, href: location.pathname });
  } else if (what === 'signed-out') {
    say('warn', 'lock', words.waiting[waiting]);
    trouble(words.signed_out, { text: words.sign_in, href: `/sign-in?next=${encodeURIComponent(location.pathname)}` });
  } else if (waiting && what === 'network') {
    say('warn', 'offline', words.waiting[waiting]);
    trouble(words.device);
  } else if (waiting) {
    say('', 'saved', words.saving);
  } else {
    trouble('');
    if (savedAt) say('good', 'saved', words.saved.replace('{time}', time(savedAt)));
  }
}

function trouble(text, link) {
  const box = one('[data-trouble]');
  box.hidden = !text;
  if (box.firstElementChild?.textContent === text) return;
  const line = document.createElement('p');
  line.textContent = text;
  box.replaceChildren(line);
  if (!link) return;
  const leads = document.createElement('a');
  leads.href = link.href;
  leads.textContent = link.text;
  box.append(leads);
}

// The same question was answered elsewhere: the person decides, nothing is thrown away unseen.
function showConflict(entry, held) {
  const form = forms.get(entry.slot);
  if (JSON.stringify(held?.answer) === JSON.stringify(entry.answer)) return;
  const box = form.querySelector('[data-conflict]');
  box.replaceChildren(one('#conflict').content.cloneNode(true));
  box.querySelector('[data-when]').textContent = held ? time(held.saved_at) : '';
  box.hidden = false;
  box.querySelector('[data-keep]').addEventListener('click', () => {
    box.hidden = true;
    outbox.put(entry.slot, read(questionOf(form)));
  });
  box.querySelector('[data-take]').addEventListener('click', () => {
    box.hidden = true;
    fill(questionOf(form), held.answer);
    shown.set(entry.slot, JSON.stringify(held.answer));
    mark(entry.slot);
  });
  show(entry.slot);
}

/** Shows everywhere whether a question is answered and flagged. */
function mark(slot) {
  const form = forms.get(slot);
  const answered = !isBlank(read(questionOf(form)));
  const flagged = form.elements.flag.checked;
  const state = [answered ? words.answered : words.open, ...(flagged ? [words.flagged] : [])].join(', ');
  each(`.numbers [data-go="${slot}"]`, (way) => {
    way.classList.toggle('done', answered);
    way.classList.toggle('flag', flagged);
    way.setAttribute('aria-label', `${way.getAttribute('aria-label').split(',')[0]}, ${state}`);
  });
  const line = one(`[data-line="${slot}"] [data-state]`);
  line.className = `status ${answered ? 'good' : flagged ? 'warn' : ''}`;
  line.lastElementChild.textContent = state;
  const use = line.querySelector('use');
  use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${flagged ? 'flag' : answered ? 'done' : 'todo'}`));
  const open = [...forms.values()].filter((other) => isBlank(read(questionOf(other)))).length;
  one('[data-count]').textContent = words.unanswered[open];
  drawScale();
}

function drawScale() {
  const marks = document.querySelectorAll('.scale rect:not(.needle)');
  [...forms.values()].forEach((form, i) => {
    const state = form.elements.flag.checked ? 'flag' : isBlank(read(questionOf(form))) ? '' : 'done';
    marks[i].setAttribute('class', state);
  });
}

// --- from sheet to sheet

function show(to, { remember = true } = {}) {
  const target = String(to);
  each('[data-sheet]', (sheet) => { sheet.hidden = sheet.dataset.sheet !== target; });
  const at = target === 'end' ? last + 1 : Number(target);
  one('[data-title]').textContent = target === 'end' ? words.end : words.question.replace('{number}', target);
  document.title = document.title.replace(/^[^·]*/, `${one('[data-title]').textContent} `);
  each('.numbers [data-go]', (way) => {
    if (way.dataset.go === target) way.setAttribute('aria-current', 'step');
    else way.removeAttribute('aria-current');
  });
  const [back, next] = [one('[data-back]'), one('[data-next]')];
  back.hidden = at <= 1;
  next.hidden = target === 'end';
  one('[data-hand-in]').hidden = target !== 'end';
  back.dataset.go = String(at - 1);
  next.dataset.go = at === last ? 'end' : String(at + 1);
  next.firstElementChild.textContent = at === last ? words.look_over : words.next;
  one('.needle').setAttribute('x', `${Math.min(99, ((at - 1) * 100) / forms.size)}%`);
  if (remember) history.pushState(null, '', `?q=${target}`);
  scrollTo(0, 0);
  one('[data-title]').focus({ preventScroll: true });
}

document.addEventListener('click', (event) => {
  const way = event.target.closest('[data-go]');
  if (!way) return;
  event.preventDefault();
  way.closest('details')?.removeAttribute('open');
  show(way.dataset.go);
});
addEventListener('popstate', () => show(new URLSearchParams(location.search).get('q') ?? page.dataset.current, { remember: false }));

// --- handing in

const handIn = one('[data-submission]');
handIn.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (await outbox.empty(8000)) leave();
  else if (outbox.trouble !== 'over') trouble(words.stay);
});

/** Hands in as soon as somebody answers there: without a network the browser would put its own page in place of this one. */
async function leave({ again = false } = {}) {
  const there = await fetch('/health/live', { cache: 'no-store', signal: AbortSignal.timeout(10000) }).catch(() => null);
  if (there) return handIn.submit();
  if (again) return setTimeout(leave, 5000, { again });
  trouble(words.no_network);
  addEventListener('online', () => trouble(''), { once: true });
}

// --- the server's time: only counted here

const clock = one('[data-left]');
let end = clock && performance.now() + clock.dataset.left * 1000;

/** Each receipt says what time it is at the server. */
function synchronise(serverTime) {
  if (clock) end = performance.now() + (new Date(clock.dataset.deadline) - new Date(serverTime));
}

if (clock) {
  const ticking = setInterval(async () => {
    const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
    clock.lastElementChild.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    clock.classList.toggle('warn', seconds <= 300);
    if (seconds === 300 || seconds === 60) one('[data-time]').textContent = words.minutes_left[seconds / 60];
    if (seconds > 0) return;
    clearInterval(ticking);
    say('warn', 'clock', words.handing_in);
    await outbox.empty(15000);
    leave({ again: true });
  }, 1000);
}

tell(outbox);
outbox.wake();
