// In the place of a simulating thread: an outcome of the usual size at no cost, so that what is left is the queue's own.
const summary = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`some_figure_${i}`, Math.sin(i)]));

export default function simulate({ point: { key } }) {
  return { key, ok: true, summary };
}
