// The wall of samples: a button a seed, its class and its truncation.

import {latest, sheet} from './server.js';

const MOST = 36;
const LAST_SEED = 2 ** 52;
const by = (id) => document.getElementById(id);

/** onPick(point) is called with the point of a picture that is clicked. */
export function makeWall(facts, onPick) {
  const n = Math.min(MOST, facts.images);
  const wall = {first: 0, label: null, truncation: 1};
  const tiles = Array.from({length: n}, (_, k) => tile(by('wall'), () => onPick(point(k))));

  const classOf = (seed) => wall.label ?? seed % facts.classes.length;
  const point = (k) => ({
    seed: wall.first + k, truncation: wall.truncation, moves: [],
    ...(facts.classes.length ? {class: classOf(wall.first + k)} : {}),
  });

  const draw = latest(async () => {
    const points = tiles.map((_, k) => point(k));
    const put = await sheet('pictures', {points}, n, facts);
    tiles.forEach(({button, canvas, words}, k) => {
      put(canvas, k);
      words.textContent = points[k].seed;
      const name = facts.classes.length ? `, class ${facts.classes[points[k].class]}` : '';
      button.setAttribute('aria-label', `seed ${points[k].seed}${name}`);
    });
  });

  const turn = (by_) => {
    wall.first = Math.min(Math.max(0, wall.first + by_), LAST_SEED - n);
    refresh();
  };
  const refresh = () => {
    by('previous').disabled = wall.first === 0;
    draw();
    wall.onChange?.();
  };

  by('previous').onclick = () => turn(-n);
  by('next').onclick = () => turn(n);
  by('truncation').oninput = ({target}) => {
    wall.truncation = Number(target.value);
    by('truncation-value').textContent = wall.truncation.toFixed(2);
    refresh();
  };
  makeClasses(facts, (label) => { wall.label = label; refresh(); });
  refresh();

  /** Shows which of the wall's pictures are chosen, and as which: 1, 2, ... */
  wall.mark = (placeOf) => tiles.forEach(({button, order}, k) => {
    const place = placeOf(point(k));
    button.setAttribute('aria-pressed', place >= 0);
    order.textContent = place >= 0 ? place + 1 : '';
  });
  return wall;
}

/** A button with a canvas, a word below and a number in the corner. */
export function tile(parent, onclick) {
  const button = parent.appendChild(document.createElement('button'));
  button.className = 'tile';
  button.onclick = onclick;
  const canvas = button.appendChild(document.createElement('canvas'));
  const words = button.appendChild(document.createElement('span'));
  const order = button.appendChild(document.createElement('span'));
  order.className = 'order';
  return {button, canvas, words, order};
}

/** A button a class, and one for all in turn. */
function makeClasses({classes}, choose) {
  if (!classes.length) return;
  by('classes').hidden = false;
  const buttons = ['in turn', ...classes].map((name, k) => {
    const button = by('classes').appendChild(document.createElement('button'));
    button.textContent = name;
    button.setAttribute('aria-pressed', k === 0);
    button.onclick = () => {
      buttons.forEach((other) => other.setAttribute('aria-pressed', other === button));
      choose(k ? k - 1 : null);
    };
    return button;
  });
}
