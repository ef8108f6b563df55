// All items, and a way to add one.
import { addition } from './addition.js';
import { attempt, field, h, later, say } from './elements.js';
import { isCold, page, picture, titleOf } from './items.js';

export const title = 'Catalog';

const limit = 24;

export async function show(view, query, signal) {
  const search = h('input', { type: 'search', value: query, autocomplete: 'off', oninput: later(() => list.begin()) });
  const list = itemList(() => search.value.trim(), one => h('a', { class: 'tile-link', href: `#/item/${encodeURIComponent(one.id)}` }, face(one)), signal, words =>
    history.replaceState(null, '', words ? `#/catalog/${encodeURIComponent(words)}` : '#/catalog'));
  view.append(
    addition(signal, () => { search.value = ''; list.begin(); }),
    h('section', { 'aria-labelledby': 'all-items' },
      h('h2', { id: 'all-items' }, 'All items'),
      h('form', { role: 'search', onsubmit: event => event.preventDefault() }, field('Search', search, 'Words of the id, the title or the texts.')),
      list.element));
  await list.begin();
}

/** Picture, name and badges of an item. */
export function face(one) {
  return [
    picture(one, one.id),
    h('span', { class: 'name' }, titleOf(one, one.id)),
    h('span', { class: 'badges' },
      isCold(one) && h('span', { class: 'badge cold', title: 'The model did not learn it, and knows it by its content' }, 'cold'),
      !one.imageType && h('span', { class: 'badge' }, 'no image'),
      one.hidden && h('span', { class: 'badge' }, 'hidden')),
  ];
}

/** A grid of items that match some words, page by page. */
export function itemList(words, cell, signal, searched = () => { }, size = limit) {
  const grid = h('ul', { class: 'grid' }), found = h('p', { class: 'hint' }), wrong = h('div'), more = h('button', { type: 'button', class: 'quiet', hidden: true, onclick: next }, 'More items');
  let after = null, asked = 0;

  async function load(isFirst) {
    const turn = ++asked, query = words();
    await attempt(wrong, async () => {
      const answer = await page(query, isFirst ? null : after, size, signal);
      if (turn !== asked) return; // somebody typed on
      if (isFirst) grid.replaceChildren();
      const cells = answer.items.map(one => h('li', {}, cell(one)));
      grid.append(...cells);
      after = answer.next;
      more.hidden = !after;
      found.textContent = grid.children.length > 0 ? '' : query ? `No item has “${query}”.` : 'There is no item yet; add the first.';
      say(found.textContent || `${grid.children.length} items${after ? ' and more' : ''}`);
      return cells;
    }, more);
  }

  async function next() {
    const first = grid.children.length;
    await load(false);
    grid.children[first]?.querySelector('a, button')?.focus();
  }

  return {
    element: h('div', {}, wrong, grid, found, more),
    begin: () => { searched(words()); return load(true); },
  };
}
