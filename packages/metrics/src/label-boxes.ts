import { ClicksegError, type Raster } from '@clickseg/raster';
import { volumeShape, volumeStrides } from './mask.ts';

/** The box of one label, both ends included, `[z, y, x]`. */
export interface LabelBox {
  readonly low: number[];
  readonly high: number[];
}

/** The joint box of every label in two maps, 0 included, in one reading of each. */
export function labelBoxes(a: Raster, b: Raster): Map<number, LabelBox> {
  const boxes = new Map<number, LabelBox>();
  growBoxes(a, boxes, 'compareLabels: pred');
  growBoxes(b, boxes, 'compareLabels: gt');
  return boxes;
}

function growBoxes(labels: Raster, boxes: Map<number, LabelBox>, what: string): void {
  const [depth, height, width] = volumeShape(labels.shape);
  const stride = volumeStrides(labels);
  const [sz, sy, sx] = stride.length === 3 ? stride : [0, stride[0], stride[1]];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let at = (labels.offset ?? 0) + z * sz + y * sy;
      // Labels come in runs: the map is asked where a run starts, and its box grows by both ends.
      for (let x = 0; x < width; ) {
        const label = labels.data[at];
        const from = x;
        do {
          x++;
          at += sx;
        } while (x < width && labels.data[at] === label);
        grow(boxes, label, z, y, from, x - 1, what);
      }
    }
  }
}

function grow(
  boxes: Map<number, LabelBox>,
  label: number,
  z: number,
  y: number,
  from: number,
  to: number,
  what: string,
): void {
  const box = boxes.get(label);
  if (!box) {
    if (!Number.isInteger(label) || label < 0) {
      throw new ClicksegError('invalid-array', `${what}: label ${label} is not a whole number of at least 0`);
    }
    boxes.set(label, { low: [z, y, from], high: [z, y, to] });
    return;
  }
  const { low, high } = box;
  if (y < low[1]) low[1] = y;
  if (y > high[1]) high[1] = y;
  if (from < low[2]) low[2] = from;
  if (to > high[2]) high[2] = to;
  // Planes are read in order within a map, and the other map may begin earlier.
  if (z < low[0]) low[0] = z;
  if (z > high[0]) high[0] = z;
}
