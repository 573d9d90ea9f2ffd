/** A slice's mask, cut to the box that holds its inside. An organ's is some ten kilobytes; a whole slice's 262. */
export interface MaskBox {
  /** Pixels of the slice. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** `height * width`, 0 and 1. */
  readonly data: Uint8Array;
  /** How many pixels are inside. */
  readonly pixels: number;
}

/** A mask with nothing inside. */
export const NOTHING: MaskBox = { x: 0, y: 0, width: 0, height: 0, data: new Uint8Array(0), pixels: 0 };

/**
 * Cuts a mask to its box.
 * @param mask - dense `height * width`, non-zero = inside
 */
export function boxMask(mask: ArrayLike<number>, width: number): MaskBox {
  let [left, right, top, bottom, pixels] = [width, -1, -1, -1, 0];
  for (let i = 0, x = 0, y = 0; i < mask.length; i++) {
    if (mask[i] !== 0) {
      pixels++;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top < 0) top = y;
      bottom = y;
    }
    if (++x === width) {
      x = 0;
      y++;
    }
  }
  return pixels === 0
    ? NOTHING
    : cutOut(mask, width, { left, right, top, bottom, pixels }, (value) => value !== 0);
}

/** The box of what is inside: its first and last column and row, and how many pixels there are. */
interface Bounds {
  left: number;
  right: number;
  top: number;
  bottom: number;
  pixels: number;
}

function cutOut(
  slice: ArrayLike<number>,
  width: number,
  { left, right, top, bottom, pixels }: Bounds,
  inside: (value: number) => boolean,
): MaskBox {
  const [w, h] = [right - left + 1, bottom - top + 1];
  const data = new Uint8Array(w * h);
  for (let row = 0; row < h; row++) {
    const from = (top + row) * width + left;
    for (let x = 0; x < w; x++) if (inside(slice[from + x] as number)) data[row * w + x] = 1;
  }
  return { x: left, y: top, width: w, height: h, data, pixels };
}

/** The mask of each label on a slice, all found in one pass. @param slice - dense `height * width`, 0 = none */
export function boxLabels(slice: ArrayLike<number>, width: number): Map<number, MaskBox> {
  const found = new Map<number, Bounds>();
  let last = 0;
  let box: Bounds = { left: 0, right: 0, top: 0, bottom: 0, pixels: 0 };
  for (let i = 0, x = 0, y = 0; i < slice.length; i++) {
    const label = slice[i] as number;
    if (label !== 0) {
      // A label comes in runs: it is looked up once for each.
      if (label !== last) {
        box = found.get(label) ?? { left: x, right: x, top: y, bottom: y, pixels: 0 };
        found.set(label, box);
        last = label;
      }
      if (x < box.left) box.left = x;
      if (x > box.right) box.right = x;
      box.bottom = y;
      box.pixels++;
    }
    if (++x === width) {
      x = 0;
      y++;
    }
  }
  return new Map(
    [...found].map(([label, bounds]) => [label, cutOut(slice, width, bounds, (value) => value === label)]),
  );
}

/** Writes `value` wherever a mask is inside. @param target - a slice of this width, from `offset` on */
export function paintMask(
  box: MaskBox,
  target: { [index: number]: number },
  width: number,
  value: number,
  offset = 0,
): void {
  for (let row = 0; row < box.height; row++) {
    const at = offset + (box.y + row) * width + box.x;
    for (let x = 0; x < box.width; x++) if (box.data[row * box.width + x] !== 0) target[at + x] = value;
  }
}

/** The mask as a whole slice of 0 and 1. */
export function wholeMask(box: MaskBox, [height, width]: readonly [number, number]): Uint8Array {
  const mask = new Uint8Array(height * width);
  paintMask(box, mask, width, 1);
  return mask;
}

/** A mask without the pixels of others. */
export function withoutMasks(box: MaskBox, others: readonly MaskBox[]): MaskBox {
  // Most masks do not touch: those cost no more than a look at their boxes.
  let data: Uint8Array | undefined;
  for (const other of others) {
    const [left, right] = [Math.max(box.x, other.x), Math.min(box.x + box.width, other.x + other.width)];
    const [top, bottom] = [Math.max(box.y, other.y), Math.min(box.y + box.height, other.y + other.height)];
    for (let y = top; y < bottom; y++) {
      const [own, theirs] = [(y - box.y) * box.width - box.x, (y - other.y) * other.width - other.x];
      for (let x = left; x < right; x++) {
        if (box.data[own + x] === 0 || other.data[theirs + x] === 0) continue;
        data ??= box.data.slice();
        data[own + x] = 0;
      }
    }
  }
  if (data === undefined) return box;
  const cut = boxMask(data, box.width);
  return cut.pixels === 0 ? cut : { ...cut, x: box.x + cut.x, y: box.y + cut.y };
}
