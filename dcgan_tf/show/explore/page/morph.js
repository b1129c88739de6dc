// The morph through the chosen pictures: its frames come at once, the page plays them.

import {ask, latest, say, sheet} from './server.js';

const MAX_FRAMES = 24;         // from picture to picture
const by = (id) => document.getElementById(id);

/** morph.show(points) begins the walk through these points, or ends it where they are fewer than 2. */
export function makeMorph(facts) {
  const canvas = by('morph');
  let points = [];
  let put = null;
  let total = 0;
  let place = 0;                // in frames
  let before = null;            // ms
  let playing = !matchMedia('(prefers-reduced-motion: reduce)').matches;

  const speed = () => Number(by('speed').value);
  const asked = () => ({
    points, fps: speed(),
    frames: Math.min(MAX_FRAMES, Math.floor(facts.images / points.length)),
  });

  const load = latest(async () => {
    if (points.length < 2) {
      put = null;
      canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
      return;
    }
    const walk = asked();
    const frames = walk.frames * walk.points.length;
    put = await sheet('morph', walk, frames, facts);
    total = frames;
    place %= total;
    put(canvas, Math.floor(place));
  });

  const step = (now) => {
    if (put && playing && before !== null) {
      place = (place + (now - before) / 1000 * speed()) % total;
      put(canvas, Math.floor(place));
    }
    before = now;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);

  const name = () => { by('play').textContent = playing ? 'Pause' : 'Play'; };
  name();
  by('play').onclick = () => { playing = !playing; name(); };
  by('speed').oninput = () => { by('speed-value').textContent = speed(); };
  by('gif').onclick = async () => {
    by('gif').disabled = true;
    try {
      save(await ask('gif', asked()), 'morph.gif');
    } catch (error) {
      say(error.message);
    } finally {
      by('gif').disabled = points.length < 2;
    }
  };

  return {show(now) {
    points = now;
    by('gif').disabled = by('play').disabled = points.length < 2;
    load();
  }};
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
