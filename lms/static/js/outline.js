// The outline of a draft: lines moved by keys and by dragging. Each change is one operation at the API;
// what the page then shows is what the server shows. Without this, the same is done by buttons and forms.
import './autosave.js';

const bar = document.querySelector('.draftbar');
const base = `/api/v1/courses/${bar.dataset.slug}/draft`;
const token = document.querySelector('input[name=csrf_token]').value;
const tree = () => document.getElementById('tree');
const lineOf = (on, key) => tree().querySelector(`li[data-on="${on}"][data-key="${CSS.escape(key)}"]`);

document.body.dataset.draggable = '';
document.addEventListener('draft-saved', () => refresh());

/** Every part that carries data-live, as the server shows it now. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const focused = document.activeElement?.closest?.('#tree li');
  const inside = document.activeElement?.closest?.('[data-live]:not(#tree)');
  for (const part of document.querySelectorAll('[data-live]')) {
    const better = part !== inside && fresh.getElementById(part.id);
    if (better) part.replaceWith(document.adoptNode(better));
  }
  if (focused) lineOf(focused.dataset.on, focused.dataset.key)?.querySelector('a').focus();
}

async function change(operation) {
  let answer;
  try {
    answer = await fetch(base, {
      method: 'PATCH',
      body: JSON.stringify({ operation }),
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token },
    });
  } catch {
    say(bar.dataset.offlineMove, 'offline');
    return false;
  }
  if (!answer.ok) say((await answer.json()).detail, 'warn');
  return answer.ok;
}

const say = (text, icon = 'saved') => document.dispatchEvent(new CustomEvent('say', { detail: { text, icon } }));

/** Moves a line, shows where it is now, and says so. */
async function move(on, key, place) {
  if (!(await change({ op: 'move', on, key, ...place }))) return;
  await refresh();
  const line = lineOf(on, key);
  if (!line) return;
  const number = line.querySelector('.no').textContent;
  const title = line.querySelector('[lang]').textContent;
  line.querySelector('a').focus();
  line.classList.add('was-moved');
  setTimeout(() => line.classList.remove('was-moved'), 2000);
  say(bar.dataset.moved.replace('{title}', title).replace('{number}', number));
}

// --- keys

addEventListener('keydown', (event) => {
  const line = event.target.closest?.('#tree li');
  const inwards = document.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const ways = { ArrowUp: 'up', ArrowDown: 'down', [inwards]: 'in', [inwards === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft']: 'out' };
  const way = event.altKey && line && ways[event.key];
  if (!way || (line.dataset.on === 'activity' && (way === 'in' || way === 'out'))) return;
  event.preventDefault();
  move(line.dataset.on, line.dataset.key, { way });
});

document.addEventListener('submit', (event) => {
  if (!event.target.querySelector('[data-undo], [data-redo]')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  back(event.target);
}, true);

/** Undo or redo, then the same page as it is now; the whole course where what it was about is gone. */
async function back(form) {
  let answer;
  try {
    answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/json' } });
  } catch {
    return say(bar.dataset.offlineMove, 'offline');
  }
  if (!answer.ok) return say((await answer.json()).detail, 'warn');
  const here = await fetch(location.href, { method: 'HEAD' });
  if (here.ok) location.reload();
  else location.assign(`/teach/${bar.dataset.slug}`);
  return undefined;
}

// --- dragging, by mouse, pen and finger

let drag = null;

document.addEventListener('pointerdown', (event) => {
  const grip = event.target.closest('[data-grip]');
  if (!grip || event.button) return;
  const line = grip.closest('li');
  drag = { line, target: null, place: null, pointer: event.pointerId };
  line.classList.add('dragged');
  event.preventDefault();
});

document.addEventListener('pointermove', (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  event.preventDefault();
  const box = tree().closest('[role=region]').getBoundingClientRect();
  if (event.clientY < Math.max(box.top, 0) + 40) tree().closest('[role=region]').scrollBy(0, -12);
  if (event.clientY > Math.min(box.bottom, innerHeight) - 40) tree().closest('[role=region]').scrollBy(0, 12);
  aim(document.elementFromPoint(event.clientX, event.clientY)?.closest('#tree li'), event.clientY);
});

addEventListener('pointerup', (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  const { line, place } = drag;
  release();
  if (place) move(line.dataset.on, line.dataset.key, place);
});
addEventListener('pointercancel', release);
addEventListener('keydown', (event) => { if (event.key === 'Escape') release(); });
document.addEventListener('touchmove', (event) => { if (drag) event.preventDefault(); }, { passive: false });

function release() {
  drag?.line.classList.remove('dragged');
  mark(null, '');
  drag = null;
}

/** Where it would go if it were dropped on this line, at this height. */
function aim(target, y) {
  if (!target || drag.line.contains(target)) {
    drag.place = null;
    return mark(null, '');
  }
  const box = target.querySelector('.line').getBoundingClientRect();
  const part = (y - box.top) / box.height;
  const same = target.dataset.on === drag.line.dataset.on;
  const inside = target.dataset.on === 'module' && (!same || (part > 0.3 && part < 0.7));
  if (!same && target.dataset.on === 'activity') return mark(null, '');
  drag.place = inside ? first(target) : part < 0.5 ? before(target) : behind(target);
  return mark(target, inside ? 'drop-inside' : part < 0.5 ? 'drop-before' : 'drop-behind');
}

const first = (target) => ({ module: target.dataset.key, after: '' });
const behind = (target) => ({ module: target.dataset.module, after: target.dataset.key });
/** In front of a line is behind the one before it; in front of one's own neighbour is where one stands. */
const before = (target) => (target.dataset.after === drag.line.dataset.key ? null : { module: target.dataset.module, after: target.dataset.after });

function mark(target, name) {
  for (const line of document.querySelectorAll('.drop-before, .drop-behind, .drop-inside')) line.classList.remove('drop-before', 'drop-behind', 'drop-inside');
  target?.classList.add(name);
}

