// How the pages talk to the API. What is sent is sent under a key, so that sending it again is safe.

let csrf = "";
let onLocked = () => {};

export function useSession({ token, locked }) {
  csrf = token;
  onLocked = locked;
}

// A refusal, in the words of the API; `code` is for those who translate it. Status 0: the server can't be reached.
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.title ?? "");
    Object.assign(this, { status, code: problem.code ?? (status ? "error" : "unreachable"), problem });
  }

  // Whether nobody knows, or it is known, that it was not recorded: sending it again with the same key may help.
  get mayWork() {
    return this.status === 0 || this.status === 503 || this.code === "locked";
  }
}

export const newKey = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Sends a request, with a body or a file (a Blob, with its type); returns { status, body, version }. `match`: the version that was changed. Throws a Refusal.
export async function ask(method, path, { body, file, key, match } = {}) {
  const headers = { accept: "application/json" };
  if (method !== "GET") headers["x-csrf-token"] = csrf;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key) headers["idempotency-key"] = key;
  if (match) headers["if-match"] = match;
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: file ?? (body === undefined ? undefined : JSON.stringify(body)), cache: "no-store" });
  } catch {
    throw new Refusal(0, {});
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return { status: answer.status, body: said, version: answer.headers.get("etag") };
  if (answer.status === 401 || said.code === "csrf") onLocked(said.code);
  throw new Refusal(answer.status, said);
}

export const get = async (path) => (await ask("GET", path)).body;
export const post = async (path, body, key) => (await ask("POST", path, { body, key })).body;
