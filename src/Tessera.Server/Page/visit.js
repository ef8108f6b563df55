// What a shopper has clicked in this visit, as pictures.
import { h } from './elements.js';
import { item, pictureOf, titleOf } from './items.js';
import { toggle, tryout } from './tryout.js';

/** The clicked items, each of which can be taken out. Says when others are clicked, and what gets the focus when none is left. */
export function visit(changed, otherwise) {
  const element = h('ul', { class: 'session' });

  function draw() {
    element.replaceChildren(...tryout.session.map(id => h('li', {}, removable(id, () => {
      toggle('session', id);
      draw();
      changed();
      (element.querySelector('button') ?? otherwise()).focus();
    }))));
    if (tryout.session.length === 0) element.append(h('li', { class: 'hint' }, 'Nothing is clicked yet. Click what the shopper looks at.'));
  }

  draw();
  return {
    element,
    click: id => {
      if (!tryout.session.includes(id)) tryout.session = [...tryout.session, id];
      draw();
      changed();
    },
  };
}

function removable(id, remove) {
  const name = h('span', { class: 'unseen' }, `Take ${id} out of the visit`);
  item(id).then(one => { name.textContent = `Take ${titleOf(one, id)} out of the visit`; }, () => { });
  return h('button', { type: 'button', class: 'thumb', onclick: remove }, pictureOf(id), name, h('span', { class: 'cross', 'aria-hidden': 'true' }, '✕'));
}
