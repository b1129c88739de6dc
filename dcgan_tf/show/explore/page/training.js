// The part of the page that shows the training of the run, and asks for what is new every few seconds.

import {makePanels} from './chart.js';
import {makeHistory} from './history.js';
import {makeNewest} from './newest.js';
import {ask, repeat} from './server.js';
import {duration, short, showState, whole} from './words.js';

const [RUNNING_WAIT, ENDED_WAIT] = [3, 10];            // seconds until the next request
const MAX_WARNINGS = 20;
const FOLDED = ['finished', 'stopped'];                // states in which the generator comes first
const by = (id) => document.getElementById(id);

/**
 * Shows the training. onAnswer(answer) is called with each answer of /training, or once with null if
 * the generator has no run folder.
 */
export function makeTraining(onAnswer) {
  const history = makeHistory();
  const drawPanels = makePanels(by('curves'));
  const showNewest = makeNewest(by('newest'));
  let warnings = [];
  let lost = {};
  let first = true;

  return repeat(async () => {
    const answer = await ask('training', history.marks);
    if (answer === null) {
      onAnswer(null);
      return null;
    }
    const {log, metrics, warnings: lines} = answer;
    const changed = first || log.fresh || log.steps.length || metrics.fresh || metrics.rows.length;
    history.add(answer);
    if (changed) drawPanels([history], [answer.name]);
    by('no-rows').hidden = by('curves').children.length > 0 || answer.problem !== '';
    warnings = [...(lines.fresh ? [] : warnings), ...lines.lines].slice(-MAX_WARNINGS);
    for (const [file, {fresh, lost: line}] of Object.entries({log, metrics})) if (fresh || line) lost[file] = line;
    showWarnings([answer.problem, ...Object.values(lost), ...warnings.toReversed()].filter(Boolean));
    showNewest(answer.pictures);
    showProgress(answer);
    const {open, newest} = answer.checkpoints;
    if (first) by('training').open = !FOLDED.includes(answer.state) || (open ?? newest) === null;
    first = by('training').hidden = false;
    onAnswer(answer);
    return answer.state === 'running' ? RUNNING_WAIT : ENDED_WAIT;
  });
}

function showWarnings(lines) {
  by('warnings').hidden = !lines.length;
  by('warnings').replaceChildren(...lines.map((line) => {
    const item = document.createElement('li');
    item.textContent = line;
    return item;
  }));
}

function showProgress({state, step, steps, left, rate, written, now}) {
  showState(by('state'), state);
  const parts = steps === null ? [] : [`step ${whole(step)} of ${whole(steps)}`];
  if (left !== null) parts.push(`${duration(left)} left`);
  if (rate !== null) parts.push(`${short(Number(rate.toPrecision(3)))} images/s`);
  parts.push(`last written ${duration(now - written)} ago`);
  by('progress').textContent = parts.join(' \u00b7 ');
  Object.assign(by('bar'), {max: steps || 1, value: Math.min(step, steps ?? 0)});
}
