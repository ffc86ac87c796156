// Text kept in this browser until the server has it. A browser that refuses storage loses this net, nothing else.

function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

export const remember = (key, value) => attempt(() => localStorage.setItem(key, JSON.stringify(value)));
export const recall = (key) => attempt(() => JSON.parse(localStorage.getItem(key)));
export const keys = (prefix) => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix))) ?? [];
export const forget = (key) => attempt(() => localStorage.removeItem(key));
