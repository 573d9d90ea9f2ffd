import { ClicksegError } from '@clickseg/raster';

/** How the shapes of a crop may be bent, image and structure alike: as one patient's organ differs from another's. */
export interface Warp {
  /** Share of the crops. */
  readonly share: number;
  /** Largest factor by which the crop is longer along one axis than along the other, either way; areas stay. */
  readonly stretch: number;
  /** Steepest bend: how far a pixel's neighbour may move relative to it, in pixels; below `1 / sqrt(stretch)`, or tissue would fold over. */
  readonly bend: number;
}

/** Where a crop's pixel is read instead, in the crop's pixels. */
export interface Displacement {
  readonly stretchY: number;
  readonly stretchX: number;
  /** By row and by column of the crop: waves whose products are added to a position. */
  readonly waves: readonly Wave[];
}

interface Wave {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly axis: 'y' | 'x';
}

const WAVES = 6;
// Between half a wave and two on a crop: an organ bends, its outline gets no teeth.
const [FEWEST, MOST] = [0.5, 2];

/** @throws ClicksegError `invalid-option` */
export function checkWarp({ share, stretch, bend }: Warp): void {
  const refuse = (what: string) => new ClicksegError('invalid-option', `warp: ${what}`);
  if (!(share >= 0 && share <= 1)) throw refuse(`share ${share} is no share of 0 to 1`);
  if (!(stretch >= 1 && stretch <= 4)) throw refuse(`stretch ${stretch} is not from 1 to 4`);
  const most = 1 / Math.sqrt(stretch);
  if (!(bend >= 0 && bend < most)) throw refuse(`bend ${bend} is not from 0 to below ${most.toFixed(2)}`);
}

/** Draws a displacement; `undefined` for the share of the crops that stay as they are. */
export function drawWarp(
  { share, stretch, bend }: Warp,
  [h, w]: readonly [number, number],
  random: () => number,
): Displacement | undefined {
  if (random() >= share) return undefined;
  const factor = Math.exp(((2 * random() - 1) * Math.log(stretch)) / 2);
  // Slopes of several waves add up, so each gets its part of the steepest. A wave's slopes down and across never exceed it
  // together either (sin a cos b + cos a sin b <= 1).
  const slope = (bend * random()) / (WAVES / 2);
  const waves = Array.from({ length: WAVES }, (_, i): Wave => {
    const [down, across] = [frequency(random), frequency(random)];
    const side = Math.min(h, w);
    const height = (slope * side) / (2 * Math.PI * Math.max(down, across));
    const [first, second] = [2 * Math.PI * random(), 2 * Math.PI * random()];
    return {
      rows: Float64Array.from(
        { length: h },
        (_, y) => height * Math.sin((2 * Math.PI * down * y) / side + first),
      ),
      columns: Float64Array.from({ length: w }, (_, x) =>
        Math.sin((2 * Math.PI * across * x) / side + second),
      ),
      axis: i % 2 === 0 ? 'y' : 'x',
    };
  });
  return { stretchY: factor, stretchX: 1 / factor, waves };
}

function frequency(random: () => number): number {
  return FEWEST * Math.exp(random() * Math.log(MOST / FEWEST));
}
