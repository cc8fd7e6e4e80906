// A button beside a field copies what stands in it. Without script the field can be marked and copied by hand.
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    document.dispatchEvent(new CustomEvent('say', { detail: { text: button.dataset.done, icon: 'copy' } }));
  });
}
