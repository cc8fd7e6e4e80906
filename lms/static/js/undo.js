// Ctrl+Z and Ctrl+Shift+Z outside a text press the buttons of the draft's bar; inside a text they are the browser's own.
document.addEventListener('draft-saved', () => {
  document.querySelector('[data-undo]').disabled = false;
  document.querySelector('[data-redo]').disabled = true;
});

addEventListener('keydown', (event) => {
  const typing = event.target.matches?.('input:not([type=checkbox], [type=radio]), textarea');
  if (!(event.ctrlKey || event.metaKey) || event.altKey || typing) return;
  const key = event.key.toLowerCase();
  const wanted = key === 'y' || (key === 'z' && event.shiftKey) ? '[data-redo]' : key === 'z' ? '[data-undo]' : null;
  const button = wanted && document.querySelector(wanted);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});
