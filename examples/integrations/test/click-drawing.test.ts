import { contiguous, type Raster } from '@clickseg/raster';
import type { Click, Interaction, Segmenter } from '@clickseg/runtime';
import { type Niivue, SLICE_TYPE } from '@niivue/niivue';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClickDrawing, clickDrawing } from '../src/niivue/click-drawing.ts';

// A volume of 5 x 4 x 3 voxels in niivue's order, shown 10 canvas pixels a voxel on a screen of twice the density,
// and a network that answers with the very pixel of the last click.
const [W, H, D] = [5, 4, 3];
const stored = Int16Array.from({ length: W * H * D }, (_, i) => i * 7 - 100);
const voxel = (x: number, y: number, z: number) => x + W * (y + H * z);

let opened: { image: number[]; spacing: unknown }[];
let slice: number;
let tile: number;
let canvas: EventTarget;
let niivue: { drawBitmap: Uint8Array | null; refreshDrawing: () => void };
let drawing: ClickDrawing;

beforeEach(() => {
  opened = [];
  slice = 0;
  tile = 0;
  let captured = false;
  canvas = Object.assign(new EventTarget(), {
    width: W * 10,
    clientWidth: W * 5,
    setPointerCapture: () => (captured = true),
    hasPointerCapture: () => captured,
  });
  const segmenter = {
    open: async (image: Raster, options: { spacing: unknown }) => {
      opened.push({ image: [...contiguous(image).data], spacing: options.spacing });
      let clicks: Click[] = [];
      return {
        get clicks() {
          return clicks.map((click, id) => ({ ...click, id }));
        },
        add: (click: Click) => clicks.push(click) - 1,
        move: (id: number, to: object) => (clicks[id] = { ...(clicks[id] as Click), ...to }),
        toJSON: () => [...clicks],
        fromJSON: (json: Click[]) => (clicks = [...json]),
        predict: async () => {
          const mask = new Uint8Array(W * H);
          for (const { x, y, label } of clicks)
            mask[Math.round(y) * W + Math.round(x)] = +(label === 'foreground');
          return { mask: { data: mask, shape: [H, W] } };
        },
        dispose: async () => {},
      } as unknown as Interaction;
    },
  } as unknown as Segmenter;
  niivue = {
    canvas,
    volumes: [
      {
        dimsRAS: [3, W, H, D],
        pixDimsRAS: [1, 0.5, 0.6, 2],
        hdr: { scl_slope: 2, scl_inter: -10 },
        img2RAS: () => stored,
      },
    ],
    drawBitmap: null as Uint8Array | null,
    createEmptyDrawing() {
      niivue.drawBitmap = new Uint8Array(W * H * D);
    },
    tileIndex: () => tile,
    screenSlices: [{ axCorSag: SLICE_TYPE.AXIAL }, { axCorSag: SLICE_TYPE.SAGITTAL }],
    // In radiological convention the patient's right is at the left of the screen, the front at its top.
    canvasPos2frac: ([x, y]: number[]) => [
      1 - (x as number) / (W * 10),
      1 - (y as number) / (H * 10),
      (slice + 0.5) / D,
    ],
    refreshDrawing: vi.fn(),
    onDrawingChanged: vi.fn(),
  } as unknown as typeof niivue;
  drawing = clickDrawing(niivue as unknown as Niivue, segmenter);
});

/** The pointer over a voxel of the slice that is shown. */
async function pointer(type: string, x: number, y: number, more: object = {}): Promise<void> {
  const [left, top] = [(W - 1 - x + 0.5) * 5, (H - 1 - y + 0.5) * 5];
  canvas.dispatchEvent(
    Object.assign(new Event(type), { offsetX: left, offsetY: top, button: 0, pointerId: 1, ...more }),
  );
  await new Promise((resolve) => setTimeout(resolve));
}
const drawn = () => [...(niivue.drawBitmap ?? [])].flatMap((value, i) => (value ? [[i, value]] : []));

describe('clickDrawing', () => {
  it.each([
    [0, 0, 0],
    [4, 3, 2],
    [1, 2, 1],
    [3, 0, 2],
  ])('draws on the voxel that was pressed, (%i, %i, %i)', async (x, y, z) => {
    slice = z;
    await pointer('pointerdown', x, y);
    expect(drawn()).toEqual([[voxel(x, y, z), 1]]);
    expect(niivue.refreshDrawing).toHaveBeenCalled();
  });

  it('shows the network each slice in radiological view, in units, with its spacing', async () => {
    slice = 1;
    await pointer('pointerdown', 2, 2);
    const rows = Array.from({ length: H }, (_, row) =>
      Array.from(
        { length: W },
        (_, column) => 2 * (stored[voxel(W - 1 - column, H - 1 - row, 1)] as number) - 10,
      ),
    );
    expect(opened.map(({ image }) => image)).toEqual([rows.flat()]);
    expect(opened[0]?.spacing).toEqual([0.6, 0.5]); // mm [row, column]
  });

  it('follows a drag, and takes press and drag back as one', async () => {
    await pointer('pointerdown', 1, 1);
    await pointer('pointerdown', 3, 3);
    await pointer('pointermove', 3, 2);
    await pointer('pointermove', 2, 2);
    expect(drawn()).toEqual([
      [voxel(1, 1, 0), 1],
      [voxel(2, 2, 0), 1],
    ]);
    drawing.undo();
    await pointer('pointerup', 0, 0);
    expect(drawn()).toEqual([[voxel(1, 1, 0), 1]]);
    drawing.undo();
    drawing.undo();
    // Still pressed: the click that it would move is gone.
    await pointer('pointermove', 4, 3);
    expect(drawn()).toEqual([]);
  });

  it('leaves what another pen has drawn', async () => {
    await pointer('pointerdown', 1, 1);
    drawing.pen = 2;
    await pointer('pointerdown', 1, 1);
    await pointer('pointermove', 2, 1);
    await pointer('pointerdown', 3, 1);
    expect(drawn()).toEqual([
      [voxel(1, 1, 0), 1],
      [voxel(2, 1, 0), 2],
      [voxel(3, 1, 0), 2],
    ]);
  });

  it.each([
    ['right button', { button: 2 }],
    ['Alt', { altKey: true }],
  ])('takes away with %s', async (_, more) => {
    await pointer('pointerdown', 1, 1);
    await pointer('pointerdown', 1, 1, more);
    expect(drawn()).toEqual([]);
  });

  it('minds axial slices of the image only, and nothing after dispose', async () => {
    tile = 1;
    await pointer('pointerdown', 1, 1);
    tile = 0;
    await pointer('pointerdown', -1, 1);
    await pointer('pointerdown', 1, 1, { button: 1 });
    expect(opened).toEqual([]);
    await drawing.dispose();
    await pointer('pointerdown', 1, 1);
    expect(opened).toEqual([]);
  });
});
