import type { TrainingStep } from '@clickseg/train';
import { niceAbove } from './figures.ts';
import { stepMeans } from './step-means.ts';

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [720, 380, 62, 52, 40, 20];

// More cannot be told apart, and every one is 35 bytes.
const MOST_DOTS = 1500;

/** The loss of every step (of a long run: of a few at a time) as dots and its running mean as a line, over samples seen, as SVG. */
export function lossCurve(all: readonly TrainingStep[]): string {
  const every = Math.max(1, Math.ceil((all.at(-1)?.step ?? 0) / MOST_DOTS));
  const steps = stepMeans(all, every);
  const smoothed = Math.max(5, Math.round(25 / every));
  const most = steps.at(-1)?.samples ?? 1;
  const x = (samples: number) => LEFT + (samples / most) * (WIDTH - LEFT - RIGHT);
  let mean = steps[0]?.loss ?? 0;
  const means = steps.map((s, i) => {
    mean += (s.loss - mean) / Math.min(i + 1, smoothed);
    return mean;
  });
  // A model that is fine-tuned begins low: on an axis up to 1 its gain would be a flat line.
  const top = niceAbove(means.reduce((most, loss) => Math.max(most, loss), 0));
  const y = (loss: number) => TOP + (1 - Math.min(1, loss / top)) * (HEIGHT - TOP - BOTTOM);
  const dots = steps.map(
    (s) => `<circle cx="${x(s.samples).toFixed(1)}" cy="${y(s.loss).toFixed(1)}" r="1.1"/>`,
  );
  const line = steps.map((s, i) => `${x(s.samples).toFixed(1)},${y(means[i]).toFixed(1)}`);
  const apart = wholeStep(most / 7);
  const ticksX = Array.from({ length: Math.floor(most / apart) + 1 }, (_, i) => i * apart);
  const ticksY = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => share * top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#333">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="15">Training loss (1 &#8722; Dice, at the simulated clicks)</text>`,
    ...ticksY.map(
      (t) =>
        `<path d="M${LEFT} ${y(t).toFixed(1)}H${WIDTH - RIGHT}" stroke="#e4e4e4"/><text x="${LEFT - 8}" y="${(y(t) + 4).toFixed(1)}" text-anchor="end">${Number(t.toPrecision(3))}</text>`,
    ),
    ...ticksX.map(
      (t) =>
        `<text x="${x(t).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="${x(t) > WIDTH - RIGHT - 20 ? 'end' : 'middle'}">${t.toLocaleString('en')}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">samples</text>`,
    `<g fill="#9bb8d3">${dots.join('')}</g>`,
    `<polyline points="${line.join(' ')}" fill="none" stroke="#0b4f8a" stroke-width="2"/>`,
    '</svg>',
  ].join('\n');
}

/** The next of 1, 2, 5, 10, ... at or above a value: what ticks are apart. */
function wholeStep(value: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(value)));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value)!;
}
