import type { ModelMetadata } from './metadata.ts';

/** A position on the working grid. */
interface Pixel {
  readonly x: number;
  readonly y: number;
}

/**
 * Size of the network's input: the working grid rounded up to the model's multiple, `maxSize` where
 * it is larger, or what the graph fixes.
 */
export function windowSize(
  working: readonly [number, number],
  { sizeMultiple, maxSize }: Pick<ModelMetadata, 'sizeMultiple' | 'maxSize'>,
  fixed: readonly (number | undefined)[] = [],
): [number, number] {
  const side = (n: number, axis: number) =>
    fixed[axis] ?? Math.min(maxSize, Math.ceil(n / sizeMultiple) * sizeMultiple);
  return [side(working[0], 0), side(working[1], 1)];
}

/**
 * Where the window lies: at 0 along an axis that fits; else centred on the first click and then
 * moved for each later click by the least that brings it in, with a margin. The last click is
 * always inside.
 *
 * It depends on the clicks alone, not on how they came to be: a drag, an undo and a replay of the
 * same clicks see the same window. It moves in steps of `sizeMultiple`, so that the poolings fall
 * on the same pixels and the answer does not flicker while a click is dragged.
 *
 * @param clicks - working pixels, oldest first; at least one
 */
export function windowOrigin(
  working: readonly [number, number],
  size: readonly [number, number],
  sizeMultiple: number,
  clicks: readonly Pixel[],
): Pixel {
  const [y, x] = (['y', 'x'] as const).map((name, axis) =>
    along(
      clicks.map((click) => click[name]),
      working[axis],
      size[axis],
      sizeMultiple,
    ),
  );
  return { y, x };
}

function along(positions: readonly number[], n: number, size: number, multiple: number): number {
  if (size >= n) return 0;
  // A graph may be fixed to less than its multiple.
  const step = Math.min(multiple, size);
  const last = Math.ceil((n - size) / step) * step;
  const clamp = (origin: number) => Math.min(last, Math.max(0, origin));
  // What lies between the margins holds a step at least, or a step could pass over the click.
  const margin = Math.floor(Math.min(size / 8, (size - step) / 2));
  let origin = clamp(Math.round((positions[0] - size / 2) / step) * step);
  for (const p of positions) {
    if (p - margin < origin) origin = clamp(Math.floor((p - margin) / step) * step);
    const beyond = p + margin + 1 - size;
    if (beyond > origin) origin = clamp(Math.ceil(beyond / step) * step);
  }
  return origin;
}
