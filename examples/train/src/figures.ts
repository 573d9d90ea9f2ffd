import { counted } from './counted.ts';

const COLOURS = ['#0b4f8a', '#d98b1f', '#3c8d5a', '#a33f5f', '#7a6aa8', '#5a5a5a', '#2fa3b5', '#8a5a2b'];
const [PLOT, HEIGHT, LEFT, TOP, BOTTOM] = [568, 380, 62, 40, 52];
/** Of the legend's text, on average. */
const LETTER = 7.2;

/** A value with the half-width of its 95 % confidence interval; NaN where no spread can be told. */
export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
}

/** A value and whose it is. */
export interface Observation {
  readonly value: number;
  readonly patient: string;
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  /** One group of bars, or one x position, each. */
  readonly groups: readonly string[];
  /** A bar in every group, or a line; a value that is undefined leaves a gap. */
  readonly series: readonly { readonly name: string; readonly values: readonly (Estimate | undefined)[] }[];
  /** Top of the y axis; the largest value by default. */
  readonly most?: number;
}

/** Grouped bars with whiskers for the confidence interval, as the paper's Figs. 4 to 6, as SVG. */
export function groupedBars(chart: Chart): string {
  const { groups, series } = chart;
  const { y, frame } = axes(chart);
  const slot = PLOT / groups.length;
  const bar = (0.8 * slot) / series.length;
  const marks = series.flatMap(({ values }, s) =>
    values.map((value, g) => {
      if (!value || !Number.isFinite(value.mean)) return '';
      const left = LEFT + g * slot + 0.1 * slot + s * bar;
      const middle = (left + bar / 2).toFixed(1);
      const box = `x="${left.toFixed(1)}" y="${y(value.mean).toFixed(1)}" width="${(0.92 * bar).toFixed(1)}"`;
      const [low, high] = [y(Math.max(0, value.mean - value.halfWidth)), y(value.mean + value.halfWidth)];
      const whisker = `<path d="M${middle} ${low.toFixed(1)}V${high.toFixed(1)}"`;
      const drawn = Number.isFinite(value.halfWidth);
      return (
        `<rect ${box} height="${(y(0) - y(value.mean)).toFixed(1)}" fill="${COLOURS[s % COLOURS.length]}"/>` +
        // White beneath, or it could not be seen on a dark bar.
        (drawn ? `${whisker} stroke="#fff" stroke-width="3"/>${whisker} stroke="#333"/>` : '')
      );
    }),
  );
  return [...frame, ...marks, '</svg>'].join('\n');
}

/** One line a series over the groups, with a band for the confidence interval, as SVG. */
export function lines(chart: Chart): string {
  const { groups, series } = chart;
  const { y, frame } = axes(chart);
  const x = (g: number) => LEFT + ((g + 0.5) * PLOT) / groups.length;
  const marks = series.flatMap(({ values }, s) => {
    const colour = COLOURS[s % COLOURS.length];
    const known = values.flatMap((value, g) => (value ? [{ ...value, x: x(g).toFixed(1) }] : []));
    const banded = known.filter((v) => Number.isFinite(v.halfWidth));
    const low = banded.map((v) => `${v.x},${y(Math.max(0, v.mean - v.halfWidth)).toFixed(1)}`);
    const high = banded.map((v) => `${v.x},${y(v.mean + v.halfWidth).toFixed(1)}`);
    const mid = known.map((v) => `${v.x},${y(v.mean).toFixed(1)}`);
    return [
      `<polygon points="${[...high, ...low.reverse()].join(' ')}" fill="${colour}" fill-opacity="0.15"/>`,
      `<polyline points="${mid.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ];
  });
  return [...frame, ...marks, '</svg>'].join('\n');
}

function axes({ title, xLabel, groups, series, most }: Chart) {
  const values = series.flatMap((s) => s.values).flatMap((v) => (v ? [v.mean + (v.halfWidth || 0)] : []));
  const top = most ?? niceAbove(Math.max(0, ...values.filter(Number.isFinite)));
  const y = (value: number) => TOP + (1 - Math.min(1, value / top)) * (HEIGHT - TOP - BOTTOM);
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => share * top);
  const slot = PLOT / groups.length;
  const edge = LEFT + PLOT;
  const width = edge + 44 + LETTER * Math.max(10, ...series.map(({ name }) => name.length));
  const frame = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#333">`,
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="15">${escaped(title)}</text>`,
    ...ticks.map(
      (t) =>
        `<path d="M${LEFT} ${y(t).toFixed(1)}H${edge}" stroke="#e4e4e4"/>` +
        `<text x="${LEFT - 8}" y="${(y(t) + 4).toFixed(1)}" text-anchor="end">${Number(t.toPrecision(3))}</text>`,
    ),
    ...groups.map(
      (name, g) =>
        `<text x="${(LEFT + (g + 0.5) * slot).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${escaped(name)}</text>`,
    ),
    `<text x="${LEFT + PLOT / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(xLabel)}</text>`,
    ...series.map(
      ({ name }, s) =>
        `<rect x="${edge + 12}" y="${TOP + 20 * s}" width="11" height="11" fill="${COLOURS[s % COLOURS.length]}"/>` +
        `<text x="${edge + 28}" y="${TOP + 20 * s + 10}">${escaped(name)}</text>`,
    ),
  ];
  return { y, frame };
}

/** The next of 1, 2, 5, 10, ... at or above a value. */
export function niceAbove(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value - 1e-12)!;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * Mean and the half-width of its 95 % interval over patients, whose structures are alike: the cluster-robust standard error
 * times Student's t for one patient less than there are. NaN for one patient; undefined without values.
 */
export function estimate(observations: readonly Observation[]): Estimate | undefined {
  const n = observations.length;
  if (n === 0) return undefined;
  const mean = observations.reduce((sum, { value }) => sum + value, 0) / n;
  const off = new Map<string, number>();
  for (const { value, patient } of observations) off.set(patient, (off.get(patient) ?? 0) + value - mean);
  const patients = off.size;
  const squares = [...off.values()].reduce((sum, d) => sum + d * d, 0);
  const error = Math.sqrt((squares * patients) / (patients - 1)) / n;
  return { mean, halfWidth: patients > 1 ? studentT(patients - 1) * error : Number.NaN };
}

const FEW = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706] as const;

/** Student's t at 97.5 %: of a table, then Cornish and Fisher's expansion (within 0.05 %). */
function studentT(freedom: number): number {
  if (freedom <= FEW.length) return FEW[freedom - 1] as number;
  const z = 1.959964;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** How much a figure is made of, for its title. */
export function sizeOf(structures: readonly { readonly patient: string }[]): string {
  const patients = new Set(structures.map(({ patient }) => patient)).size;
  const of = `${structures.length} structures of ${counted(patients, 'patient')}`;
  return patients > 1 ? `${of}, 95 % interval over patients` : of;
}
