// Sends requests to the server, and draws its pictures on canvases.

const RUN = new URLSearchParams(location.search).get('run');        // null = the server has one run

/** Returns the address of a route for the run of this page, or for another one: {run: KEY}. */
export function address(route, words = {}) {
  const query = new URLSearchParams({...(RUN === null ? {} : {run: RUN}), ...words}).toString();
  return query ? `${route}?${query}` : route;
}

/** Returns the JSON that a route answers. If the server is busy (429), waits and tries again. */
export async function ask(route, words) {
  return (await answer(() => fetch(address(route, words)))).json();
}

/** Returns the response to a POST as a blob. If the server is busy (429), waits and tries again. */
export async function request(route, body) {
  return (await post(route, body)).blob();
}

/** Returns the response to a POST. If the server is busy (429), waits and tries again. */
export function post(route, body) {
  return answer(() => fetch(address(route), {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
  }));
}

async function answer(send) {
  for (;;) {
    const response = await send();
    if (response.ok) return response;
    const {error} = await response.json();
    if (response.status !== 429) throw Object.assign(new Error(error), {status: response.status});
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

/**
 * Runs `work` now and then every so many seconds, as long as the page can be seen. work returns the
 * seconds, or null to stop. An error is shown until the next run without one.
 */
export function repeat(work) {
  const WAIT = 10;              // seconds after an error
  let timer = 0;
  let stopped = false;
  const again = latest(async () => {
    clearTimeout(timer);
    let seconds = WAIT;
    try {
      seconds = await work();
    } catch (error) {
      throw error instanceof TypeError ? new Error('The server does not answer.') : error;
    } finally {
      stopped = seconds === null;
      if (!document.hidden && !stopped) timer = setTimeout(again, 1000 * seconds);
    }
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden && !stopped) again(); });
  again();
  return again;
}

/** Shows a line to the user; '' removes it. */
export function showStatus(text) {
  document.getElementById('status').textContent = text;
}
