// Requests to this site, with the token that the page was given.

const headers = () => JSON.parse(document.body.getAttribute("hx-headers"));

export function postJson(url, data, options = {}) {
  return fetch(url, {
    method: "POST",
    headers: { ...headers(), "Content-Type": "application/json" },
    body: JSON.stringify(data),
    ...options,
  });
}

export function postForm(url, data) {
  return fetch(url, { method: "POST", headers: headers(), body: new URLSearchParams(data) });
}
