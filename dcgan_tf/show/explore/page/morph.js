// The morph through the chosen pictures. All frames are loaded together, and the page plays them.

import {latest, request, sheet, showStatus} from './server.js';

const MAX_FRAMES = 24;         // from picture to picture
const by = (id) => document.getElementById(id);

/** morph.show(points) starts the walk through these points; with fewer than 2 it clears the morph. */
export function makeMorph(facts) {
  const canvas = by('morph');
  let points = [];
  let drawOn = null;
  let total = 0;
  let position = 0;             // in frames
  let lastTime = null;          // ms
  let playing = !matchMedia('(prefers-reduced-motion: reduce)').matches;

  const speed = () => Number(by('speed').value);
  const walkRequest = () => ({
    points, fps: speed(),
    frames: Math.min(MAX_FRAMES, Math.floor(facts.images / points.length)),
  });

  const load = latest(async () => {
    if (points.length < 2) {
      drawOn = null;
      canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
      return;
    }
    const walk = walkRequest();
    const frames = walk.frames * walk.points.length;
    drawOn = await sheet('morph', walk, frames, facts);
    total = frames;
    position %= total;
    drawOn(canvas, Math.floor(position));
  });

  const step = (now) => {
    if (drawOn && playing && lastTime !== null) {
      position = (position + (now - lastTime) / 1000 * speed()) % total;
      drawOn(canvas, Math.floor(position));
    }
    lastTime = now;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);

  const labelButton = () => { by('play').textContent = playing ? 'Pause' : 'Play'; };
  labelButton();
  by('play').onclick = () => { playing = !playing; labelButton(); };
  by('speed').oninput = () => { by('speed-value').textContent = speed(); };
  by('gif').onclick = async () => {
    by('gif').disabled = true;
    try {
      save(await request('gif', walkRequest()), 'morph.gif');
    } catch (error) {
      showStatus(error.message);
    } finally {
      by('gif').disabled = points.length < 2;
    }
  };

  return {show(newPoints) {
    points = newPoints;
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
