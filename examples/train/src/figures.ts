const COLOURS = ['#0b4f8a', '#d98b1f', '#3c8d5a', '#a33f5f', '#7a6aa8', '#5a5a5a'];
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [760, 380, 62, 130, 40, 52];

/** A value with the half-width of its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
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
  const slot = (WIDTH - LEFT - RIGHT) / groups.length;
  const bar = (0.8 * slot) / series.length;
  const marks = series.flatMap(({ values }, s) =>
    values.map((value, g) => {
      if (!value || !Number.isFinite(value.mean)) return '';
      const left = LEFT + g * slot + 0.1 * slot + s * bar;
      const middle = (left + bar / 2).toFixed(1);
      const box = `x="${left.toFixed(1)}" y="${y(value.mean).toFixed(1)}" width="${(0.92 * bar).toFixed(1)}"`;
      const [low, high] = [y(Math.max(0, value.mean - value.halfWidth)), y(value.mean + value.halfWidth)];
      return (
        `<rect ${box} height="${(y(0) - y(value.mean)).toFixed(1)}" fill="${COLOURS[s % COLOURS.length]}"/>` +
        `<path d="M${middle} ${low.toFixed(1)}V${high.toFixed(1)}" stroke="#333"/>`
      );
    }),
  );
  return [...frame, ...marks, '</svg>'].join('\n');
}

/** One line a series over the groups, with a band for the confidence interval, as SVG. */
export function lines(chart: Chart): string {
  const { groups, series } = chart;
  const { y, frame } = axes(chart);
  const x = (g: number) => LEFT + ((g + 0.5) * (WIDTH - LEFT - RIGHT)) / groups.length;
  const marks = series.flatMap(({ values }, s) => {
    const colour = COLOURS[s % COLOURS.length];
    const known = values.flatMap((value, g) => (value ? [{ ...value, x: x(g).toFixed(1) }] : []));
    const low = known.map((v) => `${v.x},${y(Math.max(0, v.mean - v.halfWidth)).toFixed(1)}`);
    const high = known.map((v) => `${v.x},${y(v.mean + v.halfWidth).toFixed(1)}`);
    const mid = known.map((v) => `${v.x},${y(v.mean).toFixed(1)}`);
    return [
      `<polygon points="${[...high, ...low.reverse()].join(' ')}" fill="${colour}" fill-opacity="0.15"/>`,
      `<polyline points="${mid.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ];
  });
  return [...frame, ...marks, '</svg>'].join('\n');
}

function axes({ title, xLabel, groups, series, most }: Chart) {
  const values = series.flatMap((s) => s.values).flatMap((v) => (v ? [v.mean + v.halfWidth] : []));
  const top = most ?? niceAbove(Math.max(0, ...values.filter(Number.isFinite)));
  const y = (value: number) => TOP + (1 - Math.min(1, value / top)) * (HEIGHT - TOP - BOTTOM);
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => share * top);
  const slot = (WIDTH - LEFT - RIGHT) / groups.length;
  const frame = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#333">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="15">${escaped(title)}</text>`,
    ...ticks.map(
      (t) =>
        `<path d="M${LEFT} ${y(t).toFixed(1)}H${WIDTH - RIGHT}" stroke="#e4e4e4"/>` +
        `<text x="${LEFT - 8}" y="${(y(t) + 4).toFixed(1)}" text-anchor="end">${Number(t.toPrecision(3))}</text>`,
    ),
    ...groups.map(
      (name, g) =>
        `<text x="${(LEFT + (g + 0.5) * slot).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${escaped(name)}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(xLabel)}</text>`,
    ...series.map(
      ({ name }, s) =>
        `<rect x="${WIDTH - RIGHT + 12}" y="${TOP + 20 * s}" width="11" height="11" fill="${COLOURS[s % COLOURS.length]}"/>` +
        `<text x="${WIDTH - RIGHT + 28}" y="${TOP + 20 * s + 10}">${escaped(name)}</text>`,
    ),
  ];
  return { y, frame };
}

/** The next of 1, 2, 5, 10, ... at or above a value. */
function niceAbove(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value - 1e-12)!;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Mean and the half-width of its 95 % interval (normal, 1.96 standard errors); undefined without values. */
export function estimate(values: readonly number[]): Estimate | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, halfWidth: n > 1 ? 1.96 * Math.sqrt(squares / (n - 1) / n) : 0 };
}
