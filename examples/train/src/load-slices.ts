import { type DatasetCase, type LoadedCase, slicesOf } from '@clickseg/example-dataset/node';
import { contiguous, type DenseRaster } from '@clickseg/raster';
import { type GridMapping, type ModelMetadata, prepareImage } from '@clickseg/runtime';
import { seededRandom } from '@clickseg/simulate';
import type { LabelledSlice } from '@clickseg/train';
import { checkLabelMap, MOST_TRAINED } from './check-label-map.ts';
import { intensitiesOf } from './intensities-of.ts';
import { locating } from './naming.ts';
import { spacingOf } from './spacing-of.ts';

export interface LoadOptions {
  readonly metadata: ModelMetadata;
  /** Most slices kept of a group. */
  readonly slicesPerGroup: number;
  readonly seed: number;
  /** Groups whose volumes are isotropic and are cut in all three planes: more shapes from the same scan. */
  readonly allPlanes?: readonly string[];
  /** Told of a group with more slices than are kept. */
  readonly onDrawn?: (group: string, kept: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Every labelled slice of the cases on the model's working grid, by the runtime's own preprocessing.
 *
 * @throws ClicksegError what a scan cannot be read or prepared for, with its case and, where one is meant, its slice: `invalid-file` for
 *   a label map of other values than ids, `not-finite`, `invalid-spacing`
 */
export async function loadSlices(
  cases: readonly DatasetCase[],
  options: LoadOptions,
): Promise<LabelledSlice[]> {
  const { metadata, slicesPerGroup, seed, allPlanes = [], onDrawn, signal } = options;
  const random = seededRandom(seed);
  const kept = new Map<string, { seen: number; slices: LabelledSlice[] }>();
  for (const entry of cases) {
    signal?.throwIfAborted();
    // A model that zooms sees every scale: its slices stay as they are.
    const spacing = metadata.zoom ? undefined : spacingOf(entry);
    const loaded = await entry.load();
    await locating(entry.case, () => checkLabelMap(loaded.label.data, MOST_TRAINED));
    const intensities = intensitiesOf(loaded);
    const slices = allPlanes.includes(entry.group) ? allPlanesOf(loaded) : axialOf(loaded);
    for (const { at, image, label } of slices) {
      if (!label.data.some((id) => id !== 0)) continue;
      const group = kept.get(entry.group) ?? { seen: 0, slices: [] };
      kept.set(entry.group, group);
      // Reservoir sampling: every slice of a group has the same chance to stay, in one pass over the files.
      const place = group.seen++ < slicesPerGroup ? group.slices.length : Math.floor(random() * group.seen);
      if (place >= slicesPerGroup) continue;
      const { data, shape, grid } = await locating(`${entry.case}, ${at}`, () =>
        prepareImage(image, { spacing, metadata, intensities }),
      );
      group.slices[place] = { group: entry.group, image: data, labels: nearest(label.data, grid), shape };
    }
  }
  for (const [group, { seen, slices }] of kept)
    if (seen > slices.length) onDrawn?.(group, slices.length, seen);
  return [...kept.values()].flatMap(({ slices }) => slices);
}

interface Slice {
  /** Which of the scan, for a message. */
  readonly at: string;
  readonly image: DenseRaster;
  readonly label: DenseRaster;
}

function* axialOf(loaded: LoadedCase): Generator<Slice> {
  for (const { z, image, label } of slicesOf(loaded)) yield { at: `slice ${z}`, image, label };
}

/** The axial slices as they come, then the coronal and the sagittal ones, head up. */
function* allPlanesOf(loaded: LoadedCase): Generator<Slice> {
  yield* axialOf(loaded);
  const [depth, h, w] = loaded.image.shape;
  const cut = (volume: LoadedCase['image'], start: number, n: number, step: number): DenseRaster =>
    contiguous({
      data: volume.data,
      shape: [depth, n],
      stride: [-h * w, step],
      offset: (depth - 1) * h * w + start,
    });
  const both = (at: string, ...where: readonly [start: number, n: number, step: number]): Slice => ({
    at,
    image: cut(loaded.image, ...where),
    label: cut(loaded.label, ...where),
  });
  for (let y = 0; y < h; y++) yield both(`coronal slice ${y}`, y * w, w, 1);
  for (let x = 0; x < w; x++) yield both(`sagittal slice ${x}`, x, h, w);
}

/** A label map on the working grid: the id under each working pixel's centre. */
function nearest(labels: ArrayLike<number>, { image, working }: GridMapping): Uint8Array {
  const [h, w] = working;
  const [rows, columns] = image;
  const out = new Uint8Array(h * w);
  const source = (i: number, n: number, of: number) => Math.min(of - 1, Math.floor(((i + 0.5) * of) / n));
  for (let y = 0, k = 0; y < h; y++) {
    const row = source(y, h, rows) * columns;
    for (let x = 0; x < w; x++) out[k++] = labels[row + source(x, w, columns)];
  }
  return out;
}
