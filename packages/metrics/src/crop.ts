import type { Box } from './box.ts';
import { type ByteMask, volumeShape } from './mask.ts';

/**
 * The joint box of a pair, cut out of one mask as 0/1 with a background frame, so that no kernel tests
 * for the border: what lies outside the image is background, as in MedPy, MONAI and surface-distance.
 * The frame is one pixel wide, before and behind a volume one slice thick; along a row it is filled up to whole words of four.
 */
export interface Crop {
  readonly bytes: Uint8Array;
  /** The same memory, four pixels a word. */
  readonly words: Uint32Array;
  /** Size of the box without its frame. */
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  /** Elements from one row, and from one slice, to the next; multiples of 4. */
  readonly row: number;
  readonly plane: number;
  /** Where the first slice begins, its frame included: behind a slice of frame in a volume, at 0 in a slice. */
  readonly first: number;
}

/** Columns of frame to the left of a crop's pixels. */
export const LEFT = 4;

/** Elements of a crop's row: the frame left, the pixels, at least one column of frame right. */
const rowLength = (width: number) => LEFT + 4 * Math.ceil((width + 1) / 4);

/** Bytes that {@link cropMask} takes for a box. */
export function cropBytes(box: Box, dims: number): number {
  return slices(box, dims) * (box.y1 - box.y0 + 3) * rowLength(box.x1 - box.x0 + 1);
}

const slices = (box: Box, dims: number) => box.z1 - box.z0 + (dims === 3 ? 3 : 1);

/** Cuts `box` out of a mask. */
export function cropMask(mask: ByteMask, box: Box): Crop {
  const [, imageHeight, imageWidth] = volumeShape(mask.shape);
  const dims = mask.shape.length;
  const depth = box.z1 - box.z0 + 1;
  const height = box.y1 - box.y0 + 1;
  const width = box.x1 - box.x0 + 1;
  const row = rowLength(width);
  const plane = row * (height + 2);
  const first = dims === 3 ? plane : 0;
  const words = new Uint32Array((plane * slices(box, dims)) / 4);
  const bytes = new Uint8Array(words.buffer);
  const source = mask.bytes;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = ((z + box.z0) * imageHeight + y + box.y0) * imageWidth + box.x0;
      bytes.set(source.subarray(from, from + width), first + z * plane + (y + 1) * row + LEFT);
    }
  }
  for (let i = 0; i < words.length; i++) {
    const w = words[i];
    if (w !== 0) words[i] = onesOf(w);
  }
  return { bytes, words, depth, height, width, row, plane, first };
}

/** 1 in every byte of a word that is not zero: adding 127 carries any low bit into the top one. */
export function onesOf(word: number): number {
  return ((word | ((word & 0x7f7f7f7f) + 0x7f7f7f7f)) >>> 7) & 0x01010101;
}
