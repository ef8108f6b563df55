// Numbers as people read them, and the bars beside them.
import { h } from './elements.js';

export const count = value => value.toLocaleString('en');

export const percent = (value, digits = 0) => `${(value * 100).toFixed(digits)} %`;

export const decimals = value => Number.isInteger(value) ? count(value) : Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(Math.abs(value) < 1 ? 4 : 3);

export function duration(seconds) {
  const milliseconds = seconds * 1000;
  if (seconds < 1) return `${milliseconds < 10 ? Number(milliseconds.toPrecision(2)) : Math.round(milliseconds)} ms`;
  for (const [size, unit] of [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']]) {
    const number = Math.floor(seconds / size);
    if (number >= 1) return `${number} ${unit}${number === 1 ? '' : 's'}`;
  }
}

export const ago = time => `${duration(Math.max(1, (Date.now() - new Date(time)) / 1000))} ago`;

export const moment = time => h('time', { datetime: time, title: new Date(time).toLocaleString('en') }, ago(time));

/** A bar from 0 to a share of its room; the number stands beside it. */
export function bar(share, kind = '') {
  const filled = h('span', { class: `filled ${kind}` });
  filled.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return h('span', { class: 'bar', 'aria-hidden': 'true' }, filled);
}

/** The parts of a score, by modality. */
export function shares(parts) {
  const named = Object.entries(parts), sum = named.reduce((all, [, part]) => all + Math.abs(part), 0);
  if (sum === 0) return null;
  const strip = h('span', { class: 'strip', 'aria-hidden': 'true' }, named.map(([, part], index) => {
    const piece = h('span', { class: `kind-${index % 5}${part < 0 ? ' against' : ''}` });
    piece.style.width = `${Math.abs(part) / sum * 100}%`;
    return piece;
  }));
  const words = h('span', { class: 'words' }, named.map(([name, part], index) => h('span', {},
    h('span', { class: `dot kind-${index % 5}`, 'aria-hidden': 'true' }), `${name} ${part < 0 ? '−' : ''}${percent(Math.abs(part) / sum)}`)));
  return h('span', { class: 'shares' }, strip, words);
}

/** Where the scale of rates ends of which none is likely to be higher: at a round one, so that what hardly is known looks it. */
export const scaleOf = highest => [0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find(end => end >= highest) ?? 1;

/** A rate with its interval, drawn on a scale from 0. */
export function interval(rate, highest) {
  const range = h('span', { class: 'range' }), tick = h('span', { class: 'tick' });
  range.style.left = percent(rate.low / highest, 2).replace(' ', '');
  range.style.width = percent((rate.high - rate.low) / highest, 2).replace(' ', '');
  tick.style.left = percent(rate.value / highest, 2).replace(' ', '');
  return h('span', { class: 'interval' },
    h('span', { class: 'axis', 'aria-hidden': 'true' }, range, tick),
    h('span', { class: 'words' }, `${percent(rate.value, 1)}, likely ${percent(rate.low, 1)} to ${percent(rate.high, 1)}`));
}
