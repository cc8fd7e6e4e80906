// A file dragged over the drop box; and how far its sending is, in a form with data-upload.
for (const box of document.querySelectorAll('.drop')) {
  const over = (on) => (event) => { event.preventDefault(); box.classList.toggle('over', on); };
  for (const kind of ['dragenter', 'dragover']) box.addEventListener(kind, over(true));
  for (const kind of ['dragleave', 'drop']) box.addEventListener(kind, over(false));
  box.addEventListener('drop', (event) => {
    const input = box.querySelector('input[type=file]');
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

for (const form of document.querySelectorAll('form[data-upload]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    const bar = form.querySelector('progress') ?? form.appendChild(document.createElement('progress'));
    bar.setAttribute('aria-label', form.querySelector('.drop label').textContent);
    request.upload.addEventListener('progress', (sent) => { bar.max = sent.total; bar.value = sent.loaded; });
    // The answer is a page: its address where it led elsewhere, else the form again with what was wrong.
    request.addEventListener('load', () => {
      if (request.responseURL !== form.action && request.status < 400) location.assign(request.responseURL);
      else { document.open(); document.write(request.responseText); document.close(); }
    });
    request.addEventListener('error', () => { delete form.dataset.sent; form.submit(); });
    request.open('POST', form.action);
    request.send(new FormData(form));
  });
}
