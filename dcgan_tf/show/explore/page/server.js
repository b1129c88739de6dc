// Questions to the server, and its pictures on canvases.

/** The answer to a POST; where the server says "later", later. */
export async function ask(route, body) {
  for (;;) {
    const answer = await fetch(route, {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
    });
    if (answer.ok) return answer.blob();
    const {error} = await answer.json();
    if (answer.status !== 429) throw new Error(error);
    await new Promise((wake) => setTimeout(wake, 1000 * answer.headers.get('Retry-After')));
  }
}

/** A PNG of n pictures, row by row and near-square -> (canvas, k) => draws picture k. */
export async function sheet(route, body, n, {width, height}) {
  const picture = await createImageBitmap(await ask(route, body));
  const columns = Math.ceil(Math.sqrt(n));
  return (canvas, k) => {
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
    canvas.getContext('2d').drawImage(
      picture, (k % columns) * width, Math.floor(k / columns) * height, width, height,
      0, 0, width, height);
  };
}

/** A function that does the work, one call at a time; of the calls meanwhile the last one counts. */
export function latest(work) {
  let running = false;
  let again = false;
  let failed = false;
  return async () => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        again = false;
        await work();
      }
      if (failed) say('');
      failed = false;
    } catch (error) {
      failed = true;
      say(error.message);
    } finally {
      running = false;
    }
  };
}

/** A line for the user; '' takes it away. */
export function say(words) {
  document.getElementById('status').textContent = words;
}
