// The curves of one run, kept short: neighbouring rows of log.csv share a point.

const MAX_POINTS = 1000;

/**
 * Returns the history of a run. history.marks says what it has of the files, for the next request;
 * history.add(answer) takes the answer of /training; history.panels() returns what to draw:
 * a Map of title -> {steps, mean, low, high, n, lines, noisy}. lines: values of dashed lines.
 */
export function makeHistory() {
  const history = {marks: {}};
  let log = emptyLog(1);
  let metrics = new Map();       // title -> {steps, mean, lines}

  history.add = ({log: ofLog, metrics: ofMetrics, warnings}) => {
    history.marks = {log: ofLog.mark, metrics: ofMetrics.mark, warnings: warnings.mark};
    if (ofLog.fresh) log = emptyLog(ofLog.width);
    addPoints(log, ofLog);
    if (ofMetrics.fresh) metrics = new Map();
    for (const [title, step, value, baseline] of ofMetrics.rows) {
      if (!metrics.has(title)) metrics.set(title, {steps: [], mean: [], lines: [], noisy: false});
      const metric = metrics.get(title);
      if (baseline) metric.lines.push(value);
      else {
        metric.steps.push(step);
        metric.mean.push(value);
      }
    }
  };
  history.panels = () => new Map([
    ...Object.entries(log.titles).map(([column, title]) => [title, {
      steps: log.steps, n: log.n, ...log.curves[column], noisy: true,
      lines: column in log.best ? [log.best[column]] : [],
    }]),
    ...[...metrics].filter(([, metric]) => metric.steps.length),
  ]);
  return history;
}

function emptyLog(width) {
  return {width, steps: [], n: [], curves: {}, titles: {}, best: {}};
}

/** Adds the points of an answer, whose curves have no low and high if a point is one row. */
function addPoints(log, {width, last, steps, curves, titles, best}) {
  Object.assign(log.titles, titles);
  Object.assign(log.best, best);
  for (const column in curves) log.curves[column] ??= {mean: [], low: [], high: []};
  steps.forEach((step, k) => {
    addPoint(log, step, k === steps.length - 1 ? last : width, (column) => {
      const {mean, low = mean, high = mean} = curves[column];
      return [mean[k], low[k], high[k]];
    });
  });
}

/** Adds a point for n rows, to the last point if that is of fewer rows than the others. */
function addPoint(log, step, n, values) {
  const end = log.steps.length - 1;
  const fits = end >= 0 && log.n[end] + n <= log.width;
  for (const [column, curve] of Object.entries(log.curves)) {
    const point = values(column);
    if (fits) joinTo(curve, end, log.n[end], point, n);
    else ['mean', 'low', 'high'].forEach((name, i) => curve[name].push(point[i]));
  }
  if (fits) log.n[end] += n;
  else {
    log.steps.push(step);
    log.n.push(n);
    if (log.steps.length > MAX_POINTS) halve(log);
  }
}

/** Joins a point of n rows to point k, which has m rows. */
function joinTo(curve, k, m, [mean, low, high], n) {
  if (mean === null) return;
  if (curve.mean[k] === null) [curve.mean[k], curve.low[k], curve.high[k]] = [mean, low, high];
  else {
    curve.mean[k] = (m * curve.mean[k] + n * mean) / (m + n);
    curve.low[k] = Math.min(curve.low[k], low);
    curve.high[k] = Math.max(curve.high[k], high);
  }
}

/** Makes one point of each two. */
function halve(log) {
  for (const curve of Object.values(log.curves)) {
    for (let k = 0; k + 1 < log.n.length; k += 2) {
      joinTo(curve, k, log.n[k], [curve.mean[k + 1], curve.low[k + 1], curve.high[k + 1]],
        log.n[k + 1]);
    }
    for (const name of ['mean', 'low', 'high']) curve[name] = curve[name].filter((_, k) => k % 2 === 0);
  }
  log.n = log.n.map((n, k) => n + (log.n[k + 1] ?? 0)).filter((_, k) => k % 2 === 0);
  log.steps = log.steps.filter((_, k) => k % 2 === 0);
  log.width *= 2;
}

/** Returns the mean around each point: of it and 1 / 50 of all points on both sides. */
export function runningMean({mean, n}) {
  const reach = Math.floor(mean.length / 50);
  const totals = [0];
  const counts = [0];
  mean.forEach((value, k) => {
    totals.push(totals[k] + (value === null ? 0 : n[k] * value));
    counts.push(counts[k] + (value === null ? 0 : n[k]));
  });
  return mean.map((_, k) => {
    const [first, end] = [Math.max(0, k - reach), Math.min(mean.length, k + reach + 1)];
    const count = counts[end] - counts[first];
    return count ? (totals[end] - totals[first]) / count : null;
  });
}
