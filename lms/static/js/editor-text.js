// A small toolbar that writes Markdown, for people who know none. What it writes goes through the browser's own undo.

/** Put `text` where the selection is; the browser can undo it. */
function insert(area, text, from, to) {
  area.focus();
  area.setSelectionRange(from, to);
  if (!document.execCommand('insertText', false, text)) {
    area.setRangeText(text, from, to, 'end');
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
}

const selection = (area) => area.value.slice(area.selectionStart, area.selectionEnd);

/** Marks around the selection, or taken away where they are there already. */
function wrap(area, mark) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const around = value.slice(from - mark.length, from) === mark && value.slice(to, to + mark.length) === mark;
  const words = value.slice(from, to);
  if (around) {
    insert(area, words, from - mark.length, to + mark.length);
    area.setSelectionRange(from - mark.length, to - mark.length);
  } else {
    insert(area, mark + words + mark, from, to);
    area.setSelectionRange(from + mark.length, to + mark.length);
  }
}

/** A mark before each line of the selection, or taken away where all have it. */
function prefix(area, mark) {
  const start = area.value.lastIndexOf('\n', area.selectionStart - 1) + 1;
  const found = area.value.indexOf('\n', area.selectionEnd);
  const end = found < 0 ? area.value.length : found;
  const lines = area.value.slice(start, end).split('\n');
  const has = lines.every((line) => line.startsWith(mark));
  insert(area, lines.map((line) => (has ? line.slice(mark.length) : mark + line)).join('\n'), start, end);
}

/** A block of its own: with an empty line before and after it. */
function block(area, text) {
  const { selectionEnd: at, value } = area;
  const before = value.slice(0, at).replace(/\n*$/, '');
  const lead = before ? '\n\n' : '';
  insert(area, `${lead}${text}\n\n`, before.length, at + /^\n*/.exec(value.slice(at))[0].length);
}

const plain = (text) => text.replace(/([\\[\]*`<&])/g, '\\$1');
const address = (path) => path.replace(/[\s()<>"\\%?#]/g, encodeURIComponent);

/** A dialog of the page; resolves when it was left with "insert". */
function ask(dialog) {
  return new Promise((done) => {
    dialog.returnValue = '';
    dialog.showModal();
    dialog.addEventListener('close', () => done(dialog.returnValue === 'insert'), { once: true });
  });
}

async function link(area) {
  const dialog = document.getElementById('insert-link');
  const [from, to, words] = [area.selectionStart, area.selectionEnd, selection(area)];
  dialog.querySelector('form').reset();
  if (!await ask(dialog)) return area.focus();
  const [url, activity] = [dialog.querySelector('#link-url').value.trim(), dialog.querySelector('#link-activity')];
  const target = activity.value || url;
  const shown = words || (activity.value ? activity.selectedOptions[0].text : url);
  if (target) insert(area, `[${plain(shown)}](${target.replace(/[\s()<>]/g, encodeURIComponent)})`, from, to);
  return undefined;
}

async function picture(area, { upload }) {
  const dialog = document.getElementById('insert-picture');
  const field = (id) => dialog.querySelector(`#picture-${id}`);
  const [file, alt, decorative, error] = [field('file'), field('alt'), field('decorative'), dialog.querySelector('[data-part=error]')];
  dialog.querySelector('form').reset();
  error.hidden = true;
  field('sent').onchange = () => upload(field('sent').files[0], dialog.querySelector('[data-part=sending]'), file);
  dialog.querySelector('[data-insert]').onclick = (event) => {
    const whole = file.value && (alt.value.trim() || decorative.checked);
    error.hidden = Boolean(whole);
    if (!whole) event.preventDefault();
  };
  if (await ask(dialog)) block(area, `![${decorative.checked ? '' : plain(alt.value.trim())}](${address(file.value)})`);
  else area.focus();
}

const MAKE = {
  bold: (area) => wrap(area, '**'),
  italic: (area) => wrap(area, '*'),
  heading: (area) => prefix(area, '## '),
  list: (area) => prefix(area, '- '),
  table: (area) => block(area, '| A | B |\n| --- | --- |\n| 1 | 2 |'),
  formula: (area) => insert(area, `\\(${selection(area) || 'E = m c^2'}\\)`, area.selectionStart, area.selectionEnd),
  link,
  picture,
};
const KEYS = { b: 'bold', i: 'italic', k: 'link' };

/** Give every text of the form its toolbar. `tools.upload(file, status, select)` sends a picture. */
export function addToolbars(form, tools) {
  const template = document.getElementById('toolbar');
  for (const area of form.querySelectorAll('textarea[data-markdown]')) {
    const bar = template.content.cloneNode(true).firstElementChild;
    bar.setAttribute('aria-controls', area.id);
    area.before(bar);
    bar.addEventListener('click', (event) => MAKE[event.target.closest('[data-make]')?.dataset.make]?.(area, tools));
    bar.addEventListener('keydown', walk);
    area.addEventListener('keydown', (event) => {
      const make = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && KEYS[event.key];
      if (!make) return;
      event.preventDefault();
      MAKE[make](area, tools);
    });
  }
}

/** One stop for Tab; arrows go along. */
function walk(event) {
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
  const step = { ArrowRight: forward, ArrowLeft: -forward }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = buttons.at((buttons.indexOf(event.target) + step) % buttons.length);
  buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
  next.focus();
}
