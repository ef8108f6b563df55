// A new item: its neighbors and likely buyers before it is saved, then its name and attributes.
import { address, request } from './api.js';
import { attempt, field, h, later, problem, say } from './elements.js';
import { percent } from './figures.js';
import { forget, item, pictureOf, titleOf } from './items.js';
import { tryout } from './tryout.js';

const neighbors = 8;

/** The part of the page where an item is added; says when one was. */
export function addition(signal, saved) {
  const choose = h('input', { type: 'file', accept: 'image/png,image/jpeg,image/webp,image/gif,image/bmp', id: 'new-picture', onchange: () => take(choose.files[0]) });
  const place = h('div'), done = h('div', { tabindex: '-1' });
  const drop = h('label', { class: 'drop', for: 'new-picture' }, h('strong', {}, 'Drop a picture here, or choose one'), h('span', { class: 'hint' }, 'You see its neighbors and likely buyers before anything is saved.'), choose);
  const section = h('section', { class: 'card addition', 'aria-labelledby': 'add-item' },
    h('h2', { id: 'add-item' }, 'Add an item'), drop,
    h('p', {}, h('button', { type: 'button', class: 'quiet', onclick: () => take(null) }, 'Add one without a picture')), done, place);

  for (const name of ['dragenter', 'dragover']) addEventListener(name, event => { event.preventDefault(); drop.classList.add('over'); }, { signal });
  addEventListener('dragleave', event => event.relatedTarget || drop.classList.remove('over'), { signal });
  addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  }, { signal });

  function take(file) {
    done.replaceChildren();
    if (file && !file.type.startsWith('image/')) return place.replaceChildren(problem(new Error(`“${file.name}” is no picture; choose a PNG, JPEG, WebP, GIF or BMP file.`)));
    place.replaceChildren(...draft(file, signal, close));
    if (!file) place.querySelector('input').focus();
  }

  function close(receipt, one) {
    place.replaceChildren();
    choose.value = '';
    if (!receipt) return;
    done.replaceChildren(
      h('p', { class: 'done' }, 'Saved. ', h('a', { href: `#/item/${encodeURIComponent(one.id)}` }, titleOf(one, one.id)), ' is recommended from now on.'),
      (receipt.notes ?? []).map(note => h('p', { class: 'hint' }, note)));
    done.focus();
    say(`Saved. ${titleOf(one, one.id)} is recommended from now on.`);
    saved(one);
  }

  return section;
}

function draft(file, signal, close) {
  const [name] = file ? file.name.split(/\.[^.]*$/) : [''];
  const id = h('input', { required: true, maxlength: '1000', autocomplete: 'off', spellcheck: 'false', value: name.toLowerCase().replaceAll(/[^\p{L}\p{N}._-]+/gu, '-') });
  const title = h('input', { autocomplete: 'off', value: name.replaceAll(/[-_]+/g, ' ').trim(), oninput: later(() => look(), 400) });
  const text = h('textarea', { rows: '2', oninput: later(() => look(), 400) });
  const attributes = attributeRows(), found = h('div', { class: 'found' }), wrong = h('div');
  const save = h('button', { type: 'submit' }, 'Save');
  let created = null, asked = new AbortController();
  signal.addEventListener('abort', () => asked.abort());

  async function look() {
    asked.abort();
    asked = new AbortController();
    if (!file && !title.value && !text.value) return found.replaceChildren();
    found.setAttribute('aria-busy', 'true');
    try {
      const body = new FormData();
      if (title.value) body.set('title', title.value);
      if (text.value) body.set('text', text.value);
      if (file) body.set('image', file);
      const preview = await request('POST', `/items/preview?count=${neighbors}`, { body, signal: asked.signal });
      found.replaceChildren(...previewed(preview));
      say(`${preview.similar?.length ?? 0} neighbors and ${preview.buyers?.length ?? 0} likely buyers found.`);
    } catch (cause) {
      if (cause.name === 'AbortError') return;
      found.replaceChildren(cause.status === 404 || cause.status === 405 ? h('p', { class: 'hint' }, 'This server tells no neighbors before an item is saved.') : problem(cause));
    }
    found.removeAttribute('aria-busy');
  }

  async function put(event) {
    event.preventDefault();
    await attempt(wrong, async () => {
      const one = { id: id.value.trim(), title: title.value.trim() || null };
      const json = { title: one.title, texts: text.value.trim() ? { description: text.value.trim() } : {}, attributes: attributes.read() };
      let receipt = await request('PUT', address`/items/${one.id}`, { json, headers: created === one.id ? {} : { 'If-None-Match': '*' } });
      created = one.id; // so that what fails from here on can be tried again
      if (file) receipt = await request('PUT', address`/items/${one.id}/image`, { body: file, type: file.type });
      forget(one.id);
      close(receipt, one);
    }, save);
  }

  look();
  return [
    h('div', { class: 'draft' }, file && thumbnail(file), found),
    h('form', { onsubmit: put, 'aria-label': 'New item' },
      h('div', { class: 'controls' }, field('Id', id, 'What your shop calls it; it must be new.'), field('Title', title, 'What people call it.')),
      field('Description', text), attributes.element, wrong,
      h('div', { class: 'row' }, save, h('button', { type: 'button', class: 'quiet', onclick: () => close() }, 'Cancel'))),
  ];
}

function thumbnail(file) {
  const url = URL.createObjectURL(file), free = () => URL.revokeObjectURL(url);
  return h('img', { class: 'chosen', src: url, alt: `The chosen picture, ${file.name}`, onload: free, onerror: free });
}

function previewed({ similar = [], buyers = [], modalities = [], notes = [] }) {
  return [
    h('h3', {}, 'Its neighbors'),
    similar.length ? h('ul', { class: 'grid small' }, similar.map(({ id, score }) => h('li', {}, neighbor(id, score)))) : h('p', { class: 'hint' }, 'No neighbor is known.'),
    h('h3', {}, 'Who may buy it'),
    buyers.length ? h('ul', { class: 'chips' }, buyers.map(({ user }) => h('li', {}, h('a', { class: 'chip', href: '#/shopper', onclick: () => { tryout.user = user; } }, user))))
      : h('p', { class: 'hint' }, 'No likely buyer is known.'),
    modalities.length > 0 && h('p', { class: 'hint' }, `Told by ${modalities.join(' and ')}.`),
    ...notes.map(note => h('p', { class: 'hint' }, note)),
  ].filter(Boolean);
}

/** A neighbor with its likeness. */
export function neighbor(id, score) {
  const name = h('span', { class: 'name' }, id);
  item(id).then(one => { name.textContent = titleOf(one, id); }, () => { });
  return h('a', { class: 'tile-link', href: `#/item/${encodeURIComponent(id)}` }, pictureOf(id), name, h('span', { class: 'hint' }, Math.abs(score) <= 1 ? `${percent(score)} alike` : score.toFixed(3)));
}

/** Names and values, any number of them. */
function attributeRows() {
  const rows = h('div', { class: 'attributes' });
  const add = () => {
    const place = rows.children.length + 1;
    rows.append(h('div', { class: 'row' }, h('input', { 'aria-label': `Name of attribute ${place}`, placeholder: 'price', autocomplete: 'off' }), h('input', { 'aria-label': `Value of attribute ${place}`, placeholder: '19.90', autocomplete: 'off' })));
    return rows.lastChild;
  };
  add();
  return {
    element: h('fieldset', {}, h('legend', {}, 'Attributes'), rows, h('p', { class: 'hint' }, 'What rules ask for. Numbers, true and false are taken as such.'),
      h('button', { type: 'button', class: 'quiet', onclick: () => add().querySelector('input').focus() }, 'Another attribute')),
    read: () => Object.fromEntries([...rows.children].map(row => [...row.querySelectorAll('input')].map(input => input.value.trim())).filter(([name]) => name).map(([name, value]) => [name, valueOf(value)])),
  };
}

function valueOf(text) {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
