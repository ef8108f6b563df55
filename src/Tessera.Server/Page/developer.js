// What a developer needs: keys, jobs, what was rejected, imports, and a place to try requests.
import { address, follow, get, request, send, whole } from './api.js';
import { attempt, confirmed, field, h, say, table } from './elements.js';
import { count, duration, moment, percent } from './figures.js';
import { forgetAll } from './items.js';

export const title = 'Developer';

export async function show(view, _, signal) {
  const parts = [keys(signal), listed('Jobs', 'jobs', signal, '/jobs?limit=20', jobs), listed('Rejected events', 'rejected', signal, '/events/rejected?limit=50', rejected)];
  const [ofKeys, ...lists] = parts.map(part => part.element);
  view.append(trying(signal), ofKeys, imports(signal), ...lists);
  await Promise.all(parts.map(part => part.ready));
}

function section(name, id, ...children) {
  return h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, name), children);
}

/** A list that is asked for anew on demand. */
function listed(name, id, signal, path, draw) {
  const place = h('div'), wrong = h('div');
  const refresh = h('button', { type: 'button', class: 'quiet', onclick: () => load() }, 'Refresh', h('span', { class: 'unseen' }, ` ${name}`));
  const load = () => attempt(wrong, async () => place.replaceChildren(draw(await get(path, signal))), refresh);
  return { element: section(name, id, place, wrong, h('div', { class: 'row' }, refresh)), ready: load() };
}

const jobs = all => all.length === 0 ? h('p', { class: 'hint' }, 'No job was begun yet.') : table('Jobs', ['Job', 'State', 'Done', 'Begun', 'Outcome'], all.map(job => [
  job.kind, h('span', { class: `badge ${job.state}` }, job.state), percent(job.progress), moment(job.created), job.error ?? outcome(job.result)]));

const outcome = result => result == null ? '' : typeof result === 'string' ? result : Object.entries(result).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.length : value}`).join(', ');

const rejected = all => all.length === 0 ? h('p', { class: 'hint' }, 'Every event was stored.') : table('Rejected events', ['Event', 'User', 'Item', 'Type', 'Reason'], all.map(event => [
  event.id || '–', event.user || '–', event.item || '–', event.type || '–', event.reason]));

function keys(signal) {
  const place = h('div'), wrong = h('div'), secret = h('div', { tabindex: '-1' });
  const name = h('input', { required: true, maxlength: '100', autocomplete: 'off' }), make = h('button', { type: 'submit' }, 'Make key');
  const scopes = ['read', 'write', 'admin'].map(scope => h('input', { type: 'checkbox', id: `scope-${scope}`, value: scope, checked: scope === 'read' }));
  async function load() {
    const all = await get('/keys', signal);
    place.replaceChildren(table('Keys', ['Name', 'Scopes', 'Made', 'State'], all.map(key => [key.name, key.scopes.join(', '), moment(key.created), key.revoked ? 'revoked' : revoke(key)])));
  }
  function revoke(key) {
    const button = h('button', { type: 'button', class: 'quiet', onclick: async () => {
      if (!await confirmed(`Revoke the key “${key.name}”? What uses it stops at once.`, 'Revoke')) return;
      await attempt(wrong, async () => {
        await request('DELETE', address`/keys/${key.id}`);
        await load();
      }, button);
    } }, 'Revoke', h('span', { class: 'unseen' }, ` ${key.name}`));
    return button;
  }
  async function create(event) {
    event.preventDefault();
    await attempt(wrong, async () => {
      const made = await request('POST', '/keys', { json: { name: name.value, scopes: scopes.filter(box => box.checked).map(box => box.value) } });
      name.value = '';
      secret.replaceChildren(h('p', { class: 'done' }, 'The key, which is shown this once: ', h('code', { class: 'secret' }, made.secret), ' ',
        h('button', { type: 'button', class: 'quiet', onclick: () => navigator.clipboard.writeText(made.secret).then(() => say('Copied.'), () => say('The browser does not allow to copy.')) }, 'Copy')));
      secret.focus();
      await load();
    }, make);
  }
  const element = section('Keys', 'keys', place,
    h('form', { class: 'controls', onsubmit: create }, field('Name', name), h('fieldset', { class: 'row' }, h('legend', {}, 'Scopes'), scopes.map(box => h('span', { class: 'check' }, box, h('label', { for: box.id }, box.value)))), make),
    secret, wrong);
  return { element, ready: attempt(wrong, load) };
}

function imports(signal) {
  const wrong = h('div'), state = h('p', { class: 'hint', role: 'status' });
  const kind = h('select', {}, h('option', { value: 'items' }, 'items'), h('option', { value: 'events' }, 'events'));
  const file = h('input', { type: 'file', required: true, accept: '.ndjson,.jsonl,application/x-ndjson' }), start = h('button', { type: 'submit' }, 'Import');
  async function run(event) {
    event.preventDefault();
    state.textContent = 'Sending the file.';
    await attempt(wrong, async () => {
      const job = await request('POST', `/imports?kind=${kind.value}`, { body: file.files[0], type: 'application/x-ndjson', signal });
      const done = await follow(job, now => { state.textContent = `The import is ${now.state}.`; }, signal);
      forgetAll();
      state.textContent = `Imported. ${outcome(done.result)}`;
    }, start);
    if (wrong.hasChildNodes()) state.textContent = '';
  }
  return section('Import', 'import', h('p', { class: 'hint' }, 'A file of NDJSON: one item or event a line, as the endpoints take them. The same file again does what is missing.'),
    h('form', { class: 'controls', onsubmit: run }, field('Kind', kind), field('File', file), start), state, wrong);
}

const examples = [
  ['Recommend to a new shopper', 'POST', '/recommendations', { session: [], count: 5, explain: true }],
  ['List items', 'GET', '/items?limit=3'],
  ['Status', 'GET', '/status'],
  ['Models', 'GET', '/models'],
  ['Send an event', 'POST', '/events', [{ id: 'try-1', user: 'visitor', item: 'ID', type: 'like', time: '2026-01-31T12:00:00Z' }]],
  ['What is known of a user', 'GET', '/users/visitor'],
];

function trying(signal) {
  const wrong = h('div'), answer = h('div', { 'aria-live': 'polite' }), curl = h('code', { class: 'curl' });
  const example = h('select', { onchange: () => fill(examples[example.value]) }, examples.map(([name], index) => h('option', { value: String(index) }, name)));
  const method = h('select', { oninput: line }, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map(name => h('option', {}, name)));
  const path = h('input', { required: true, autocomplete: 'off', spellcheck: 'false', oninput: line });
  const body = h('textarea', { rows: '4', spellcheck: 'false', oninput: line }), go = h('button', { type: 'submit' }, 'Send');

  function fill([, verb, where, content]) {
    method.value = verb;
    path.value = where;
    body.value = content ? JSON.stringify(content, null, 1) : '';
    line();
  }

  function line() {
    const quoted = text => `'${text.replaceAll("'", "'\\''")}'`, content = body.value.trim();
    curl.textContent = ['curl -s', method.value === 'GET' ? '' : `-X ${method.value}`, `-H 'Authorization: Bearer KEY'`,
      content && `-H 'Content-Type: application/json' -d ${quoted(content.replaceAll(/\n\s*/g, ' '))}`, quoted(whole(path.value))].filter(Boolean).join(' ');
  }

  async function run(event) {
    event.preventDefault();
    await attempt(wrong, async () => {
      const content = body.value.trim(), start = performance.now();
      const response = await send(method.value, path.value, { ...(content && method.value !== 'GET' ? { body: content, type: 'application/json' } : {}), signal });
      const text = await response.text(), took = (performance.now() - start) / 1000;
      answer.replaceChildren(h('p', { class: 'hint' }, `${response.status} ${response.statusText}, ${count(text.length)} characters in ${duration(took)}`), h('pre', { tabindex: '0', 'aria-label': 'Answer' }, indented(text)));
    }, go);
  }

  fill(examples[0]);
  return section('Try the API', 'try', h('form', { onsubmit: run },
    h('div', { class: 'controls' }, field('Example', example), field('Method', method), field('Address', path)), field('Body', body), h('div', { class: 'row' }, go)),
  h('p', { class: 'hint' }, 'The same from a shell, with your key:'), h('pre', { tabindex: '0', 'aria-label': 'Command line' }, curl), wrong, answer);
}

function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
