// What a shopper gets, as somebody clicks through the shop.
import { address, get, request } from './api.js';
import { face, itemList } from './catalog.js';
import { field, h, later, problem, say } from './elements.js';
import { duration, percent, shares } from './figures.js';
import { item, picture, pictureOf, titleOf } from './items.js';
import { asRequest, toggle, tryout } from './tryout.js';
import { visit } from './visit.js';

export const title = 'Shopper';

const listed = 12, choices = 12;
const reasons = {
  personal: 'suits what the shopper did', session: 'suits this visit', new: 'among the latest', popular: 'popular with all', promoted: 'pinned',
};

export async function show(view, _, signal) {
  const rules = h('div'), list = h('ol', { class: 'recommended' }), told = h('p', { class: 'hint' }), notes = h('div'), known = h('div');
  let asked = new AbortController();
  signal.addEventListener('abort', () => asked.abort());

  async function recommend() {
    asked.abort();
    asked = new AbortController();
    try {
      const start = performance.now();
      const answer = await request('POST', '/recommendations', { json: asRequest(listed), signal: asked.signal });
      const took = (performance.now() - start) / 1000;
      const items = await Promise.all(answer.items.map(one => item(one.id)));
      if (signal.aborted) return;
      list.replaceChildren(...answer.items.map((one, place) => entry(one, items[place])));
      told.textContent = `${answer.items.length} items in ${duration(took)}, by ${answer.model} as ${answer.arm}.`;
      notes.replaceChildren(...answer.notes.map(note => h('p', { class: 'note' }, note)));
      say(answer.items.length ? `New list, first ${titleOf(items[0], answer.items[0].id)}.` : 'The list is empty.');
    } catch (cause) {
      if (cause.name === 'AbortError') return;
      list.replaceChildren();
      told.textContent = '';
      notes.replaceChildren(problem(cause));
    }
  }

  function entry({ id, reason, shares: parts, because }, one) {
    const name = titleOf(one, id);
    return h('li', {},
      h('button', { type: 'button', class: 'pick', onclick: () => session.click(id) }, picture(one, id), h('span', { class: 'unseen' }, `Click ${name}`)),
      h('div', { class: 'why' },
        h('a', { class: 'name', href: `#/item/${encodeURIComponent(id)}` }, name), h('span', { class: 'badge' }, reason), h('span', { class: 'hint' }, reasons[reason]),
        shares(parts),
        because.length > 0 && h('span', { class: 'because' }, h('span', { class: 'hint' }, 'because of'), because.map(small))));
  }

  function drawRules() {
    const tried = [
      ...tryout.pinned.map(id => ['pinned first: ', id, () => toggle('pinned', id)]),
      ...tryout.exclude.map(id => ['left out: ', id, () => toggle('exclude', id)]),
      ...tryout.boost.map(boost => [`${boost.by < 0 ? 'lowered' : 'raised'} by ${percent(Math.abs(boost.by))}: ${boost.attr} `, String(boost.eq ?? boost.in), () => { tryout.boost = tryout.boost.filter(other => other !== boost); }]),
    ];
    rules.replaceChildren(...tried.length === 0 ? [] : [h('h3', {}, 'Rules on trial'), h('ul', { class: 'chips' }, tried.map(([rule, what, end]) => h('li', {},
      h('button', { type: 'button', class: 'chip', onclick: () => { end(); drawRules(); recommend(); } }, h('span', { class: 'unseen' }, 'End '), rule, what, h('span', { 'aria-hidden': 'true' }, ' ✕')))))]);
  }

  async function drawUser() {
    known.replaceChildren();
    if (!tryout.user) return;
    try {
      const { history, weights } = await get(address`/users/${tryout.user}?limit=12`, signal);
      known.replaceChildren(
        history.length === 0 ? h('p', { class: 'hint' }, 'No event of this shopper is stored; the model goes by what it learned of them, if anything.')
          : h('p', { class: 'because' }, h('span', { class: 'hint' }, 'did lately'), [...new Set(history.map(event => event.item))].map(small)),
        weights && Object.keys(weights).length > 0 ? h('div', {}, h('span', { class: 'hint' }, 'goes by'), shares(weights)) : '');
    } catch (cause) {
      if (cause.name !== 'AbortError') known.replaceChildren(problem(cause));
    }
  }

  const user = h('input', { value: tryout.user, autocomplete: 'off', spellcheck: 'false', oninput: later(() => { tryout.user = user.value.trim(); drawUser(); recommend(); }) });
  const session = visit(recommend, () => user);
  const diversity = h('input', { type: 'range', min: '0', max: '1', step: '0.1', value: String(tryout.diversity), oninput: () => {
    tryout.diversity = Number(diversity.value);
    level.textContent = tryout.diversity.toFixed(1);
    ask();
  } });
  const level = h('output', {}, tryout.diversity.toFixed(1)), ask = later(recommend, 100);
  const explain = h('input', { type: 'checkbox', id: 'explain', checked: tryout.explain, onchange: () => { tryout.explain = explain.checked; recommend(); } });
  const search = h('input', { type: 'search', autocomplete: 'off', oninput: later(() => shop.begin()) });
  const shop = itemList(() => search.value.trim(), one => h('button', { type: 'button', class: 'tile-link', onclick: () => session.click(one.id) }, face(one)), signal, undefined, choices);

  view.append(
    h('p', { class: 'lead' }, 'Click pictures as a shopper would, and the list follows. Nothing of it is stored.'),
    h('div', { class: 'columns' },
      h('section', { 'aria-labelledby': 'visit' },
        h('h2', { id: 'visit' }, 'This visit'), session.element,
        field('Known shopper', user, 'The id of a user, or nothing for somebody new.'), known,
        h('h3', {}, 'The shop'), h('form', { role: 'search', onsubmit: event => event.preventDefault() }, field('Search the shop', search)), shop.element),
      h('section', { 'aria-labelledby': 'list' },
        h('h2', { id: 'list' }, 'Recommended'),
        h('div', { class: 'controls' }, field('Diversity', diversity), level, h('div', { class: 'check' }, explain, h('label', { for: 'explain' }, 'Say why'))),
        rules, told, notes, list)));
  drawRules();
  await Promise.all([recommend(), shop.begin(), drawUser()]);
}

/** A small picture that leads to its item. */
function small(id) {
  const name = h('span', { class: 'unseen' }, id);
  item(id).then(one => { name.textContent = titleOf(one, id); }, () => { });
  return h('a', { class: 'thumb', href: `#/item/${encodeURIComponent(id)}` }, pictureOf(id), name);
}
