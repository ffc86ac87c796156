// Autosave: the server has what was typed within two seconds of a pause; without a line, this browser keeps it.

import { postJson } from "./http.js";
import { forget, keys, recall, remember } from "./storage.js";

const PAUSE = 1000; // milliseconds of no typing before a save
const LONGEST = 5000; // while typing goes on, a save this often
const RETRY = [2000, 4000, 8000, 15000]; // without a line

const keyOf = (url) => `answer:${url}`;

// Texts of other questions that this browser kept and the server never got. One that met a newer text stays here,
// and its question's page asks which of them goes on.
export async function sendKept(attempt, current, tab) {
  for (const key of keys(keyOf(`/sit/${attempt}/`))) {
    const url = key.slice(keyOf("").length);
    const kept = recall(key);
    if (url === current || !kept) continue;
    const response = await postJson(url, { text: kept.text, base: kept.base, tab: tab.id }).catch(() => null);
    if (response?.ok) forget(key);
  }
}

export class Autosave {
  constructor(answer, { tab, show, onConflict, onGap }) {
    Object.assign(this, { answer, tab, show, onConflict, onGap });
    const { dataset } = answer.form;
    this.url = dataset.draft;
    this.limit = Number(dataset.limit);
    this.key = keyOf(dataset.draft);
    this.revision = Number(dataset.revision);
    this.saved = answer.text;
    this.stopped = false;
    this.failures = 0;
    this.restore();
    answer.form.addEventListener("input", () => this.typed());
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
    addEventListener("pagehide", () => this.leave());
    addEventListener("online", () => this.dirty && this.save());
  }

  get dirty() {
    return !this.stopped && this.answer.text !== this.saved;
  }

  // What this browser kept and the server never got.
  restore() {
    const kept = recall(this.key);
    if (!kept || kept.text === this.saved) return forget(this.key);
    if (kept.base === this.revision) {
      this.answer.text = kept.text;
      return this.schedule();
    }
    this.onConflict({ reason: "kept", mine: kept.text, at: kept.at });
  }

  typed() {
    if (this.stopped) return;
    if (!this.dirty) return forget(this.key);
    remember(this.key, { text: this.answer.text, base: this.revision, at: Date.now() });
    this.show("unsaved", "Not saved yet");
    this.schedule();
  }

  schedule(delay = PAUSE) {
    clearTimeout(this.timer);
    this.since ??= performance.now();
    const wait = Math.min(delay, Math.max(0, this.since + Math.max(LONGEST, delay) - performance.now()));
    this.timer = setTimeout(() => this.save(), wait);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.sending || !this.dirty) return this.sending;
    this.since = undefined;
    this.sending = this.send(this.answer.text);
    await this.sending;
    this.sending = undefined;
    if (this.dirty && this.failures === 0 && !this.refused) this.schedule();
  }

  async send(text) {
    this.refused = false;
    if (text.length > this.limit) return this.refuse(`Too long: ${text.length.toLocaleString("en")} of ${this.limit.toLocaleString("en")} characters. Shorten it and it is saved.`);
    this.show("saving", "Saving …");
    let response;
    try {
      response = await postJson(this.url, { text, base: this.revision, tab: this.tab.id });
    } catch {
      return this.fail("No connection: kept in this page, sent when the line is back");
    }
    const body = await response.json().catch(() => ({}));
    if (response.ok) return this.accept(text, body);
    if (response.status === 409) return this.conflict(text, body);
    if (response.status === 422 || response.status === 413) return this.refuse(body.message ?? "The text was refused.");
    if (response.status === 429) return this.fail(body.message);
    if (response.status >= 500) return this.fail("The server does not answer: kept in this page, sent again soon");
    this.refuse("This page may no longer save: open the link of your invitation again. Your text is kept in this page.");
  }

  // `body` is what the server tells of a saved draft, here or after Submit.
  accept(text, body) {
    if (this.failures) this.onGap((Date.now() - this.lost) / 1000);
    this.failures = 0;
    this.revision = body.revision;
    this.saved = text;
    if (this.answer.text === text) forget(this.key);
    this.show(body.late ? "late" : "saved", body.late ? body.message : `Saved ${new Date(body.saved_at).toLocaleTimeString("en-GB")}`);
  }

  refuse(message) {
    this.refused = true;
    this.show("refused", message);
  }

  fail(message) {
    this.lost ??= Date.now();
    if (this.failures === 0) this.lost = Date.now();
    this.show("offline", message);
    this.schedule(RETRY[Math.min(this.failures++, RETRY.length - 1)]);
  }

  conflict(text, body) {
    this.stop();
    this.onConflict({ ...body, mine: text });
  }

  // Go on from the server's revision with the text that the person chose.
  settle(revision, theirs, text) {
    this.revision = revision;
    this.saved = theirs;
    this.stopped = false;
    this.answer.text = text;
    if (!this.dirty) forget(this.key);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.show("stopped", "This page no longer saves");
  }

  // The page may be going away: a request that outlives it, or else the text stays in this browser.
  leave() {
    if (!this.dirty || this.sending || this.answer.text.length > Math.min(this.limit, 15000)) return;
    const text = this.answer.text;
    postJson(this.url, { text, base: this.revision, tab: this.tab.id }, { keepalive: true })
      .then(async (response) => response.ok && this.accept(text, await response.json()))
      .catch(() => {});
  }
}
