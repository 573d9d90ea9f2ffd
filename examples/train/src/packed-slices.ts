import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { ClicksegError } from '@clickseg/raster';
import type { LabelledSlice } from '@clickseg/train';

const MAGIC = 'clickseg-slices-1\n';
const QUALITY = 9;

interface Head {
  readonly slices: readonly {
    readonly group: string;
    readonly shape: readonly [number, number];
    /** What 0 and 255 stand for. */
    readonly range: readonly [least: number, most: number];
  }[];
}

/**
 * Slices in one file, to be trained on elsewhere: a line that names the format, a line of JSON, then all images and all
 * labels in Brotli's form. An image has 256 levels, 3 Hounsfield units each in a CT's soft tissue, which is below its noise;
 * each pixel is written as its difference from what its neighbours foretell (JPEG-LS's median).
 */
export async function packSlices(slices: readonly LabelledSlice[]): Promise<Uint8Array> {
  const size = slices.reduce((sum, { image }) => sum + image.length, 0);
  const body = new Uint8Array(2 * size);
  let at = 0;
  const described = slices.map(({ group, image, labels, shape }) => {
    const range = rangeOf(image);
    const levels = new Uint8Array(image.length);
    const scale = range[1] > range[0] ? 255 / (range[1] - range[0]) : 0;
    for (let k = 0; k < image.length; k++) levels[k] = Math.round((image[k] - range[0]) * scale);
    differences(levels, shape[1], body.subarray(at, at + image.length));
    body.set(labels, size + at);
    at += image.length;
    return { group, shape, range };
  });
  const head = new TextEncoder().encode(`${MAGIC}${JSON.stringify({ slices: described } satisfies Head)}\n`);
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const packed = await promisify(brotliCompress)(body, { params });
  const out = new Uint8Array(head.length + packed.length);
  out.set(head);
  out.set(packed, head.length);
  return out;
}

/** @throws ClicksegError `invalid-file` for bytes that {@link packSlices} did not write, or that are cut short */
export async function unpackSlices(bytes: Uint8Array): Promise<LabelledSlice[]> {
  const wrong = (why: string, cause?: unknown) =>
    new ClicksegError('invalid-file', `packed slices: ${why}`, { cause });
  const end = bytes.indexOf(10, MAGIC.length);
  if (new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length)) !== MAGIC || end < 0)
    throw wrong(`${bytes.length} bytes that do not begin with their format's name`);
  const head = readHead(new TextDecoder().decode(bytes.subarray(MAGIC.length, end)));
  if (!head) throw wrong('the second line does not say what slices follow');
  const size = head.slices.reduce((sum, { shape: [h, w] }) => sum + h * w, 0);
  // The head says how much it is: a file that would fill the memory is refused.
  const limit = { maxOutputLength: 2 * size + 1 };
  const body = await promisify(brotliDecompress)(bytes.subarray(end + 1), limit).catch((cause: unknown) => {
    throw wrong(`cut short or damaged after ${bytes.length} bytes`, cause);
  });
  if (body.length !== 2 * size) throw wrong(`${body.length} values, expected ${2 * size}`);
  let at = 0;
  return head.slices.map(({ group, shape, range: [least, most] }) => {
    const n = shape[0] * shape[1];
    const levels = foretold(body.subarray(at, at + n), shape[1]);
    const image = Float32Array.from(levels, (v) => least + (v / 255) * (most - least));
    const labels = Uint8Array.from(body.subarray(size + at, size + at + n));
    at += n;
    return { group, image, labels, shape };
  });
}

function readHead(text: string): Head | undefined {
  try {
    const head = JSON.parse(text) as Partial<Head> | null;
    const slices = head?.slices;
    const right = slices?.every(({ shape, range }) => [...shape, ...range].every(Number.isFinite));
    return right ? (head as Head) : undefined;
  } catch {
    return undefined;
  }
}

function rangeOf(image: Float32Array): readonly [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const v of image) {
    least = Math.min(least, v);
    most = Math.max(most, v);
  }
  return [least, most];
}

function differences(levels: Uint8Array, w: number, out: Uint8Array): void {
  for (let k = 0; k < levels.length; k++) out[k] = levels[k] - expected(levels, w, k);
}

function foretold(differences: Uint8Array, w: number): Uint8Array {
  const levels = new Uint8Array(differences.length);
  for (let k = 0; k < levels.length; k++) levels[k] = differences[k] + expected(levels, w, k);
  return levels;
}

/** What the pixels to the left, above and between them make likely. */
function expected(levels: Uint8Array, w: number, k: number): number {
  const left = k % w > 0 ? levels[k - 1] : 0;
  const up = k >= w ? levels[k - w] : 0;
  const between = k % w > 0 && k >= w ? levels[k - w - 1] : 0;
  if (between >= Math.max(left, up)) return Math.min(left, up);
  if (between <= Math.min(left, up)) return Math.max(left, up);
  return left + up - between;
}
