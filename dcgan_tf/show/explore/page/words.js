// Numbers, times and states in words.

/** 12345 -> "12,345" */
export const whole = (number) => number.toLocaleString('en');

/** A number with four digits: 1.249, 0.7191, 12,345. */
export function short(value) {
  if (value === null) return 'none';
  if (Math.abs(value) >= 1000) return whole(Math.round(value));
  return Number(value.toPrecision(4)).toString();
}

/** A duration: "40 s", "12 min", "3 h 05 min", "4 days". */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.round(hours / 24)} days`;
}

/** Shows the name of a state, in its colour. */
export function showState(element, state) {
  element.textContent = state;
  element.dataset.state = state;
}
