// The parts of the page that need the generator: the wall, the chosen pictures, the sliders, the morph.

import {latest, sheet, showStatus} from './server.js';
import {makeMorph} from './morph.js';
import {makeUpload} from './upload.js';
import {makeWall, tile} from './wall.js';

const MAX_PICKS = 8;
const MAX_MOVE = 3;            // standard deviations of the prior
const MAX_CODE = 2;            // of a continuous code; training draws it from the prior
const by = (id) => document.getElementById(id);

/**
 * Fills these parts. facts: those of the generator, from the server. Returns an object with the step
 * of its checkpoint, and update(facts), which draws all pictures again with other weights.
 */
export function makeGenerator(facts) {
  const maxPicks = Math.min(MAX_PICKS, Math.floor(facts.images / 2));
  let picks = [];
  let current = -1;

  const morph = makeMorph(facts);
  const wall = makeWall(facts, toggle);
  wall.onChange = mark;
  const codes = facts.codes.map((number, k) => slider('codes', k, `code ${number}`, MAX_CODE));
  const directions = Array.from({length: facts.directions},
    (_, k) => slider('moves', k, `direction ${k + 1}`, MAX_MOVE));

  makeUpload(facts, (point, text) => { if (choose(point)) showStatus(text); });

  /** Chooses a picture of the wall, or removes it if it is chosen already. */
  function toggle(point) {
    const index = indexOf(point);
    if (index >= 0) remove(index);
    else choose(point);
  }

  /** Adds a picture to the chosen ones. Returns whether there was room for it. */
  function choose(point) {
    if (picks.length === maxPicks) {
      showStatus(`At most ${maxPicks} pictures can be chosen.`);
      return false;
    }
    picks.push({...point, ...unchanged()});
    current = picks.length - 1;
    changed();
    return true;
  }

  /** The chosen pictures as the server knows them: without the names of files. */
  function points() {
    return picks.map(({name, ...point}) => point);
  }

  function remove(index) {
    picks.splice(index, 1);
    current = Math.min(current, picks.length - 1);
    changed();
  }

  function indexOf({seed, truncation, class: label}) {
    return picks.findIndex((pick) => pick.seed === seed && pick.truncation === truncation &&
      pick.class === label);
  }

  function mark() {
    wall.mark(indexOf);
  }

  /** Updates everything that depends on the chosen pictures. */
  function changed() {
    showStatus('');
    mark();
    by('hint').hidden = picks.length > 1;
    for (const id of ['remove', 'clear', 'reset']) by(id).disabled = !picks.length;
    for (const show of [...codes, ...directions]) show();
    drawPicks();
    morph.show(points());
  }

  const drawPicks = latest(async () => {
    const shown = [...picks];
    const drawOn = shown.length && await sheet('pictures', {points: points()}, shown.length, facts);
    const buttons = [...by('picks').children];
    buttons.slice(shown.length).forEach((button) => button.remove());
    shown.forEach((pick, k) => {
      const {button, canvas, caption} = buttons[k]?.parts ?? newPick(k);
      drawOn(canvas, k);
      caption.textContent = pick.name ?? pick.seed;
      button.setAttribute('aria-label', `chosen ${k + 1}: ${pick.name ?? `seed ${pick.seed}`}`);
      button.setAttribute('aria-pressed', k === current);
    });
    if (current >= 0 && current < shown.length) drawOn(by('change'), current);
    else by('change').getContext('2d').clearRect(0, 0, facts.width, facts.height);
  });

  function newPick(k) {
    const parts = tile(by('picks'), () => { current = k; changed(); });
    parts.button.parts = parts;
    return parts;
  }

  /** A picture as its seed draws it: a code that is null has the number of the seed. */
  function unchanged() {
    return {moves: directions.map(() => 0), codes: codes.map(() => null)};
  }

  /** Adds a slider that sets number k of `list` of the current picture. Returns what updates it. */
  function slider(list, k, name, limit) {
    const label = by('sliders').appendChild(document.createElement('label'));
    label.append(name);
    const output = label.appendChild(document.createElement('output'));
    const input = label.appendChild(document.createElement('input'));
    Object.assign(input, {type: 'range', min: -limit, max: limit, step: 0.05, value: 0,
      disabled: true});
    const show = () => {
      const value = picks[current]?.[list][k] ?? null;
      input.disabled = !picks.length;
      input.value = value ?? 0;
      const drawn = value === null && picks.length > 0;
      output.textContent = drawn ? 'as drawn' : Number(input.value).toFixed(2);
    };
    show();
    input.oninput = () => {
      picks[current][list][k] = Number(input.value);
      show();
      drawPicks();
    };
    input.onchange = () => morph.show(points());
    return show;
  }

  by('remove').onclick = () => remove(current);
  by('clear').onclick = () => { picks = []; current = -1; changed(); };
  by('reset').onclick = () => { Object.assign(picks[current], unchanged()); changed(); };

  const generator = {step: facts.step, update({step}) {
    generator.step = step;
    wall.refresh();
    changed();
  }};
  return generator;
}
