// A page of a course: practice answered in place, and what has changed taken from the page as the server now shows it.

/** Replace every part that carries data-live by the part of the same id in `html`. */
export function take(html, only = () => true) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  for (const part of document.querySelectorAll('[data-live]')) {
    const better = fresh.getElementById(part.id);
    if (better && only(part)) part.replaceWith(document.adoptNode(better));
  }
}

/** Look again at this page: outline, progress and step button after something was done. */
export async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (answer.ok) take(await answer.text(), (part) => !part.matches('section'));
}

document.addEventListener('submit', async (event) => {
  const form = event.target.closest('form[data-practice]');
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const section = form.closest('[data-live]');
  const button = form.querySelector('button:not([type=button])');
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { Accept: 'text/html' } });
    take(await answer.text(), (part) => part.id === section.id || !part.matches('section'));
    document.querySelector(`#${CSS.escape(section.id)} [data-feedback]`)?.focus();
  } catch {
    document.dispatchEvent(new CustomEvent('say', { detail: { text: form.dataset.offline, icon: 'offline' } }));
  }
  button.disabled = false;
}, true);

document.addEventListener('progress-changed', refresh);

// Another site was opened in a window of its own: what that changed is here when the reader comes back.
document.querySelector('main a[target=_blank][href$="/open"]')?.addEventListener('click', () => addEventListener('focus', refresh, { once: true }));

// The outline opens where one is.
const outline = document.getElementById('outline');
const centre = () => {
  const here = outline.querySelector('[aria-current]');
  if (here) outline.scrollTop = here.offsetTop - outline.clientHeight / 2;
};
outline.addEventListener('toggle', centre);
centre();

// A text goes on where it was left on this device; at its end there is nothing to keep.
const place = `place:${location.pathname}`;
const end = () => document.documentElement.scrollHeight - innerHeight;
if (!location.hash && !scrollY) scrollTo(0, Number(localStorage.getItem(place)) * end());
addEventListener('pagehide', () => {
  const part = scrollY / Math.max(end(), 1);
  if (part > 0.05 && part < 0.95) localStorage.setItem(place, part.toFixed(3));
  else localStorage.removeItem(place);
});
