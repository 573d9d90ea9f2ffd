import { isClicksegError } from '@clickseg/raster';
import type { Interaction, InteractionJson, Segmenter } from '@clickseg/runtime';
import { openVolume } from '@clickseg/runtime/volume';
import { type Niivue, SLICE_TYPE } from '@niivue/niivue';
import { answerPainter } from '../answer-painter.ts';
import { openInteractions } from '../open-interactions.ts';

/** How a click drawing is made. */
export interface ClickDrawingOptions {
  /** Told of what failed. Default: the console. */
  readonly onError?: (error: unknown) => void;
}

/** Clicks in a niivue canvas that draw. */
export interface ClickDrawing {
  /** What the next click draws with: a value of the drawing, 1 to 255. */
  pen: number;
  /** Takes the last press and drag back. */
  undo(): void;
  /** Lets go of the canvas, and draws no answer that is still to come; the drawing stays. */
  dispose(): Promise<void>;
}

/** One pen on one axial slice. */
interface Layer {
  readonly pen: number;
  readonly slice: number;
}

/**
 * Makes left clicks in axial slices of niivue's first volume draw the structure under them; a drag moves the click.
 * With the right button, or Alt, a click says what does not belong to it. The masks are niivue's drawing: it shows
 * them, and `niivue.saveImage({ isSaveDrawing: true })` saves them, together with what its own pens drew, which clicks
 * leave as it is. It is for one volume and one drawing: make another for the next.
 *
 * @throws Error where no volume is loaded
 */
export function clickDrawing(
  niivue: Niivue,
  segmenter: Pick<Segmenter, 'open'>,
  options: ClickDrawingOptions = {},
): ClickDrawing {
  const { canvas } = niivue;
  const [volume] = niivue.volumes;
  const dims = volume?.dimsRAS;
  if (!canvas || !volume?.hdr || !dims) throw new Error('clickDrawing: niivue has no volume');
  const [width, height, depth] = dims.slice(1, 4) as [number, number, number];
  const size = width * height;
  const { scl_slope: slope, scl_inter: intercept } = volume.hdr;
  const stored = volume.img2RAS() as Int16Array;
  const data =
    (slope === 1 || slope === 0) && intercept === 0
      ? stored
      : Float32Array.from(stored, (value) => value * slope + intercept);
  // niivue's voxels run to the right and to the front; the network has learnt from pictures in radiological view,
  // which run to the left and to the back. Negative strides turn them without a copy.
  const turned = { data, shape: [depth, height, width], stride: [size, -width, -1], offset: size - 1 };
  const [x, y, z] = (volume.pixDimsRAS ?? [1, 1, 1, 1]).slice(1, 4) as [number, number, number];
  const slices = openVolume(segmenter, turned, { spacing: { x, y, z } });
  if (!niivue.drawBitmap) niivue.createEmptyDrawing();

  const interactions = openInteractions();
  const paint = answerPainter();
  const done: { readonly layer: Layer; readonly before: InteractionJson }[] = [];
  let pressed: Promise<{ readonly layer: Layer; readonly id: number }> | undefined;
  let disposed = false;
  const fail = options.onError ?? console.error;

  const at = (event: PointerEvent) => {
    const k = canvas.width / canvas.clientWidth;
    const place = [event.offsetX * k, event.offsetY * k] as const;
    if (niivue.screenSlices[niivue.tileIndex(...place)]?.axCorSag !== SLICE_TYPE.AXIAL) return undefined;
    const [fx, fy, fz] = niivue.canvasPos2frac([...place]) as unknown as [number, number, number];
    // A pixel's centre lies half a pixel inside it. The far edges are no pixel's, and niivue's -1 lies beyond them.
    const point = { x: (1 - fx) * width - 0.5, y: (1 - fy) * height - 0.5 };
    const inside = (p: number, n: number) => p >= -0.5 && p < n - 0.5;
    if (!inside(point.x, width) || !inside(point.y, height) || !(fz >= 0)) return undefined;
    return { slice: Math.min(depth - 1, Math.floor(fz * depth)), point };
  };

  const keyOf = ({ slice, pen }: Layer) => [slice, pen].join();
  const use = <T>(layer: Layer, work: (interaction: Interaction) => T | Promise<T>) =>
    interactions.use(keyOf(layer), () => slices.open(layer.slice), work);

  const draw = (layer: Layer) =>
    use(layer, async (interaction) => {
      const { mask } = await interaction.predict();
      const drawing = niivue.drawBitmap;
      if (!drawing || disposed) return;
      const voxel = (pixel: number) => (layer.slice + 1) * size - 1 - pixel;
      paint(keyOf(layer), mask.data as Uint8Array, layer.pen, {
        getAtIndex: (pixel) => drawing[voxel(pixel)] as number,
        setAtIndex: (pixel, label) => (drawing[voxel(pixel)] = label),
      });
      niivue.refreshDrawing(true);
      niivue.onDrawingChanged('clickseg');
    }).catch((error) => {
      // A newer click took this one's place, or the viewer disposed of the segmenter.
      if (error.name !== 'AbortError' && !isClicksegError(error, 'disposed')) fail(error);
    });

  const onDown = (event: PointerEvent) => {
    const place = at(event);
    if (place === undefined || event.button === 1) return;
    canvas.setPointerCapture(event.pointerId);
    const label = event.altKey || event.button === 2 ? 'background' : 'foreground';
    const layer = { slice: place.slice, pen: drawing.pen };
    pressed = use(layer, (interaction) => {
      const before = interaction.toJSON();
      const id = interaction.add({ ...place.point, label });
      done.push({ layer, before });
      void draw(layer);
      return { layer, id };
    });
    pressed.catch(fail);
  };
  const onMove = async (event: PointerEvent) => {
    const place = canvas.hasPointerCapture(event.pointerId) ? at(event) : undefined;
    const last = await pressed?.catch(() => undefined);
    if (place === undefined || last === undefined || disposed) return;
    const { layer, id } = last;
    await use(layer, (interaction) => {
      if (!interaction.clicks.some((click) => click.id === id)) return; // undone meanwhile
      interaction.move(id, place.point);
      void draw(layer);
    }).catch(fail);
  };
  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);

  const drawing: ClickDrawing = {
    pen: 1,
    undo() {
      const last = disposed ? undefined : done.pop();
      if (last === undefined) return;
      use(last.layer, (interaction) => {
        interaction.fromJSON(last.before);
        void draw(last.layer);
      }).catch(fail);
    },
    async dispose() {
      canvas.removeEventListener('pointerdown', onDown);
      canvas.removeEventListener('pointermove', onMove);
      disposed = true;
      await interactions.close();
    },
  };
  return drawing;
}
