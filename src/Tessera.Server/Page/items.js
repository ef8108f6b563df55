// Items of the catalog and their pictures, asked for once while they stay the same.
import { address, get, send } from './api.js';
import { h } from './elements.js';

const atOnce = 6, mostPictures = 400;
const known = new Map();    // id → promise of the item
const pictures = new Map(); // id@version → promise of the blob
const waiting = [];
let running = 0;

/** An item; null where there is none. */
export function item(id) {
  if (!known.has(id)) {
    const found = get(address`/items/${id}`).catch(cause => {
      known.delete(id);
      if (cause.status === 404) return null;
      throw cause;
    });
    known.set(id, found);
  }
  return known.get(id);
}

/** Items as a page of the catalog gives them, which are not asked for one by one then. */
export async function page(query, after, limit, signal) {
  const parameters = new URLSearchParams({ limit });
  if (query) parameters.set('q', query);
  if (after) parameters.set('after', after);
  const found = await get(`/items?${parameters}`, signal);
  for (const one of found.items) known.set(one.id, Promise.resolve(one));
  return found;
}

/** Asks for an item anew the next time. */
export const forget = id => known.delete(id);

/** Forgets all, as when the key differs. */
export function forgetAll() {
  known.clear();
  pictures.clear();
}

export const titleOf = (one, id) => one?.title || id;

/** Whether the model did not learn an item, and knows it by its content. */
export const isCold = one => one.learned === false && one.modalities.length > 0;

/** Room for the picture of an item, which comes when it is about to be seen. It is decoration beside a name unless it is given one. */
export function picture(one, id, name = '') {
  const image = h('img', { alt: name, draggable: 'false', hidden: true });
  const frame = h('span', { class: 'picture' }, image, h('span', { class: 'blank', 'aria-hidden': 'true' }, initials(titleOf(one, id))));
  if (!one?.imageType) return frame;
  image.dataset.picture = `${one.version}`;
  soon.observe(frame);
  wanted.set(frame, one);
  return frame;
}

/** The picture of an item that is not at hand yet. */
export function pictureOf(id) {
  const room = h('span', { class: 'picture' });
  item(id).then(one => room.replaceWith(picture(one, id)), () => { });
  return room;
}

const wanted = new WeakMap();
const soon = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    soon.unobserve(target);
    show(target, wanted.get(target));
  }
}, { rootMargin: '300px' });

async function show(frame, one) {
  let blob;
  try {
    blob = await blobOf(one);
  } catch {
    return; // the name stays
  }
  const image = frame.querySelector('img'), url = URL.createObjectURL(blob);
  const free = () => URL.revokeObjectURL(url);
  image.addEventListener('load', () => {
    free();
    image.hidden = false;
    frame.classList.add('has-picture');
  }, { once: true });
  image.addEventListener('error', free, { once: true });
  image.src = url;
}

function blobOf(one) {
  const name = `${one.id}@${one.version}`;
  if (!pictures.has(name)) {
    if (pictures.size >= mostPictures) pictures.delete(pictures.keys().next().value);
    const blob = turn(async () => {
      const response = await send('GET', address`/items/${one.id}/image`);
      if (!response.ok) throw new Error();
      return response.blob();
    });
    pictures.set(name, blob);
    blob.catch(() => pictures.delete(name));
  }
  return pictures.get(name);
}

/** Runs some at once, and the others in turn. */
function turn(work) {
  return new Promise((done, failed) => {
    waiting.push(() => work().then(done, failed).finally(() => { running--; next(); }));
    next();
  });
}

function next() {
  while (running < atOnce && waiting.length > 0) {
    running++;
    waiting.shift()();
  }
}

const initials = title => title.trim().split(/\s+/).slice(0, 2).map(word => word[0]?.toUpperCase() ?? '').join('');
