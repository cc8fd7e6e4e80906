// A cell that Tab reaches comes out from under the head and the first column, which stay while the table scrolls.
for (const box of document.querySelectorAll('.matrix-box')) {
  box.addEventListener('focusin', (event) => {
    const cell = event.target.closest('td');
    if (!cell) return;
    const corner = box.querySelector('thead th').getBoundingClientRect();
    const place = cell.getBoundingClientRect();
    const rtl = getComputedStyle(box).direction === 'rtl';
    const aside = rtl ? Math.max(0, place.right - corner.left) : Math.min(0, place.left - corner.right);
    box.scrollBy(aside, Math.min(0, place.top - corner.bottom));
  });
}
