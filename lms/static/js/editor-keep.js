// What an author typed, on its way to the server: kept in this browser until the server has acknowledged it.

const PAUSE = 1500; // milliseconds after the last change
const PAUSES = [2000, 4000, 8000, 15000, 30000]; // between tries without network

export class Keeper {
  /** `read()` gives the form's fields as text; `send(fields)` a Response or throws; `tell(state, word)` shows how it stands. */
  constructor({ name, read, send, tell, saved, wrong, clash }) {
    Object.assign(this, { name, read, send, tell, saved, wrong, clash });
    this.sent = `${name}:sent`;
    this.tries = 0;
    this.kept = this.read();
    addEventListener('online', () => this.wake());
  }

  /** What is in this browser and was not acknowledged, or null. */
  get left() { return this.#store((store) => store.getItem(this.name)); }

  get isClean() { return this.read() === this.kept; }

  /** Something was typed: it is in this browser when this returns. */
  changed() {
    if (this.isClean && !this.left) return;
    this.#store((store) => store.setItem(this.name, this.read()));
    this.tell('typing');
    this.#soon(PAUSE);
  }

  wake() {
    this.tries = 0;
    if (this.left) this.#soon(0);
  }

  /** The server holds what the form says now. */
  acknowledge(fields = this.read()) {
    this.kept = fields;
    if (this.read() === fields) this.drop();
    else this.changed();
  }

  drop() {
    clearTimeout(this.timer);
    this.#store((store) => { store.removeItem(this.name); store.removeItem(this.sent); });
  }

  #soon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  /** One save at a time; what was typed meanwhile follows. */
  save() {
    clearTimeout(this.timer);
    this.running ??= this.#save().finally(() => { this.running = null; });
    return this.running;
  }

  /** What was sent without an answer may have arrived: it is sent again as it was, before anything newer, so that nobody
      meets a change of their own as if it were somebody else's. */
  async #save() {
    const fields = this.#store((store) => store.getItem(this.sent)) ?? this.read();
    this.#store((store) => store.setItem(this.sent, fields));
    this.tell('saving');
    try {
      const answer = await this.send(fields);
      if (answer.status < 500) this.#store((store) => store.removeItem(this.sent));
      await this.#weigh(answer, fields);
    } catch {
      this.#later('network');
    }
  }

  async #weigh(answer, fields) {
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.tries = 0;
      this.saved(body, this.read() === fields);
      this.acknowledge(fields);
    } else if (answer.status === 401 || body.reason === 'core.csrf' || body.reason === 'core.not_signed_in') {
      this.#later('signed_out');
    } else if (answer.status === 422 && body.errors) {
      this.wrong(body);
    } else if (body.reason === 'course.edited_meanwhile') {
      await this.clash();
    } else if (answer.status >= 500 || answer.status === 429) {
      this.#later('network');
    } else {
      this.tell('refused', body.detail);
    }
  }

  #later(trouble) {
    this.tell(trouble);
    this.#soon(PAUSES[Math.min(this.tries++, PAUSES.length - 1)]);
  }

  /** A browser that keeps nothing (private, full) still saves; only a reload without network would lose. */
  #store(use) {
    try { return use(localStorage); } catch { return null; }
  }
}
