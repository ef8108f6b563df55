// One shopper under two models: the champion's list and another's, side by side.
import { request } from './api.js';
import { face, itemList } from './catalog.js';
import { attempt, confirmed, field, h, later, problem, say } from './elements.js';
import { item, picture, titleOf } from './items.js';
import { tryout } from './tryout.js';
import { visit } from './visit.js';

const listed = 12, choices = 12;

/** The part of the page that compares. It is told of the generations, and tells when it has made another of them the challenger. */
export function compared(signal, opened) {
  let models = [], asked = new AbortController();
  signal.addEventListener('abort', () => asked.abort());
  const other = h('select', { onchange: compare });
  const user = h('input', { value: tryout.user, autocomplete: 'off', spellcheck: 'false', oninput: later(() => { tryout.user = user.value.trim(); compare(); }) });
  const session = visit(compare, () => user);
  const search = h('input', { type: 'search', autocomplete: 'off', oninput: later(() => shop.begin()) });
  const shop = itemList(() => search.value.trim(), one => h('button', { type: 'button', class: 'tile-link', onclick: () => session.click(one.id) }, face(one)), signal, undefined, choices);
  const clicking = h('details', { ontoggle: () => clicking.open && shop.begin() }, h('summary', {}, 'Click items for this visit'),
    h('form', { role: 'search', onsubmit: event => event.preventDefault() }, field('Search the shop', search)), shop.element);
  const told = h('p', { class: 'hint' }), sides = h('div', { class: 'sides' }), wrong = h('div');
  const trial = h('div', {}, h('div', { class: 'controls' }, field('Shopper', user, 'The id of a user, or nothing for somebody new.'), field('Compare the champion with', other, 'The challenger, or another that is opened for it.')), session.element, clicking);
  const lone = h('p', { class: 'hint' }, 'There is one model alone; train another to compare the two.');

  async function compare() {
    const pair = [models.find(one => one.state === 'champion'), models.find(one => one.id === other.value)];
    if (pair.includes(undefined)) return;
    asked.abort();
    asked = new AbortController();
    wrong.replaceChildren();
    try {
      const answers = await Promise.all(pair.map(one => isOpen(one) ? list(one, asked.signal) : null));
      if (signal.aborted) return;
      const [first, second] = answers.map(answer => answer?.items.map(one => one.id));
      sides.replaceChildren(side(pair[0], answers[0], second), side(pair[1], answers[1], first));
      told.textContent = first && second ? `${first.filter(id => second.includes(id)).length} of ${Math.max(first.length, second.length)} items are in both lists.` : '';
      say(told.textContent);
    } catch (cause) {
      if (cause.name === 'AbortError') return;
      sides.replaceChildren();
      told.textContent = '';
      wrong.replaceChildren(problem(cause));
    }
  }

  /** What a model would show, with the items, so that all of it comes at once. */
  async function list(one, stop) {
    const answer = await request('POST', '/recommendations', { json: { user: tryout.user || null, session: tryout.session, count: listed, model: one.id }, signal: stop });
    return { notes: answer.notes, items: await Promise.all(answer.items.map(async ({ id }) => ({ id, one: await item(id) }))) };
  }

  function side(model, answer, others) {
    const id = `list-of-${model.state}`;
    return h('div', { role: 'group', 'aria-labelledby': id }, h('h3', { id }, model.id, ' ', h('span', { class: `badge ${model.state}` }, model.state)),
      answer ? [h('ol', { class: 'grid small' }, answer.items.map(({ id: shown, one }, place) => h('li', {}, entry(shown, one, place + 1, others)))), answer.notes.map(note => h('p', { class: 'note' }, note))]
        : closed(model));
  }

  /** An item at its place, and where the other list has it, as far as that is known. */
  function entry(id, one, place, others) {
    const there = others && others.indexOf(id) + 1;
    return h('a', { class: `tile-link${there === 0 ? ' only' : ''}`, href: `#/item/${encodeURIComponent(id)}` }, picture(one, id), h('span', { class: 'name' }, `${place}. ${titleOf(one, id)}`),
      there === 0 ? h('span', { class: 'badge only' }, 'only here') : there && h('span', { class: 'hint' }, `there at ${there}`));
  }

  function closed(model) {
    const tried = models.find(one => one.state === 'challenger');
    const open = h('button', { type: 'button', class: 'quiet', onclick: async () => {
      if (tried && !await confirmed(`Open ${model.id} in place of ${tried.id}, whose trial ends?`, 'Open it')) return;
      await attempt(wrong, async () => {
        await request('PUT', '/aliases/challenger', { json: { model: model.id, traffic: 0 } });
        await opened();
        other.focus();
      }, open);
    } }, 'Open it');
    return [h('p', { class: 'hint' }, 'It is not open. Opened, it is the challenger that no shopper gets, and takes memory as the champion does.'), open];
  }

  return {
    element: h('section', { 'aria-labelledby': 'compared' }, h('h2', { id: 'compared' }, 'One shopper under two models'), lone, trial, told, sides, wrong),
    /** Compares among these generations from now on. */
    use: all => {
      const chosen = other.value, others = all.filter(one => one.state !== 'champion');
      models = all;
      other.replaceChildren(...others.map(one => h('option', { value: one.id }, one.state === 'challenger' ? `${one.id}, the challenger` : one.id)));
      other.value = (others.find(one => one.id === chosen) ?? others.find(isOpen) ?? others[0])?.id;
      lone.hidden = others.length > 0;
      for (const part of [trial, told, sides]) part.hidden = others.length === 0;
      return compare();
    },
  };
}

const isOpen = one => one.state === 'champion' || one.state === 'challenger';
