// A picture of the user's, in which the encoder finds a latent.

import {post, showStatus} from './server.js';

const by = (id) => document.getElementById(id);

/**
 * Takes pictures that are chosen or dropped on the page. onPoint(point) is called with the latent of
 * each: a point with a name, the file's. Does nothing if the generator has no encoder.
 */
export function makeUpload(facts, onPoint) {
  if (!facts.encodes) return;
  by('own').hidden = false;
  const take = async (files) => {
    for (const file of files) {
      try {
        const pixels = await pixelsOf(file, facts);
        const {latent, class: label, error} = await (await post('encode', {pixels})).json();
        onPoint({name: file.name, latent, truncation: 1, ...(label === null ? {} : {class: label})},
          `${file.name}: mean squared error ${error.toFixed(4)}`);
      } catch (error) {
        showStatus(`${file.name}: ${error.message}`);
      }
    }
  };
  by('file').onchange = async ({target}) => {
    await take([...target.files]);
    target.value = '';                   // so that the same file can be chosen again
  };
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();              // else the browser leaves the page to show the file
    take([...event.dataTransfer.files]);
  });
}

/** Returns the pixels of a picture file, of the generator's size, in base64. */
async function pixelsOf(file, {width, height, channels, crop}) {
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error('this is no picture that the browser can read');
  });
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.fillStyle = '#fff';            // transparent parts become white
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  const [w, h] = crop ? middle(picture, width / height) : [picture.width, picture.height];
  context.drawImage(picture, (picture.width - w) / 2, (picture.height - h) / 2, w, h,
    0, 0, width, height);
  const colours = context.getImageData(0, 0, width, height).data;        // red, green, blue, opacity
  const bytes = [];
  for (let k = 0; k < colours.length; k += 4) {
    const [red, green, blue] = colours.subarray(k, k + 3);
    if (channels === 3) bytes.push(red, green, blue);
    else bytes.push(Math.round(0.299 * red + 0.587 * green + 0.114 * blue));
  }
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
}

/** Returns the sides of the largest part of a picture that has this width in heights. */
function middle(picture, ratio) {
  return [Math.min(picture.width, picture.height * ratio), Math.min(picture.height, picture.width / ratio)];
}
