// The page of a run: its training, and its generator as soon as there is a checkpoint.

import {makeGenerator} from './generator.js';
import {ask, latest, post} from './server.js';
import {makeTraining} from './training.js';
import {whole} from './words.js';

const by = (id) => document.getElementById(id);
let generator = null;
let busy = false;                // a generator is opened
let failed = null;               // step of the checkpoint that could not be opened

by('all-runs').hidden = !location.search;

/** Shows the generator, which the server opens if it is not open. step: of its checkpoint. */
async function open(step) {
  wait('Opening the generator \u2026');
  busy = true;
  try {
    show(await ask('facts'));
    wait('');
  } catch (error) {
    failed = step;
    wait(error.message);
  } finally {
    busy = false;
  }
}

function show(facts) {
  if (generator) generator.update(facts);
  else generator = makeGenerator(facts);
  by('about').textContent = `step ${whole(facts.step)}, ${facts.width}x${facts.height}` +
    (facts.classes.length ? `, ${whole(facts.classes.length)} ${facts.words[1]}` : '');
  by('samples').hidden = by('chosen').hidden = false;
  name(facts.name);
}

function wait(text) {
  by('waiting').textContent = text;
  by('waiting').hidden = !text;
}

function name(text) {
  by('name').textContent = document.title = text;
}

/** Opens the generator, or offers to load a newer checkpoint than that of the pictures. */
function update(answer) {
  if (answer === null) {         // a generator without a run folder
    open(0);
    return;
  }
  const {name: text, state, problem, checkpoints: {open: loaded, newest}} = answer;
  if (!generator) name(text);
  if (busy || (problem && !generator)) return;
  const step = loaded ?? newest;
  if (generator ? loaded !== null && loaded !== generator.step : step !== null && step !== failed) {
    open(step);                  // the first checkpoint, or another page has loaded a newer one
  } else if (!generator && step === null) {
    wait(state === 'running' ? 'The samples come as soon as the training has saved a checkpoint.' :
      'This run has no checkpoint, so there is no generator to explore.');
  }
  const offered = generator && newest !== null && (loaded !== null || newest !== generator.step);
  by('newer').hidden = !offered;
  if (offered) by('load').textContent = `Load step ${whole(newest)}`;
}

const loadNewest = latest(async () => {
  busy = by('load').disabled = true;
  try {
    show(await (await post('newest', {})).json());
    by('newer').hidden = true;
  } finally {
    busy = by('load').disabled = false;
  }
});
by('load').onclick = loadNewest;

makeTraining(update);
