// Answers on their way to the server. Each is kept on this device until the server has acknowledged it, so that it
// survives a reload, a lost network and a sign-out; they are sent one at a time, in the order in which they were given.
//
// An answer that was never sent is replaced by a newer one to the same question; one that was sent may have arrived, so
// a newer one takes the next step. Nothing here knows the time or what is right.

const PAUSES = [500, 1000, 2000, 4000, 8000, 15000]; // milliseconds between tries

export class Outbox {
  /** `send(entry)` gives a Response or throws; `steps` {slot: step held by the server}; `changed(outbox)` after every change. */
  constructor(attempt, { send, steps, changed, saved, conflict, refused }) {
    Object.assign(this, { send, steps, changed, saved, conflict, refused });
    this.prefix = `quiz.${attempt}.`;
    this.trouble = ''; // '', 'network', 'signed-out' or 'over'
    this.tries = 0;
    this.entries = new Map(this.#stored().map((entry) => [entry.slot, entry]));
    this.order = Math.max(0, ...[...this.entries.values()].map((entry) => entry.order));
    for (const entry of this.entries.values()) this.#note(entry.slot, entry.step);
  }

  get waiting() { return this.entries.size; }

  /** Take an answer; it is on this device when this returns, and on its way after `delay` milliseconds. */
  put(slot, answer, delay = 0) {
    const old = this.entries.get(slot);
    const step = old && !old.sent ? old.step : (this.steps[slot] ?? 0) + 1;
    this.#keep({ slot, step, answer, sent: false, order: ++this.order });
    this.#note(slot, step);
    this.changed(this);
    this.#soon(delay);
  }

  /** Try now: the network may be back, or somebody signed in again. */
  wake() {
    this.tries = 0;
    if (this.trouble !== 'over') this.trouble = '';
    this.#soon(0);
  }

  /** The attempt takes no more answers. */
  end() {
    this.trouble = 'over';
    this.changed(this);
  }

  /** Resolves to true as soon as nothing waits; to false after `limit` milliseconds. */
  async empty(limit) {
    const end = performance.now() + limit;
    this.wake();
    while (this.waiting && this.trouble !== 'over' && performance.now() < end) await new Promise((go) => setTimeout(go, 50));
    return !this.waiting;
  }

  #soon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#pump(), delay);
  }

  async #pump() {
    if (this.busy || !this.waiting || this.trouble === 'over') return;
    this.busy = true;
    const entry = [...this.entries.values()].sort((a, b) => a.order - b.order)[0];
    entry.sent = true;
    this.#keep(entry);
    this.changed(this);
    const pause = await this.#deliver(entry);
    this.busy = false;
    this.changed(this);
    if (pause !== null) this.#soon(pause);
  }

  /** Milliseconds until the next one may be sent; null: somebody has to call `wake`. */
  async #deliver(entry) {
    let answer;
    try {
      answer = await this.send(entry);
    } catch {
      return this.#later('network');
    }
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.#done(entry);
      this.saved(entry, body);
    } else if (answer.status === 401 || ['core.csrf', 'quiz.attempt_unknown'].includes(body.reason)) {
      // signed out, or somebody else signed in on this device: whoever gave the answer may come back
      this.trouble = 'signed-out';
      return null;
    } else if (answer.status === 409 && body.values?.held !== undefined) {
      this.#clash(entry, body);
    } else if (answer.status >= 500 || answer.status === 429 || answer.status === 409) {
      return this.#later('network');
    } else {
      this.#done(entry);
      this.refused(entry, body);
    }
    this.trouble = this.trouble === 'over' ? 'over' : '';
    this.tries = 0;
    return 0;
  }

  #clash(entry, { reason, values }) {
    this.#done(entry);
    if (reason === 'quiz.attempt_over') {
      this.trouble = 'over';
      return;
    }
    this.#note(entry.slot, values.held_step);
    if (!this.entries.has(entry.slot)) this.conflict(entry, values.held);
  }

  #later(trouble) {
    this.trouble = trouble;
    return PAUSES[Math.min(this.tries++, PAUSES.length - 1)];
  }

  /** Acknowledged, or given up: it leaves, unless a newer answer took its place meanwhile. */
  #done(entry) {
    this.#note(entry.slot, entry.step);
    if (this.entries.get(entry.slot) !== entry) return;
    this.entries.delete(entry.slot);
    this.#store((store) => {
      const key = this.prefix + entry.slot; // another tab may have put its own answer there
      if (store.getItem(key) === JSON.stringify(entry)) store.removeItem(key);
    });
  }

  #keep(entry) {
    this.entries.set(entry.slot, entry);
    this.#store((store) => store.setItem(this.prefix + entry.slot, JSON.stringify(entry)));
  }

  #note(slot, step) { this.steps[slot] = Math.max(this.steps[slot] ?? 0, step); }

  #stored() {
    return this.#store((store) => Object.keys(store).filter((key) => key.startsWith(this.prefix)).map((key) => JSON.parse(store.getItem(key)))) ?? [];
  }

  /** A browser that keeps nothing (private, full) still sends; only a reload without network would lose. */
  #store(use) {
    try { return use(localStorage); } catch { return undefined; }
  }
}
