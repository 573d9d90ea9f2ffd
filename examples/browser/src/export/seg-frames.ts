import type { DicomSource } from '@clickseg/example-dataset';

/** One frame of a DICOM SEG: the pixels of one segment on one source image. */
export interface SegFrame {
  /** 0, 1, ... in the order of the segments. */
  readonly segment: number;
  /** Which of the source's files. */
  readonly file: number;
}

/**
 * Cuts a label map into the frames of a binary DICOM SEG, each on the pixels of one source image as that file stores
 * them. Frames without a pixel are left out, which the standard allows and every reader understands.
 *
 * @param segmentOf - label -> segment, 0, 1, ...; labels that are missing are background
 * @returns the frames, by segment and then by file, and their bits one after another, lowest bit first (PS3.5 8.1.1)
 */
export function segFrames(
  labels: ArrayLike<number>,
  shape: readonly [depth: number, height: number, width: number],
  { headers, rows, columns, order: { first, step } }: DicomSource,
  segmentOf: ReadonlyMap<number, number>,
): { readonly frames: readonly SegFrame[]; readonly bits: Uint8Array } {
  const [depth, height, width] = shape;
  const size = rows * columns;
  const files = headers.length;
  const each = (visit: (segment: number, stored: number) => void) => {
    for (let z = 0, at = 0; z < depth; z++) {
      for (let y = 0; y < height; y++) {
        let stored = first + z * step.z + y * step.y;
        for (let x = 0; x < width; x++, at++, stored += step.x) {
          const label = labels[at] as number;
          if (label === 0) continue;
          const segment = segmentOf.get(label);
          if (segment !== undefined) visit(segment, stored);
        }
      }
    }
  };
  const place = new Int32Array(segmentOf.size * files);
  each((segment, stored) => {
    place[segment * files + Math.floor(stored / size)] = 1;
  });
  const frames: SegFrame[] = [];
  place.forEach((used, i) => {
    if (!used) return;
    place[i] = frames.length;
    frames.push({ segment: Math.floor(i / files), file: i % files });
  });
  // Frames follow each other without a gap, so one may begin inside a byte; the whole is padded to even length.
  const bits = new Uint8Array(2 * Math.ceil((frames.length * size) / 16));
  each((segment, stored) => {
    const file = Math.floor(stored / size);
    const bit = (place[segment * files + file] as number) * size + (stored - file * size);
    bits[Math.floor(bit / 8)] = (bits[Math.floor(bit / 8)] as number) | (1 << (bit % 8));
  });
  return { frames, bits };
}
