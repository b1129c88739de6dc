// Sends requests to the server, and draws its pictures on canvases.

/** Returns the response to a POST as a blob. If the server is busy (429), waits and tries again. */
export async function request(route, body) {
  for (;;) {
    const response = await fetch(route, {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
    });
    if (response.ok) return response.blob();
    const {error} = await response.json();
    if (response.status !== 429) throw new Error(error);
    await new Promise((wake) => setTimeout(wake, 1000 * response.headers.get('Retry-After')));
  }
}

/**
 * Loads a PNG of n pictures, arranged row by row and near-square.
 * Returns a function (canvas, k) that draws picture k.
 */
export async function sheet(route, body, n, {width, height}) {
  const picture = await createImageBitmap(await request(route, body));
  const columns = Math.ceil(Math.sqrt(n));
  return (canvas, k) => {
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
    canvas.getContext('2d').drawImage(
      picture, (k % columns) * width, Math.floor(k / columns) * height, width, height,
      0, 0, width, height);
  };
}

/** Returns a function that runs `work`, one call at a time. Calls meanwhile lead to one more run. */
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
      if (failed) showStatus('');
      failed = false;
    } catch (error) {
      failed = true;
      showStatus(error.message);
    } finally {
      running = false;
    }
  };
}

/** Shows a line to the user; '' removes it. */
export function showStatus(text) {
  document.getElementById('status').textContent = text;
}
