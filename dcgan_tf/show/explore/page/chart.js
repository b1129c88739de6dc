// Panels of curves, drawn as SVG: one panel for each title, one colour for each run.

import {runningMean} from './history.js';
import {short, whole} from './words.js';

const [WIDTH, HEIGHT] = [360, 190];
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 8, 6, 20];     // margins, of the same unit
const [X_TICKS, Y_TICKS] = [5, 6];                     // roughly, at most
const MAX_DOTS = 40;           // of a curve; more would be a thick line
const CUT = 0.02;              // of the values at each end may lie outside: the spikes of a start

/**
 * Returns a function that draws histories, one of each run, into `parent`:
 * draw([history, ...], [name, ...]). A panel without curves is removed.
 */
export function makePanels(parent) {
  const panels = new Map();      // title -> panel
  return (histories, names) => {
    const found = histories.map((history) => history.panels());
    const titles = [...new Set(found.flatMap((panel) => [...panel.keys()]))];
    for (const [title, panel] of panels) {
      if (titles.includes(title)) continue;
      panel.element.remove();
      panels.delete(title);
    }
    titles.forEach((title, k) => {
      if (!panels.has(title)) panels.set(title, makePanel(title));
      const panel = panels.get(title);
      if (parent.children[k] !== panel.element) parent.insertBefore(panel.element, parent.children[k] ?? null);
      panel.draw(found.map((of) => of.get(title)), names);
    });
  };
}

function makePanel(title) {
  const [head, ...conditions] = title.split('\n');
  const element = document.createElement('figure');
  const caption = element.appendChild(document.createElement('figcaption'));
  caption.append(head);
  const values = caption.appendChild(document.createElement('output'));
  const svg = element.appendChild(tag('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img'}));
  if (conditions.length) {
    const small = element.appendChild(document.createElement('small'));
    small.textContent = conditions.join(' ');
  }
  let shown = {curves: [], names: [], scale: null};
  let at = null;                 // step under the pointer; null = the last one

  const tell = () => {
    values.replaceChildren(...shown.curves.flatMap((curve, k) => curve ? [told(curve, k)] : []));
    svg.setAttribute('aria-label', `${head}: ${values.textContent}`);
    const line = svg.querySelector('.pointer');
    line?.setAttribute('visibility', at === null ? 'hidden' : 'visible');
    if (line && at !== null) for (const x of ['x1', 'x2']) line.setAttribute(x, shown.scale.x(at));
  };
  const told = ({steps, bold}, k) => {
    const index = at === null ? steps.length - 1 : nearest(steps, at);
    const text = document.createElement('span');
    text.className = `run${k}`;
    text.textContent = `${short(bold[index])}${at === null ? '' : ` at ${whole(steps[index])}`} `;
    text.title = shown.names[k];
    return text;
  };
  svg.onpointermove = (event) => {
    if (!shown.scale) return;
    const box = svg.getBoundingClientRect();
    at = shown.scale.step((event.clientX - box.left) / box.width * WIDTH);
    tell();
  };
  svg.onpointerleave = () => { at = null; tell(); };

  return {element, draw(curves, names) {
    const drawn = curves.map((curve) => curve && {...curve, bold: curve.noisy ? runningMean(curve) : curve.mean});
    shown = {curves: drawn, names, scale: scaleOf(drawn.filter(Boolean))};
    svg.replaceChildren(...axes(shown.scale), ...drawn.flatMap((curve, k) =>
      curve ? [lines(curve, k, shown.scale)] : []), tag('line', {
      class: 'pointer', y1: TOP, y2: HEIGHT - BOTTOM, visibility: 'hidden'}));
    tell();
  }};
}

/** Returns the ranges of some curves, and what turns a step and a value into a place. */
function scaleOf(curves) {
  const last = Math.max(1, ...curves.map(({steps}) => steps.at(-1)));
  const values = curves.flatMap(({noisy, low, high, mean, bold, lines}) =>
    [...(noisy ? [...within(low), ...within(high)] : mean), ...bold, ...lines])
    .filter((value) => value !== null);
  let low = values.reduce((a, b) => Math.min(a, b), Infinity);
  let high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!(low < high)) [low, high] = Number.isFinite(low) ? [low - 0.5, high + 0.5] : [0, 1];
  const room = 0.05 * (high - low);
  [low, high] = [low - room, high + room];
  const [width, height] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  return {
    last, low, high,
    x: (step) => LEFT + step / last * width,
    y: (value) => TOP + (high - value) / (high - low) * height,
    step: (x) => (x - LEFT) / width * last,
  };
}

/** Returns the sorted values without the largest and the smallest. */
function within(values) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const cut = Math.floor(CUT * sorted.length);
  return sorted.slice(cut, sorted.length - cut);
}

function axes({x, y, last, low, high}) {
  const lines = ticks(low, high, Y_TICKS).flatMap((value) => [
    tag('line', {class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value)}),
    tag('text', {x: LEFT - 5, y: y(value) + 4, 'text-anchor': 'end'}, short(value)),
  ]);
  const steps = ticks(0, last, X_TICKS).map((step) => tag('text', {
    x: x(step), y: HEIGHT - 5, 'text-anchor': step > 0.93 * last ? 'end' : step ? 'middle' : 'start',
  }, whole(step)));
  return [...lines, ...steps];
}

/** Returns about n round numbers between low and high, or fewer. */
function ticks(low, high, n) {
  const rough = (high - low) / n;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({length: Math.floor(high / step) - first + 1},
    (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** Returns the curve of a run: values faint and their mean bold, or a line, with dots if they are few. */
function lines({steps, low, high, bold, noisy, lines: dashed}, k, {x, y}) {
  const group = tag('g', {class: `run${k}`});
  const [width, height] = [WIDTH - LEFT, HEIGHT - TOP - BOTTOM];
  const clip = tag('svg', {x: LEFT, y: TOP, width, height, viewBox: `${LEFT} ${TOP} ${width} ${height}`});
  for (const value of dashed) {
    if (value !== null) clip.append(tag('line', {class: 'dashed', x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value)}));
  }
  if (noisy) clip.append(tag('path', {class: 'band', d: band(steps, low, high, x, y)}));
  clip.append(tag('path', {class: 'bold', d: path(steps, bold, x, y)}));
  if (!noisy && steps.length <= MAX_DOTS) {
    steps.forEach((step, i) => {
      if (bold[i] !== null) clip.append(tag('circle', {cx: x(step), cy: y(bold[i]), r: 2.5}));
    });
  }
  group.append(clip);
  return group;
}

/** Returns a line through the values, with a gap where one is null. */
function path(steps, values, x, y) {
  let pen = 'M';
  return steps.map((step, k) => {
    if (values[k] === null) {
      pen = 'M';
      return '';
    }
    const point = `${pen}${x(step).toFixed(1)} ${y(values[k]).toFixed(1)}`;
    pen = 'L';
    return point;
  }).join('');
}

/** Returns the outline of the area between two lines, in pieces without null. */
function band(steps, low, high, x, y) {
  const pieces = [[]];
  steps.forEach((step, k) => {
    if (low[k] === null) pieces.push([]);
    else pieces.at(-1).push(k);
  });
  const point = (k, values) => `${x(steps[k]).toFixed(1)} ${y(values[k]).toFixed(1)}`;
  return pieces.filter((piece) => piece.length).map((piece) => `M${[
    ...piece.map((k) => point(k, high)), ...piece.toReversed().map((k) => point(k, low))].join('L')}Z`).join('');
}

/** Returns the index of the step that is nearest to a place. */
function nearest(steps, place) {
  return steps.reduce((best, step, k) => Math.abs(step - place) < Math.abs(steps[best] - place) ? k : best, 0);
}

function tag(name, attributes, text = '') {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}
