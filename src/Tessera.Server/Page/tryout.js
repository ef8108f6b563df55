// What the shopper is tried with. It lasts as long as the page does; nothing of it is stored.

export const tryout = { user: '', session: [], diversity: 0, explain: true, pinned: [], exclude: [], boost: [] };

/** Adds an id to a list of the try-out, or takes it out; says whether it is in now. */
export function toggle(list, id) {
  const isIn = tryout[list].includes(id);
  tryout[list] = isIn ? tryout[list].filter(other => other !== id) : [...tryout[list], id];
  return !isIn;
}

/** The request that the try-out makes. */
export const asRequest = count => ({
  user: tryout.user || null,
  session: tryout.session,
  count,
  diversity: tryout.diversity,
  explain: tryout.explain,
  pinned: tryout.pinned,
  exclude: tryout.exclude,
  boost: tryout.boost,
});
