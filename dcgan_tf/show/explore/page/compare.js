// Two runs side by side: their curves in the same panels, newest samples, options that differ.

import {makePanels} from './chart.js';
import {makeHistory} from './history.js';
import {makeNewest} from './newest.js';
import {ask, repeat, showStatus} from './server.js';

const WAIT = 5;                  // seconds until the next request
const by = (id) => document.getElementById(id);

/** compare.show([row, row]) shows two rows of the list, compare.show([]) none. */
export function makeCompare() {
  let runs = [];                 // of each: its key, its history, what shows its pictures
  let drawPanels = null;

  const again = repeat(async () => {
    const asked = runs;
    const answers = await Promise.all(asked.map(({key, history}) => ask('training', {...history.marks, run: key})));
    if (asked !== runs || !runs.length) return WAIT;           // others were ticked meanwhile
    answers.forEach((answer, k) => {
      runs[k].history.add(answer);
      runs[k].showNewest(answer.pictures, answer.name);
    });
    drawPanels(runs.map(({history}) => history), answers.map(({name}) => name));
    return WAIT;
  });

  return {show(rows) {
    const keys = rows.map(({key}) => key).join();
    if (keys === runs.map(({key}) => key).join()) return;
    by('compare').hidden = !rows.length;
    by('newest').replaceChildren();
    by('compare-title').replaceChildren(...rows.flatMap(({name}, k) => [...(k ? [' and '] : []), coloured(name, k)]));
    by('curves').replaceChildren();
    drawPanels = makePanels(by('curves'));
    runs = rows.map(({key}, k) => {
      const place = by('newest').appendChild(document.createElement('div'));
      place.className = `run${k}`;
      return {key, history: makeHistory(), showNewest: makeNewest(place, {run: key}, {first: true})};
    });
    if (!rows.length) return;
    showOptions(rows).catch(({message}) => showStatus(message));
    again();
  }};
}

/** Returns a name in the colour of the curves of run k. */
function coloured(name, k) {
  const text = document.createElement('span');
  text.className = `run${k}`;
  text.textContent = name;
  return text;
}

async function showOptions(rows) {
  const options = await ask('differences', {run: rows[0].key, other: rows[1].key});
  by('no-options').hidden = options.length > 0;
  by('options').hidden = !options.length;
  by('options').replaceChildren(line('th', ['option', ...rows.map(({name}) => name)]),
    ...options.map((option) => line('td', option)));
}

function line(kind, cells) {
  const row = document.createElement('tr');
  row.append(...cells.map((text, k) => {
    const cell = document.createElement(k ? kind : 'th');
    cell.textContent = text;
    if (k && kind === 'th') cell.className = `run${k - 1}`;
    return cell;
  }));
  return row;
}
