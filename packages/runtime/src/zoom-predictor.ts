import type { PlacedClick } from '@clickseg/guidance';
import { type Box, boundingBox, connectedComponents, crop, raster } from '@clickseg/raster';
import { createFrame, type Frame, type Spot } from './frame.ts';
import type { ZoomMetadata } from './metadata.ts';
import type { Network } from './network.ts';
import { cut } from './prediction.ts';
import type { NetworkPredictor } from './predictor.ts';
import { type PreparedImage, standardize } from './preprocess.ts';
import { maskOn, type PreviousMask } from './previous-mask.ts';
import { createResampler, type Resampler, resample } from './resample.ts';
import { windowSize } from './window.ts';
import { type ZoomGeometry, zoomWindow } from './zoom-window.ts';

/** A window of the image on the network's pixels. */
interface View {
  /** In image pixels. */
  readonly box: Box;
  /** Network pixels that the window covers. */
  readonly rows: number;
  readonly columns: number;
  readonly frame: Frame;
  readonly probability: Float32Array;
  /** What the frame shows of the mask before the newest click. */
  shown?: PreviousMask | undefined;
}

/** The view whose answer goes back to the image. */
interface Window extends View {
  /** Its box as text, by which it is known again. */
  readonly key: string;
  readonly back: Resampler;
  /** The box's image pixels, filled by each prediction anew. */
  readonly part: Float32Array;
}

/**
 * Two passes (RITM calls it zoom-in: Sofiiuk et al. 2021): an overview of the whole image finds the
 * structure, a window around it outlines it. Where the mask before the newest click has found it, the overview is not
 * asked again (docs/decisions/0514). Clicks alone decide the window, so that a drag, an undo and a
 * replay of the same clicks see the same one.
 */
export function createZoomPredictor(
  image: PreparedImage,
  network: Network,
  zoom: ZoomMetadata,
): NetworkPredictor {
  const { metadata } = network;
  const [h, w] = image.shape;
  const geometry: ZoomGeometry = {
    image: [h, w],
    pixel: image.pixel,
    ...zoom,
  };
  const overview = createView(image, network, { start: [0, 0], shape: [h, w] }, zoom.overview);
  let window: Window | undefined;
  // The previous mask on the overview's pixels, made once for all steps of a drag; undefined where nothing of it is seen there.
  let known: PreviousMask | undefined;
  let found: Float32Array | undefined;

  function windowAt(box: Box): Window {
    const key = `${[box.start, box.shape]}`;
    if (window?.key === key) return window;
    const view = createView(image, network, box, zoom.window);
    const [rows, columns] = box.shape;
    const back = createResampler([view.rows, view.columns], [rows, columns]);
    window = { ...view, key, back, part: new Float32Array(rows * columns) };
    return window;
  }

  return {
    async run(clicks, previous, signal) {
      const probability = new Float32Array(h * w);
      const ms = { guidance: 0, inference: 0 };
      // Where a view has to be made first, that is part of making the network's input.
      const ask = async <V extends View>(viewOf: () => V): Promise<V> => {
        const begun = performance.now();
        const view = viewOf();
        view.frame.place(spotsIn(view, clicks));
        showPrevious(view, previous);
        const placed = performance.now();
        const output = await view.frame.run(signal);
        ms.guidance += placed - begun;
        ms.inference += performance.now() - placed;
        const { probability: data, rows, columns } = view;
        view.frame.read(output, { data, width: columns, x: 0, y: 0, columns, rows });
        return view;
      };
      if (known !== previous) {
        known = previous;
        const mask = previous && maskOn(previous, [overview.rows, overview.columns]);
        found = mask?.includes(1) ? mask : undefined;
      }
      const seen = found ?? (await ask(() => overview)).probability;
      const box = structureBox(overview, seen, clicks, metadata.threshold);
      const view = await ask(() => windowAt(zoomWindow(box, geometry)));
      paste(view, probability, w);
      const { shape } = view.box;
      const pitch = [shape[0] / view.rows, shape[1] / view.columns] as const;
      return { probability, seen: view.box, pitch, ...ms };
    },
  };
}

function createView(image: PreparedImage, network: Network, box: Box, side: number): View {
  const { metadata, io } = network;
  const sides = box.shape.map((n, axis) => n * image.pixel[axis]);
  const pitch = Math.max(...sides) / side;
  const [rows, columns] = sides.map((mm) => Math.max(1, Math.round(mm / pitch)));
  // A fixed size has room for it: that was checked when the model was loaded.
  const size = windowSize([rows, columns], { ...metadata, maxSize: side }, io.fixed);
  const seen = resample(crop(image, box), [rows, columns]).data;
  // Every window is an image of its own to the network, as in training.
  standardize(seen);
  const frame = createFrame(network, size);
  frame.load({ data: seen, width: columns, x: 0, y: 0, columns, rows });
  return {
    box,
    rows,
    columns,
    frame,
    probability: new Float32Array(rows * columns),
  };
}

function showPrevious(view: View, previous: PreviousMask | undefined): void {
  if (view.shown === previous) return;
  view.shown = previous;
  const { box, rows, columns, frame } = view;
  const data = previous && maskOn(crop(previous, box), [rows, columns]);
  frame.show(data && { data, width: columns, x: 0, y: 0, columns, rows });
}

/** The clicks that lie in a window, on its network pixels. */
function spotsIn(
  { box: { start, shape }, rows, columns }: View,
  clicks: readonly PlacedClick[],
): Map<number, Spot> {
  const spots = new Map<number, Spot>();
  for (const { id, x, y, label } of clicks) {
    const column = pixelOf(x, start[1], shape[1], columns);
    const row = pixelOf(y, start[0], shape[0], rows);
    if (row >= 0 && column >= 0) spots.set(id, { x: column, y: row, label });
  }
  return spots;
}

/** Which of `n` network pixels a position falls on in a window of `size` image pixels, or -1 beside it. */
function pixelOf(p: number, from: number, size: number, n: number): number {
  if (!(p >= from - 0.5 && p < from + size - 0.5)) return -1;
  // Just before the frame the sum rounds up to what lies beyond it.
  return Math.min(n - 1, Math.floor(((p + 0.5 - from) * n) / size));
}

/**
 * Image pixels, in fractions, that what was found on the overview and the foreground clicks cover. Of several pieces only those
 * that a foreground click touches count: a piece elsewhere is most likely a mistake, and would hold the
 * window wide open.
 */
function structureBox(
  overview: View,
  found: Float32Array,
  clicks: readonly PlacedClick[],
  threshold: number,
): Box {
  const { rows, columns, box } = overview;
  const mask = new Uint8Array(found.length);
  cut(found, threshold, mask, 0, mask.length);
  const { labels, count } = connectedComponents(raster(mask, [rows, columns]));
  // By piece; the last stands for the clicked pixels, which count whatever they lie on.
  const touched = new Uint8Array(count + 2);
  for (const { x, y, label } of spotsIn(overview, clicks).values()) {
    if (label !== 'foreground') continue;
    for (let i = Math.max(0, y - 1); i <= Math.min(rows - 1, y + 1); i++) {
      for (let j = Math.max(0, x - 1); j <= Math.min(columns - 1, x + 1); j++) {
        touched[labels.data[i * columns + j]] = 1;
      }
    }
    labels.data[y * columns + x] = count + 1;
    touched[count + 1] = 1;
  }
  touched[0] = 0;
  for (let k = 0; k < mask.length; k++) mask[k] = touched[labels.data[k]];
  // There is a foreground click, or nothing would be asked: its pixel is in the box.
  const { start, shape } = boundingBox(raster(mask, [rows, columns]))!;
  const [dy, dx] = [box.shape[0] / rows, box.shape[1] / columns];
  return { start: [start[0] * dy, start[1] * dx], shape: [shape[0] * dy, shape[1] * dx] };
}

/** The window's probabilities to their place on the image's grid. */
function paste(
  { box: { start, shape }, back, part, probability }: Window,
  whole: Float32Array,
  width: number,
): void {
  back.run(probability, part);
  const [rows, columns] = shape;
  for (let y = 0; y < rows; y++) {
    whole.set(part.subarray(y * columns, (y + 1) * columns), (start[0] + y) * width + start[1]);
  }
}
