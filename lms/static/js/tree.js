// A list put into order by the keyboard: Alt and an arrow press the button that is there without script too.
for (const form of document.querySelectorAll('[data-movable]')) {
  form.addEventListener('keydown', (event) => {
    const way = event.altKey && { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
    const line = way && event.target.closest('li[data-id]');
    if (!line) return;
    event.preventDefault();
    line.querySelector(`button[value$=" ${way}"]:not(:disabled)`)?.click();
  });
}
