// The generations of the model: how good they are, and who is served by which.
import { follow, get, request } from './api.js';
import { compared } from './compared.js';
import { attempt, confirmed, h, say, table } from './elements.js';
import { decimals, moment } from './figures.js';
import { comparison } from './today.js';

export const title = 'Models';

export async function show(view, _, signal) {
  const list = h('div'), online = h('div'), wrong = h('div'), training = h('div'), lists = compared(signal, refresh);
  const train = h('button', { type: 'button', onclick: () => attempt(wrong, async () => {
    const job = await request('POST', '/models', { signal });
    const bar = h('progress', { max: '1', value: 0, 'aria-label': 'Training' }), state = h('p', { class: 'hint', role: 'status' });
    training.replaceChildren(bar, state);
    const done = await follow(job, now => { bar.value = now.progress; state.textContent = `Training is ${now.state}.`; }, signal);
    await refresh();
    state.textContent = `Training has ended${done.result ? `: ${typeof done.result === 'string' ? done.result : Object.values(done.result).join(', ')}` : ''}.`;
  }, train) }, 'Train a new one');

  async function refresh() {
    const { models, online: figures } = await get('/models', signal);
    list.replaceChildren(table('Generations of the model', ['Model', 'Use', 'Added', 'Offline', 'Actions'], models.map(one => [
      one.id, use(one), moment(one.created), offline(one.metrics), choices(one, models)])));
    online.replaceChildren(...comparison(figures));
    await lists.use(models);
  }

  function choices(one, models) {
    if (one.state === 'champion') return h('span', { class: 'hint' }, models.some(other => other.state === 'challenger') ? 'Serves all others.' : 'Serves all shoppers.');
    const traffic = h('input', { type: 'range', min: '0', max: '100', step: '5', value: String(Math.round((one.state === 'challenger' ? one.traffic : 0.1) * 100)), 'aria-label': `Share of shoppers for ${one.id}`, oninput: () => { share.textContent = `${traffic.value} %`; } });
    const share = h('output', {}, `${traffic.value} %`), isTried = one.state === 'challenger';
    const champion = models.find(other => other.state === 'champion'), isBack = champion && new Date(one.created) < new Date(champion.created);
    return h('div', { class: 'row' },
      traffic, share,
      act(isTried ? 'Set share' : 'Try it', () => request('PUT', '/aliases/challenger', { json: { model: one.id, traffic: traffic.value / 100 } })),
      isTried && act('End the trial', () => request('DELETE', '/aliases/challenger')),
      act(isBack ? 'Roll back to it' : 'Make champion', async () => {
        if (await confirmed(`Serve ${one.id} to all shoppers${champion ? `, in place of ${champion.id}` : ''}?`, 'Serve it')) await request('PUT', '/aliases/champion', { json: { model: one.id } });
      }));
  }

  function act(name, work) {
    const button = h('button', { type: 'button', class: 'quiet', onclick: () => attempt(wrong, async () => {
      await work();
      await refresh();
      say('The models are as chosen.');
    }, button) }, name);
    return button;
  }

  view.append(
    h('section', { 'aria-labelledby': 'generations' }, h('h2', { id: 'generations' }, 'Generations'),
      h('p', { class: 'hint' }, 'Each is a trained model. The champion serves all shoppers but those on whom a challenger is tried; the change is at once, and so is the way back.'),
      list, h('div', { class: 'row' }, train), training, wrong),
    h('section', { 'aria-labelledby': 'online' }, h('h2', { id: 'online' }, 'Online'), online), lists.element);
  await refresh();
}

/** What it is used for, and whether that is so, which it is not while the champion cannot be opened. */
function use({ state, served }) {
  const isMeant = state === 'champion' || state === 'challenger';
  const is = served === isMeant ? null : h('span', { class: 'hint' }, served ? ' served in the champion’s place' : ' not served');
  return h('span', {}, h('span', { class: `badge ${state}` }, state), is);
}

/** Figures of training, as far as they are known. */
function offline(metrics) {
  if (typeof metrics.metric === 'string' && typeof metrics.validation === 'number') {
    const { metric, validation, champion, championValidation: before } = metrics;
    return h('span', {}, `${metric} ${decimals(validation)}`, typeof before === 'number' && h('span', { class: 'hint' }, ` (${champion} had ${decimals(before)})`));
  }
  const figures = Object.entries((metrics.test ?? metrics.validation)?.metrics ?? metrics).filter(([, value]) => typeof value === 'number');
  const shown = figures.filter(([name]) => name.endsWith('@20')); // of many cutoffs the usual one
  return figures.length === 0 ? h('span', { class: 'hint' }, 'none kept') : h('dl', { class: 'compact' }, (shown.length > 0 ? shown : figures).slice(0, 3).map(([name, value]) => [h('dt', {}, name), h('dd', {}, decimals(value))]));
}
