// When an activity opens: another kind of condition shows at once what belongs to it, as the button does without script.
const form = document.querySelector('main form');
for (const part of document.querySelectorAll('[data-unscripted]')) part.hidden = true;
form.addEventListener('change', (event) => {
  if (!event.target.name.endsWith('.kind')) return;
  sessionStorage.setItem('condition', event.target.id);
  form.requestSubmit(form.querySelector('button[value=update]'));
});
const chosen = document.getElementById(sessionStorage.getItem('condition') ?? '');
sessionStorage.removeItem('condition');
chosen?.focus();
