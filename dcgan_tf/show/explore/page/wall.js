// The wall of samples: one button per seed, and the choice of the class and of the truncation.

import {latest, sheet} from './server.js';

const MAX_SAMPLES = 36;
const LAST_SEED = 2 ** 52;
const by = (id) => document.getElementById(id);

/** Fills the wall. onPick(point) is called with the point of a picture that is clicked. */
export function makeWall(facts, onPick) {
  const n = Math.min(MAX_SAMPLES, facts.images);
  const wall = {first: 0, label: null, truncation: 1};
  const tiles = Array.from({length: n}, (_, k) => tile(by('wall'), () => onPick(point(k))));

  const classOf = (seed) => wall.label ?? seed % facts.classes.length;
  const point = (k) => ({
    seed: wall.first + k, truncation: wall.truncation, moves: [],
    ...(facts.classes.length ? {class: classOf(wall.first + k)} : {}),
  });

  const draw = latest(async () => {
    const points = tiles.map((_, k) => point(k));
    const drawOn = await sheet('pictures', {points}, n, facts);
    tiles.forEach(({button, canvas, caption}, k) => {
      drawOn(canvas, k);
      caption.textContent = points[k].seed;
      const name = facts.classes.length ?
        `, ${facts.words[0]}: ${facts.classes[points[k].class]}` : '';
      button.setAttribute('aria-label', `seed ${points[k].seed}${name}`);
    });
  });

  const moveSeeds = (count) => {
    wall.first = Math.min(Math.max(0, wall.first + count), LAST_SEED - n);
    refresh();
  };
  const refresh = () => {
    by('previous').disabled = wall.first === 0;
    draw();
    wall.onChange?.();
  };

  by('previous').onclick = () => moveSeeds(-n);
  by('next').onclick = () => moveSeeds(n);
  by('truncation').oninput = ({target}) => {
    wall.truncation = Number(target.value);
    by('truncation-value').textContent = wall.truncation.toFixed(2);
    refresh();
  };
  wall.refresh = refresh;
  makeClasses(facts, (label) => { wall.label = label; refresh(); });
  refresh();

  /** Marks the chosen pictures of the wall with their number: 1, 2, ... */
  wall.mark = (indexOf) => tiles.forEach(({button, order}, k) => {
    const index = indexOf(point(k));
    button.setAttribute('aria-pressed', index >= 0);
    order.textContent = index >= 0 ? index + 1 : '';
  });
  return wall;
}

/** Adds a button with a canvas, a caption below it and a number in the corner. */
export function tile(parent, onclick) {
  const button = parent.appendChild(document.createElement('button'));
  button.className = 'tile';
  button.onclick = onclick;
  const canvas = button.appendChild(document.createElement('canvas'));
  const caption = button.appendChild(document.createElement('span'));
  const order = button.appendChild(document.createElement('span'));
  order.className = 'order';
  return {button, canvas, caption, order};
}

/** Adds a button per class, and one for all classes in turn. */
function makeClasses({classes, words}, choose) {
  if (!classes.length) return;
  by('classes').setAttribute('aria-label', words[0]);
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
