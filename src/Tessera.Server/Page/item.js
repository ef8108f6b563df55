// One item: who is like it, and what rules would do with it.
import { address, get, request } from './api.js';
import { neighbor } from './addition.js';
import { face, itemList } from './catalog.js';
import { attempt, confirmed, field, h, later, problem, say } from './elements.js';
import { percent } from './figures.js';
import { forget, isCold, item, picture, titleOf } from './items.js';
import { toggle, tryout } from './tryout.js';

export const title = 'Item';

const shown = 6;
let last = '';

export async function show(view, id, signal) {
  id ||= last;
  if (!id) return choose(view, signal);
  const one = await item(id);
  if (signal.aborted) return;
  if (!one) {
    last = '';
    view.append(problem(new Error(`There is no item “${id}”; choose another.`)));
    return choose(view, signal);
  }
  last = id;
  const again = () => {
    forget(id);
    view.replaceChildren();
    return show(view, id, signal);
  };
  document.title = `${titleOf(one, id)} · Tessera`;
  const alike = h('div', { class: 'likeness' });
  view.append(facts(one, again), actions(one, again), h('section', { 'aria-labelledby': 'alike' }, h('h2', { id: 'alike' }, 'What is like it'), alike));
  await likeness(one, alike, signal);
}

function choose(view, signal) {
  const search = h('input', { type: 'search', autocomplete: 'off', oninput: later(() => list.begin()) });
  const list = itemList(() => search.value.trim(), one => h('a', { class: 'tile-link', href: `#/item/${encodeURIComponent(one.id)}` }, face(one)), signal);
  view.append(h('p', { class: 'lead' }, 'Choose an item to see what is like it.'), h('form', { role: 'search', onsubmit: event => event.preventDefault() }, field('Search', search)), list.element);
  return list.begin();
}

function facts(one, again) {
  const wrong = h('div');
  const other = h('input', { type: 'file', id: 'other-picture', accept: 'image/*', onchange: () => attempt(wrong, async () => {
    await request('PUT', address`/items/${one.id}/image`, { body: other.files[0], type: other.files[0].type });
    await again();
  }) });
  const said = [...Object.entries(one.attributes), ...Object.entries(one.texts)];
  return h('section', { class: 'facts', 'aria-label': 'The item' },
    picture(one, one.id, titleOf(one, one.id)),
    h('div', {},
      h('h2', {}, titleOf(one, one.id)),
      h('p', { class: 'badges' }, h('code', {}, one.id), ' ',
        isCold(one) && h('span', { class: 'badge cold' }, 'cold'), !one.imageType && h('span', { class: 'badge' }, 'no image'), one.hidden && h('span', { class: 'badge' }, 'hidden')),
      isCold(one) && h('p', { class: 'hint' }, `The model did not learn it, and knows it by its ${one.modalities.join(' and ')}.`),
      one.image && !one.imageType && h('p', { class: 'hint' }, `Its picture is at ${one.image}, from which nothing is fetched; give it a picture here for the model to know it by that.`),
      said.length > 0 && h('dl', {}, said.map(([name, value]) => [h('dt', {}, name), h('dd', {}, Array.isArray(value) ? value.join(', ') : String(value))])),
      field(one.imageType ? 'Another picture' : 'A picture', other), wrong));
}

function actions(one, again) {
  const wrong = h('div'), trying = h('p', { class: 'hint', role: 'status' }), tried = sentence => trying.replaceChildren(sentence, ' ', h('a', { href: '#/shopper' }, 'See the shopper’s list'), '.');
  const hide = h('button', { type: 'button', class: 'quiet', onclick: () => attempt(wrong, async () => {
    await request('PATCH', address`/items/${one.id}`, { json: { hidden: !one.hidden } });
    await again();
    say(one.hidden ? 'It is recommended again.' : 'It is recommended to nobody now.');
  }, hide) }, one.hidden ? 'Show to all' : 'Hide from all');
  const remove = h('button', { type: 'button', class: 'quiet', onclick: async () => {
    if (!await confirmed(`Delete ${titleOf(one, one.id)} with its picture?`, 'Delete')) return;
    await attempt(wrong, async () => {
      await request('DELETE', address`/items/${one.id}`);
      forget(one.id);
      last = '';
      location.hash = '#/catalog';
    }, remove);
  } }, 'Delete');
  const switchable = (list, on, off, does, undoes) => {
    const button = h('button', { type: 'button', class: 'quiet', 'aria-pressed': String(tryout[list].includes(one.id)), onclick: () => {
      const isIn = toggle(list, one.id);
      button.setAttribute('aria-pressed', String(isIn));
      button.textContent = isIn ? off : on;
      tried(isIn ? does : undoes);
    } }, tryout[list].includes(one.id) ? off : on);
    return button;
  };
  return h('div', { class: 'columns' },
    h('section', { class: 'card', 'aria-labelledby': 'for-all' }, h('h2', { id: 'for-all' }, 'For everybody'),
      h('p', { class: 'hint' }, 'This changes the shop, at once.'), h('div', { class: 'row' }, hide, remove), wrong),
    h('section', { class: 'card', 'aria-labelledby': 'on-trial' }, h('h2', { id: 'on-trial' }, 'On trial'),
      h('p', { class: 'hint' }, 'This changes the list of the view Shopper alone.'),
      h('div', { class: 'row' },
        switchable('session', 'Click it', 'Unclick it', 'It is among what the shopper clicked.', 'It is not clicked any more.'),
        switchable('pinned', 'Pin it first', 'Unpin it', 'It stands first now.', 'It is not pinned any more.'),
        switchable('exclude', 'Leave it out', 'Let it in', 'It is left out now.', 'It may come again.')),
      boosting(one, tried), trying));
}

function boosting(one, tried) {
  const names = Object.keys(one.attributes);
  if (names.length === 0) return h('p', { class: 'hint' }, 'Boosts go by attributes, and this item has none.');
  const which = h('select', {}, names.map(name => h('option', { value: name }, `${name}: ${one.attributes[name]}`)));
  const by = h('input', { type: 'range', min: '-1', max: '2', step: '0.1', value: '0.5', oninput: () => { much.textContent = percent(Number(by.value)); } });
  const much = h('output', {}, percent(0.5));
  return h('form', { class: 'controls', onsubmit: event => {
    event.preventDefault();
    const value = one.attributes[which.value];
    tryout.boost = [...tryout.boost.filter(other => other.attr !== which.value), { attr: which.value, ...(Array.isArray(value) ? { in: value } : { eq: value }), by: Number(by.value) }];
    tried(`What has ${which.value} ${value} is ${by.value < 0 ? 'lowered' : 'raised'} by ${percent(Math.abs(by.value))}.`);
  } }, field('Boost what shares', which), field('by', by), much, h('button', { type: 'submit', class: 'quiet' }, 'Boost'));
}

/** What is like the item, by all and by each modality, side by side. */
async function likeness(one, columns, signal) {
  const { model } = await get('/status', signal);
  const ways = ['all', ...model?.modalities ?? []];
  columns.append(...await Promise.all(ways.map(async by => h('div', {}, h('h3', {}, `by ${by}`), await neighbors(by)))));

  async function neighbors(by) {
    try {
      const { items } = await get(address`/items/${one.id}/similar?count=${shown}&by=${by}`, signal);
      return items.length ? h('ol', { class: 'grid small' }, items.map(({ id, score }) => h('li', {}, neighbor(id, score)))) : h('p', { class: 'hint' }, 'Nothing is like it.');
    } catch (cause) {
      if (cause.name === 'AbortError') throw cause;
      return problem(cause);
    }
  }
}
