// Matplotlib's inferno (CC0) at equal steps: ever lighter, for colour-blind readers and in grey print too.
const STOPS: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [40, 11, 84],
  [101, 21, 110],
  [159, 42, 99],
  [212, 72, 66],
  [245, 125, 21],
  [250, 193, 39],
  [252, 255, 164],
];

/** A colour of the scale. @param share - 0 to 1 */
export function heatColor(share: number): readonly [red: number, green: number, blue: number] {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const i = Math.min(STOPS.length - 2, Math.floor(at));
  const [low, high] = [STOPS[i] as readonly number[], STOPS[i + 1] as readonly number[]];
  return [0, 1, 2].map(
    (k) => (low[k] as number) + (at - i) * ((high[k] as number) - (low[k] as number)),
  ) as never;
}

/** The scale as a CSS gradient, for its legend. */
export const HEAT_GRADIENT = `linear-gradient(90deg, ${STOPS.map((stop) => `rgb(${stop.join(' ')})`).join(', ')})`;
