// Putting lines in order: a place is held by one line, so the line that had it takes the other's; the last place fills itself.
for (const list of document.querySelectorAll('[data-ordering]')) {
  const lines = [...list.querySelectorAll('select')];
  let held = lines.map((line) => line.value);
  list.addEventListener('change', (event) => {
    const chosen = event.target;
    const twin = lines.find((line) => line !== chosen && line.value && line.value === chosen.value);
    if (twin) twin.value = held[lines.indexOf(chosen)];
    const open = lines.filter((line) => !line.value);
    const free = lines.map((_line, i) => String(i + 1)).filter((place) => !lines.some((line) => line.value === place));
    if (open.length === 1 && chosen.value) open[0].value = free[0];
    held = lines.map((line) => line.value);
  }, true);
}
