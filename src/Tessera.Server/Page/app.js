// The page: its key, and which view is shown.
import { key } from './api.js';
import { h, problem, say } from './elements.js';
import { forgetAll } from './items.js';
import * as today from './today.js';
import * as catalog from './catalog.js';
import * as shopper from './shopper.js';
import * as item from './item.js';
import * as models from './models.js';
import * as developer from './developer.js';

const views = { today, catalog, shopper, item, models, developer };
const main = document.getElementById('content'), leave = document.getElementById('leave');
let shown = new AbortController(), isFirst = true;

/** Takes the key out of the address, where it would stay in the history. */
function takeKey() {
  const given = /^#key=([^&]+)/.exec(location.hash);
  if (!given) return;
  key.set(decodeURIComponent(given[1]));
  forgetAll();
  history.replaceState(null, '', `${location.pathname}#/today`);
}

function show() {
  takeKey();
  const [, name, ...rest] = location.hash.split('/');
  const view = views[name] ? name : 'today';
  shown.abort();
  shown = new AbortController();
  leave.hidden = !key.get();
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#/${view}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (!key.get()) return askForKey();
  const title = h('h1', { tabindex: '-1' }, views[view].title), body = h('div', { class: `view ${view}` });
  document.title = `${views[view].title} · Tessera`;
  main.replaceChildren(title, body);
  if (!isFirst) title.focus({ preventScroll: true });
  isFirst = false;
  scrollTo(0, 0);
  fill(views[view], body, rest.map(decodeURIComponent).join('/'), shown.signal);
}

async function fill(view, body, rest, signal) {
  main.setAttribute('aria-busy', 'true');
  try {
    await view.show(body, rest, signal);
  } catch (cause) {
    if (!signal.aborted && cause.status !== 401) body.append(problem(cause));
  }
  if (!signal.aborted) main.removeAttribute('aria-busy');
}

function askForKey(refusal) {
  key.forget();
  leave.hidden = true;
  shown.abort();
  main.removeAttribute('aria-busy');
  document.title = 'Key · Tessera';
  const given = h('input', { id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true, 'aria-describedby': 'key-hint' });
  main.replaceChildren(
    h('h1', {}, 'A key, please'),
    h('form', { class: 'card narrow', onsubmit: event => { event.preventDefault(); key.set(given.value.trim()); forgetAll(); show(); } },
      refusal && problem(new Error(refusal)),
      h('div', { class: 'field' }, h('label', { for: 'key' }, 'Key'), given,
        h('p', { class: 'hint', id: 'key-hint' }, 'It begins with tessera_. Whoever starts the server makes one by “--new-key”. This tab keeps it until it is closed.')),
      h('button', { type: 'submit' }, 'Open')));
  given.focus();
  say(refusal ?? 'A key is needed.');
}

document.querySelector('.skip').addEventListener('click', event => { event.preventDefault(); main.focus(); });
leave.addEventListener('click', () => { forgetAll(); askForKey(); });
addEventListener('hashchange', show);
document.addEventListener('tessera-key', event => askForKey(event.detail));
show();
