// Outcomes in another order: Alt and an arrow key in a line, or dragging it by its handle. Either presses a button of the
// form, as it is done without this; what was typed is saved with it.
import './autosave.js';

const form = document.querySelector('form[data-autosave]');
const bar = document.querySelector('.draftbar');
const lineAt = (x, y) => document.elementFromPoint(x, y)?.closest('[data-outcome]');
const isIn = (line) => line?.querySelector('[data-grip]');
document.body.dataset.draggable = '';

function press(line, place) {
  sessionStorage.setItem('outcome', line.dataset.outcome);
  const button = Object.assign(document.createElement('button'), { name: 'move', value: `${line.dataset.outcome} ${place}`, hidden: true });
  form.append(button);
  form.requestSubmit(button);
}

form.addEventListener('keydown', (event) => {
  const line = event.target.closest('[data-outcome]');
  const way = { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
  if (!event.altKey || !way || !isIn(line)) return;
  event.preventDefault();
  if (!line.querySelector(`button[value$=" ${way}"]`).disabled) press(line, way);
});

// --- dragging, by mouse, pen and finger

let drag = null;

form.addEventListener('pointerdown', (event) => {
  const line = event.target.closest('[data-grip]')?.closest('[data-outcome]');
  if (!line || event.button) return;
  drag = { line, place: null, pointer: event.pointerId };
  line.classList.add('dragged');
  event.preventDefault();
});

addEventListener('pointermove', (event) => {
  if (event.pointerId !== drag?.pointer) return;
  const target = lineAt(event.clientX, event.clientY);
  mark(null);
  drag.place = null;
  if (!isIn(target) || target === drag.line) return;
  const box = target.getBoundingClientRect();
  const isAbove = event.clientY < box.top + box.height / 2;
  const before = isAbove ? target.previousElementSibling?.dataset.outcome ?? '' : target.dataset.outcome;
  drag.place = before === drag.line.dataset.outcome ? null : `after ${before}`;
  mark(target, isAbove ? 'drop-before' : 'drop-behind');
});

addEventListener('pointerup', (event) => {
  if (event.pointerId !== drag?.pointer) return;
  const { line, place } = drag;
  release();
  if (place !== null) press(line, place);
});
addEventListener('pointercancel', release);
addEventListener('keydown', (event) => { if (event.key === 'Escape') release(); });
document.addEventListener('touchmove', (event) => { if (drag) event.preventDefault(); }, { passive: false });

function release() {
  drag?.line.classList.remove('dragged');
  mark(null);
  drag = null;
}

function mark(target, name) {
  for (const line of form.querySelectorAll('.drop-before, .drop-behind')) line.classList.remove('drop-before', 'drop-behind');
  target?.classList.add(name);
}

// --- after it was moved: the focus where it stands now, and its place in words

const moved = document.getElementById(`outcome-${sessionStorage.getItem('outcome')}`)?.querySelector('textarea');
sessionStorage.removeItem('outcome');
if (moved) {
  addEventListener('load', () => moved.focus()); // after the browser went to the part that the address names
  const number = [...form.querySelectorAll('[data-outcome]')].indexOf(moved.closest('[data-outcome]')) + 1;
  const text = bar.dataset.moved.replace('{title}', moved.value).replace('{number}', number);
  document.dispatchEvent(new CustomEvent('say', { detail: { text, icon: 'saved' } }));
}
