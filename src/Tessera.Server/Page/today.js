// How the service does.
import { get } from './api.js';
import { h } from './elements.js';
import { ago, count, duration, interval, percent, scaleOf } from './figures.js';

export const title = 'Today';

const every = 5000;

export async function show(view, _, signal) {
  const tiles = h('div', { class: 'tiles' }), online = h('section', { 'aria-labelledby': 'clicks' });
  const [status, models] = await Promise.all([get('/status', signal), get('/models', signal)]);
  view.append(tiles, online);
  draw(tiles, status);
  online.append(h('h2', { id: 'clicks' }, 'Clicks by model'), ...comparison(models.online));
  const timer = setInterval(async () => {
    if (document.hidden) return;
    try {
      draw(tiles, await get('/status', signal));
    } catch {
      clearInterval(timer); // what is shown stays, and the next visit says what is wrong
    }
  }, every);
  signal.addEventListener('abort', () => clearInterval(timer));
}

function draw(tiles, { model, refusal, recommendations: recent, log }) {
  const latency = recent.p99 == null ? ['–', 'Nobody asked in the last five minutes.']
    : [duration(recent.p99), `99 of 100 lists came within this time, half of them within ${duration(recent.p50)}.`];
  tiles.replaceChildren(
    tile('Recommendations', count(recent.requests), 'Requests for a list in the last five minutes, to this process.'),
    tile('p99', ...latency),
    tile('Fallbacks', recent.lists ? percent(recent.fallbacks / recent.lists) : '–',
      recent.lists ? 'Share of lists with what is popular and new alone, for nothing was known of the shopper.' : 'No list was handed out in the last five minutes.'),
    model ? tile('Model', model.id, `Added ${ago(model.since)}${model.challenger ? `; ${model.challenger} is tried with ${percent(model.traffic)} of the shoppers` : ''}.`, true)
      : tile('Model', 'none', 'Nothing can be recommended until a model is served.', true),
    model && tile('Items', count(model.items.known), `The model knows these; ${count(model.items.cold)} of them cold, by their content, and ${count(model.items.hidden)} hidden.`),
    tile('Log lag', count(log.behind), log.behind ? `Entries that the model does not know yet, for ${duration(log.seconds)}.` : 'The model knows every event and item that was stored.'),
    refusal ? h('p', { class: 'problem' }, refusal) : '');
}

const tile = (name, value, sentence, isWord) =>
  h('section', { class: 'tile' }, h('h2', {}, name), h('p', { class: isWord ? 'value word' : 'value' }, value), h('p', { class: 'hint' }, sentence));

/** Clicks and purchases of each arm. */
export function comparison({ arms, verdict }) {
  const clicked = scaleOf(Math.max(0, ...arms.map(arm => arm.clickRate.high))), bought = scaleOf(Math.max(0, ...arms.map(arm => arm.purchaseRate.high)));
  return [
    h('p', {}, verdict),
    arms.length === 0 ? h('p', { class: 'hint' }, 'No list has been handed out in the last 30 days. Events count for the list whose id they name as “recommendation”.')
      : h('div', { class: 'arms' }, arms.map(arm => h('article', { class: 'card', 'aria-label': `${arm.arm} ${arm.model}` },
        h('h3', {}, arm.model, ' ', h('span', { class: 'badge' }, arm.arm)),
        h('p', { class: 'hint' }, `${count(arm.lists)} ${arm.lists === 1 ? 'list' : 'lists'} in 30 days; the bars end at ${percent(clicked)} and ${percent(bought)}`),
        h('dl', {},
          h('dt', {}, 'Clicked'), h('dd', {}, interval(arm.clickRate, clicked)),
          h('dt', {}, 'Bought from'), h('dd', {}, interval(arm.purchaseRate, bought)))))),
  ];
}
