import type { SurfaceDistances } from '../src/index.ts';

// The figure of docs/which-hausdorff.md: `npm run figure` draws it again.

const INK = '#1b1f24';
const QUIET = '#6a737d';
const LINE = '#d0d7de';
const BOTH = '#0072b2';
const STRAY = '#d55e00';

/** Where the charts' horizontal axis begins, in percent: everything happens at its end. */
const FIRST = 80;

type Point = readonly [number, number];

export interface Chart {
  readonly title: string;
  readonly whose: string;
  readonly curve: readonly Point[];
  /** The 95th percentile. */
  readonly value: number;
}

/** The quantile function of a list, as NumPy interpolates it: corners at (percent, distance). */
export function interpolated(list: Float64Array): Point[] {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted.map((d, i) => [(100 * i) / (sorted.length - 1), d]);
}

/** The quantile function of a weighted list: steps, as surface-distance answers. */
export function stepped(list: Float64Array, weights: Float64Array): Point[] {
  const pairs = [...list].map((d, i) => [d, weights[i]] as const).sort((a, b) => a[0] - b[0]);
  const total = pairs.reduce((sum, [, w]) => sum + w, 0);
  let share = 0;
  return pairs.flatMap(([d, w]): Point[] => {
    const from = share;
    share += (100 * w) / total;
    return [
      [from, d],
      [share, d],
    ];
  });
}

const text = (x: number, y: number, size: number, what: string, more = '') =>
  `<text x="${x}" y="${y}" font-size="${size}" ${more}>${what}</text>`;
const round = (v: number) => Number(v.toFixed(2));

/** Both masks on one grid, and the three quantile functions beside it. */
export function drawPair(
  gt: ArrayLike<number>,
  pred: ArrayLike<number>,
  side: number,
  d: SurfaceDistances,
  charts: readonly Chart[],
): string {
  const cell = 17;
  const [left, top] = [28, 74];
  const most = Math.max(...d.pixels.predToGt);
  const out: string[] = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 480" role="img" font-family="Helvetica, Arial, sans-serif" aria-labelledby="title">',
    '<title id="title">One pair of masks and its three 95 % Hausdorff distances</title>',
    '<rect width="1000" height="480" fill="#ffffff"/>',
    text(left, 34, 19, 'One stray pixel', `font-weight="600" fill="${INK}"`),
    text(left, 56, 13.5, 'reference 25 pixels, prediction 26, Dice 0.98', `fill="${QUIET}"`),
    `<rect x="${left}" y="${top}" width="${side * cell}" height="${side * cell}" fill="#f6f8fa" stroke="${LINE}"/>`,
  ];
  for (let k = 1; k < side; k++) {
    const at = k * cell;
    out.push(
      `<path d="M${left + at} ${top}v${side * cell}M${left} ${top + at}h${side * cell}" stroke="#eaeef2"/>`,
    );
  }
  const centre = (i: number): Point => [
    left + ((i % side) + 0.5) * cell,
    top + (Math.floor(i / side) + 0.5) * cell,
  ];
  for (let i = 0; i < side * side; i++) {
    if (!gt[i] && !pred[i]) continue;
    const [x, y] = centre(i);
    out.push(
      `<rect x="${x - cell / 2 + 1}" y="${y - cell / 2 + 1}" width="${cell - 2}" height="${cell - 2}" rx="2" fill="${gt[i] ? BOTH : STRAY}"/>`,
    );
  }
  // From the stray pixel to the reference's nearest.
  const stray = Array.from(pred).findIndex((v, i) => v !== 0 && gt[i] === 0);
  const corner = Array.from(gt).lastIndexOf(1);
  const [[x0, y0], [x1, y1]] = [centre(stray), centre(corner)];
  out.push(
    `<path d="M${x0 - 11} ${y0 - 11}L${x1 + 11} ${y1 + 11}" stroke="${INK}" stroke-width="1.6" stroke-dasharray="5 4"/>`,
    text((x0 + x1) / 2 + 12, (y0 + y1) / 2 - 4, 15, `${most.toFixed(2)} px`, `fill="${INK}"`),
    legend(left, top + side * cell + 26),
  );
  charts.forEach((c, k) => {
    out.push(chart(c, 440, 34 + 142 * k, most));
  });
  out.push(
    text(
      635,
      470,
      13,
      'share of the distances (or of the surface), %',
      `fill="${QUIET}" text-anchor="middle"`,
    ),
    '</svg>',
  );
  return `${out.join('\n')}\n`;
}

function legend(x: number, y: number): string {
  const item = (at: number, colour: string, what: string) =>
    `<rect x="${at}" y="${y - 11}" width="13" height="13" rx="2" fill="${colour}"/>${text(at + 20, y, 13.5, what, `fill="${INK}"`)}`;
  return item(x, BOTH, 'in both masks') + item(x + 134, STRAY, 'in the prediction only');
}

function chart({ title, whose, curve, value }: Chart, x: number, y: number, most: number): string {
  const [width, height] = [390, 76];
  const px = (p: number) => round(x + (Math.max(0, p - FIRST) / (100 - FIRST)) * width);
  const py = (d: number) => round(y + 32 + height - (d / most) * height);
  const shown = curve.filter(([p], i) => p >= FIRST || (curve[i + 1]?.[0] ?? 0) >= FIRST);
  const path = shown.map(([p, d], i) => `${i ? 'L' : 'M'}${px(p)} ${py(d)}`).join('');
  const end = shown[shown.length - 1];
  const ticks = [80, 85, 90, 95, 100].map((t) =>
    text(px(t), py(0) + 15, 11.5, String(t), `fill="${QUIET}" text-anchor="middle"`),
  );
  return [
    text(
      x,
      y + 10,
      15,
      `<tspan font-weight="600" fill="${INK}">${title}</tspan><tspan dx="10" fill="${QUIET}" font-size="13.5">${whose}</tspan>`,
    ),
    `<path d="M${x} ${py(most)}h${width}M${x} ${py(most / 2)}h${width}" stroke="#eaeef2"/>`,
    `<path d="M${x} ${py(0)}h${width}" stroke="${LINE}"/>`,
    `<path d="${path}L${px(end[0])} ${py(0)}L${x} ${py(0)}Z" fill="${STRAY}" opacity="0.16"/>`,
    `<path d="${path}" fill="none" stroke="${STRAY}" stroke-width="2.2" stroke-linejoin="round"/>`,
    `<path d="M${px(95)} ${py(most) - 4}V${py(0)}" stroke="${INK}" stroke-dasharray="3 3"/>`,
    `<circle cx="${px(95)}" cy="${py(value)}" r="5" fill="${INK}"/>`,
    text(x - 8, py(0) + 4, 11.5, '0', `fill="${QUIET}" text-anchor="end"`),
    text(x - 8, py(most) + 4, 11.5, most.toFixed(1), `fill="${QUIET}" text-anchor="end"`),
    ...ticks,
    text(x + width + 26, py(0) - 28, 32, value.toFixed(2), `font-weight="600" fill="${INK}"`),
    text(x + width + 26, py(0) - 8, 12.5, 'px at 95 %', `fill="${QUIET}"`),
  ].join('\n');
}
