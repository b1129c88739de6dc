// The newest pictures that a training has drawn.

import {address} from './server.js';
import {whole} from './words.js';

const TITLES = {fake: 'samples', fake1: 'samples, a column for each class', fake2: 'one latent for all classes',
  codes: 'the codes', plane: 'samples of the plane of latents'};

/** Shows the picture of a grid of a run in `image`. words: {run: KEY} of a list of runs. */
export function showPicture(image, pictures, grid, words = {}) {
  const source = pictures ? address('picture', {...words, grid, step: pictures.step}) : '';
  image.hidden = !source;
  if (source && image.getAttribute('src') !== source) image.src = source;
}

/** Returns a function that shows the newest pictures of a run in `parent`: all grids, or the first. */
export function makeNewest(parent, words, {first = false} = {}) {
  const figures = new Map();     // grid -> figure
  return (pictures, name = '') => {
    const grids = (pictures?.grids ?? []).slice(0, first ? 1 : undefined);
    for (const [grid, figure] of figures) if (!grids.includes(grid)) figure.hidden = true;
    for (const grid of grids) {
      if (!figures.has(grid)) figures.set(grid, makeFigure(parent));
      const figure = figures.get(grid);
      figure.hidden = false;
      const [image, caption] = figure.children;
      const text = `${name ? `${name}: ` : ''}${TITLES[grid]}, step ${whole(pictures.step)}`;
      caption.textContent = image.alt = text;
      showPicture(image, pictures, grid, words);
    }
  };
}

function makeFigure(parent) {
  const figure = parent.appendChild(document.createElement('figure'));
  const image = figure.appendChild(document.createElement('img'));
  figure.appendChild(document.createElement('figcaption'));
  image.onerror = () => { image.hidden = true; };      // a resume may remove it
  return figure;
}
