// One tab writes: the newest. Tabs of one browser tell each other at once, other devices learn it from the server.

import { postForm } from "./http.js";

export class Tab {
  constructor(attempt, claimUrl, onTakenOver) {
    this.claimUrl = claimUrl;
    this.onTakenOver = onTakenOver;
    this.active = true;
    // A duplicated tab inherits the id of its original, which then says so.
    this.nonce = crypto.randomUUID();
    this.key = `tab:${attempt}`;
    this.id = sessionStorage.getItem(this.key) ?? this.renew();
    this.channel = new BroadcastChannel(this.key);
    this.channel.addEventListener("message", ({ data }) => this.hear(data));
  }

  renew() {
    const id = crypto.randomUUID();
    sessionStorage.setItem(this.key, id);
    return id;
  }

  async claim() {
    this.channel.postMessage({ id: this.id, nonce: this.nonce });
    const response = await postForm(this.claimUrl, { tab: this.id }).catch(() => null);
    return response?.ok ? (await response.json()).taken_over : false;
  }

  hear({ id, nonce, twin }) {
    if (twin === this.nonce) {
      this.id = this.renew();
      this.claim();
    } else if (nonce && id === this.id) {
      this.channel.postMessage({ twin: nonce });
      this.yield();
    } else if (nonce) {
      this.yield();
    }
  }

  // `id` is the tab that the server lets write.
  check(id) {
    if (id && id !== this.id) this.yield();
  }

  yield() {
    if (!this.active) return;
    this.active = false;
    this.onTakenOver();
  }
}
