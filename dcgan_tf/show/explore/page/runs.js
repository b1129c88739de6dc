// The list of runs: newest first, refreshed every few seconds. Two that are ticked are compared.

import {makeCompare} from './compare.js';
import {showPicture} from './newest.js';
import {ask, repeat} from './server.js';
import {duration, short, showState, whole} from './words.js';

const WAIT = 5;                  // seconds until the next request
const MAX_TICKED = 2;
const by = (id) => document.getElementById(id);
const shown = new Map();         // key -> the elements of a run
let known = '';                  // what the page knows of the list, for the next request
let rows = [];
let ticked = location.hash.slice(1).split(',').filter(Boolean).slice(0, MAX_TICKED);

const compare = makeCompare();

repeat(async () => {
  const answer = await ask('runs', {known});
  if (answer.rows) {
    ({known, rows} = answer);
    by('name').textContent = `Runs in ${answer.folder}`;
    document.title = `runs in ${answer.folder}`;
    by('none').hidden = rows.length > 0;
    update();
  }
  for (const {key, written} of rows) shown.get(key).age.textContent = `${duration(answer.now - written)} ago`;
  return WAIT;
});

/** Shows the rows in their order, and removes those of runs that are gone. */
function update() {
  const keys = new Set(rows.map(({key}) => key));
  for (const [key, {item}] of shown) {
    if (keys.has(key)) continue;
    item.remove();
    shown.delete(key);
  }
  rows.forEach((row, k) => {
    if (!shown.has(row.key)) shown.set(row.key, makeItem(row.key));
    const elements = shown.get(row.key);
    if (by('runs').children[k] !== elements.item) by('runs').insertBefore(elements.item, by('runs').children[k] ?? null);
    fill(elements, row);
  });
  tick(ticked.filter((key) => keys.has(key)));
}

/** Makes the elements of a run: a box to tick, and a link with a picture and words. */
function makeItem(key) {
  const item = document.createElement('li');
  const box = item.appendChild(document.createElement('input'));
  Object.assign(box, {type: 'checkbox', title: 'compare'});
  box.onchange = () => {
    tick(box.checked ? [...ticked, key].slice(-MAX_TICKED) : ticked.filter((other) => other !== key));
    if (ticked.length === MAX_TICKED) by('compare').scrollIntoView();      // it is above a long list
  };
  const link = item.appendChild(document.createElement('a'));
  link.href = `run.html?${new URLSearchParams({run: key})}`;
  const image = link.appendChild(document.createElement('img'));
  image.alt = '';
  image.loading = 'lazy';
  const [name, kind, state, step, age, figures] = ['name', 'kind', 'state', 'step', 'age', 'figures'].map((word) => {
    const element = link.appendChild(document.createElement('span'));
    element.className = word;
    return element;
  });
  return {item, box, image, name, kind, state, step, age, figures};
}

function fill({box, image, name, kind, state, step, figures}, row) {
  name.textContent = row.name;
  box.setAttribute('aria-label', `compare ${row.name}`);
  kind.textContent = row.problem || row.kind.join(' \u00b7 ');
  showState(state, row.state);
  step.textContent = row.steps === null ? '' : `step ${whole(row.step)} of ${whole(row.steps)}` +
    (row.warnings ? `, ${row.warnings} warning${row.warnings > 1 ? 's' : ''}` : '');
  figures.replaceChildren(...row.figures.map(([word, value, at, conditions]) => {
    const figure = document.createElement('span');
    figure.title = `step ${whole(at)}${conditions ? `, ${conditions}` : ', of one batch'}`;
    figure.textContent = `${word} ${short(value)}`;
    return figure;
  }));
  showPicture(image, row.pictures, row.pictures?.grids[0], {run: row.key});
}

/** Ticks these runs and no others, and compares them if they are two. */
function tick(keys) {
  ticked = keys;
  for (const [key, {box, item}] of shown) item.classList.toggle('ticked', box.checked = keys.includes(key));
  history.replaceState(null, '', keys.length ? `#${keys.join(',')}` : location.pathname);
  compare.show(keys.length === MAX_TICKED ? keys.map((key) => rows.find((row) => row.key === key)) : []);
}
