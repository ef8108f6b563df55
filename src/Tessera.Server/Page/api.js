// Requests to the service, with the key that the page was given. There are no cookies.

const api = document.querySelector('meta[name="tessera-api"]').content;
const store = 'tessera-key';

/** What the server answers where it does not do what was asked: its sentence and status. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
  }
}

/** The key of this tab, which the browser forgets with it. */
export const key = {
  get: () => sessionStorage.getItem(store),
  set: value => sessionStorage.setItem(store, value),
  forget: () => sessionStorage.removeItem(store),
};

/** Address of an endpoint: address`/items/${id}` escapes what is put in. */
export const address = (parts, ...values) => parts.reduce((all, part, index) => all + encodeURIComponent(values[index - 1]) + part);

/** The address as others would write it. */
export const whole = path => new URL(api + path, location.origin).href;

/** Sends a request, and answers with the response, which may be a refusal. */
export async function send(method, path, { body, type, headers, signal } = {}) {
  const sent = { ...headers, Authorization: `Bearer ${key.get() ?? ''}` };
  if (type) sent['Content-Type'] = type;
  try {
    return await fetch(api + path, { method, body, headers: sent, signal, credentials: 'omit', cache: 'no-store' });
  } catch (cause) {
    if (cause.name === 'AbortError') throw cause;
    throw new Problem(0, 'The server does not answer; see whether it runs, and try again.');
  }
}

/** Sends a request, and answers with its JSON; null where there is none. What is refused is thrown. */
export async function request(method, path, options = {}) {
  const { json, ...others } = options;
  if (json !== undefined) Object.assign(others, { body: JSON.stringify(json), type: 'application/json' });
  const response = await send(method, path, others);
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    // Not of the service, such as what a proxy in between says.
  }
  if (response.ok) return answer;
  if (response.status === 401) document.dispatchEvent(new CustomEvent('tessera-key', { detail: answer?.detail }));
  throw new Problem(response.status, answer?.detail ?? `The server answers ${response.status} to ${method} ${path.split('?')[0]}.`);
}

export const get = (path, signal) => request('GET', path, { signal });

/** Follows a job to its end. */
export async function follow(job, report, signal) {
  while (job.state === 'waiting' || job.state === 'running') {
    report(job);
    await new Promise(done => setTimeout(done, 1000));
    signal.throwIfAborted();
    job = await get(address`/jobs/${job.id}`, signal);
  }
  report(job);
  if (job.state === 'failed') throw new Problem(0, job.error ?? 'The job failed.');
  return job;
}
