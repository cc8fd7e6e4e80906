// Forms with data-passkey="address of the options": the browser's device answers, and the form is sent with its answer.
// data-ceremony is "create" or "get". A form is shown only where the browser has passkeys; without script a code does it.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

function readOptions(options) {
  const read = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = described(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = described(options.allowCredentials);
  return read;
}

function writeAnswer(credential) {
  const { response } = credential;
  const answer = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) answer[name] = toText(response[name]);
  if (response.getTransports) answer.transports = response.getTransports();
  const { id, type, authenticatorAttachment } = credential;
  const more = { clientExtensionResults: credential.getClientExtensionResults(), authenticatorAttachment };
  return JSON.stringify({ id, type, rawId: toText(credential.rawId), response: answer, ...more });
}

async function fetchOptions(form) {
  const token = form.elements.csrf_token.value;
  const answer = await fetch(form.dataset.passkey, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail);
  return readOptions(body);
}

function show(form, text) {
  const box = form.querySelector("[data-failed]");
  box.querySelector("span").textContent = text;
  box.hidden = !text;
}

async function run(form) {
  show(form, "");
  let publicKey;
  try {
    publicKey = await fetchOptions(form);
  } catch (error) {
    show(form, error.message);
    return;
  }
  try {
    form.elements.passkey.value = writeAnswer(await navigator.credentials[form.dataset.ceremony]({ publicKey }));
  } catch {
    show(form, form.dataset.failed); // the person said no, or waited too long: browsers do not tell which
    return;
  }
  form.submit();
}

if (window.PublicKeyCredential)
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(form);
    });
  }
