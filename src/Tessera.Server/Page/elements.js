// Elements without a line of HTML in a string, so that nothing a shop stores can become markup.

/** An element: h('p', { class: 'note', onclick: f }, 'text', other). Null and false are left out, true is an attribute without a value. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child != null && child !== false));
  return element;
}

/** What went wrong, as the server says it, to stand where it happened. */
export const problem = cause => h('p', { class: 'problem', role: 'alert' }, cause.message);

/** Runs something that a person asked for, and shows below it what went wrong. What was given up says nothing. */
export async function attempt(place, work, button) {
  place.replaceChildren();
  button?.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } catch (cause) {
    if (cause.name !== 'AbortError') place.replaceChildren(problem(cause));
  } finally {
    button?.removeAttribute('aria-busy');
  }
}

/** Tells those who hear the page rather than see it. */
export function say(sentence) {
  const said = document.getElementById('said');
  said.textContent = '';
  said.textContent = sentence;
}

/** Has something run once nobody has called for a while. */
export function later(work, milliseconds = 250) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
}

let fields = 0;

/** A control with its label and, where there is one, a hint below. */
export function field(label, control, hint) {
  control.id ||= `field-${++fields}`;
  if (hint) control.setAttribute('aria-describedby', `${control.id}-hint`);
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, hint && h('p', { class: 'hint', id: `${control.id}-hint` }, hint));
}

/** Asks before something that cannot be undone. */
export function confirmed(question, answer) {
  return new Promise(resolve => {
    const dialog = h('dialog', { 'aria-label': question, onclose: () => { dialog.remove(); resolve(dialog.returnValue === 'yes'); } },
      h('p', {}, question),
      h('div', { class: 'row' },
        h('button', { type: 'button', class: 'danger', onclick: () => dialog.close('yes') }, answer),
        h('button', { type: 'button', class: 'quiet', autofocus: true, onclick: () => dialog.close('no') }, 'Cancel')));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A table with a caption; rows are lists of cells, the first of which is the row's header. The roles hold where narrow screens stack the cells. */
export function table(caption, columns, rows) {
  const row = cells => h('tr', { role: 'row' }, cells);
  return h('table', { role: 'table' }, h('caption', { class: 'unseen' }, caption),
    h('thead', { role: 'rowgroup' }, row(columns.map(column => h('th', { role: 'columnheader', scope: 'col' }, column)))),
    h('tbody', { role: 'rowgroup' }, rows.map(([first, ...cells]) => row([
      h('th', { role: 'rowheader', scope: 'row' }, first), cells.map((cell, place) => h('td', { role: 'cell', 'data-column': columns[place + 1] }, cell))]))));
}
