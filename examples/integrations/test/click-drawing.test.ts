import { type Niivue, SLICE_TYPE } from '@niivue/niivue';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClickDrawing, clickDrawing } from '../src/niivue/click-drawing.ts';
import { fakeSegmenter } from './fake-segmenter.ts';

// A volume of 5 x 4 x 3 voxels in niivue's order, shown 10 canvas pixels a voxel on a screen of twice the density,
// and a network that answers with the very pixel of the last click.
const [W, H, D] = [5, 4, 3];
const stored = Int16Array.from({ length: W * H * D }, (_, i) => i * 7 - 100);
const voxel = (x: number, y: number, z: number) => x + W * (y + H * z);

let fake: ReturnType<typeof fakeSegmenter>;
let slice: number;
let tile: number;
let canvas: EventTarget;
/** Where niivue says the pointer is, in place of where it is. */
let fractions: number[] | undefined;
let faults: unknown[];
let niivue: { drawBitmap: Uint8Array | null; refreshDrawing: () => void };
let drawing: ClickDrawing;

beforeEach(() => {
  fake = fakeSegmenter(W, H);
  slice = 0;
  tile = 0;
  fractions = undefined;
  faults = [];
  let captured = false;
  canvas = Object.assign(new EventTarget(), {
    width: W * 10,
    clientWidth: W * 5,
    setPointerCapture: () => (captured = true),
    hasPointerCapture: () => captured,
  });
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
    canvasPos2frac: ([x, y]: number[]) =>
      fractions ?? [1 - (x as number) / (W * 10), 1 - (y as number) / (H * 10), (slice + 0.5) / D],
    refreshDrawing: vi.fn(),
    onDrawingChanged: vi.fn(),
  } as unknown as typeof niivue;
  drawing = clickDrawing(niivue as unknown as Niivue, fake.segmenter, {
    onError: (error) => faults.push(error),
  });
});

/** The pointer over a voxel of the slice that is shown. */
async function pointer(type: string, x: number, y: number, more: object = {}): Promise<void> {
  const [left, top] = [(W - 1 - x + 0.5) * 5, (H - 1 - y + 0.5) * 5];
  canvas.dispatchEvent(
    Object.assign(new Event(type), { offsetX: left, offsetY: top, button: 0, pointerId: 1, ...more }),
  );
  await settled();
}
const settled = () => new Promise((resolve) => setTimeout(resolve));
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
    expect(fake.opened.map(({ image }) => image)).toEqual([rows.flat()]);
    expect(fake.opened[0]?.options.spacing).toEqual([0.6, 0.5]); // mm [row, column]
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

  it('leaves what its own pen had drawn before the first click, and draws between two', async () => {
    const bitmap = niivue.drawBitmap as Uint8Array;
    bitmap[voxel(0, 0, 0)] = bitmap[voxel(1, 1, 0)] = 1;
    await pointer('pointerdown', 1, 1);
    await pointer('pointermove', 3, 3);
    const before = [
      [voxel(0, 0, 0), 1],
      [voxel(1, 1, 0), 1],
    ];
    expect(drawn()).toEqual([...before, [voxel(3, 3, 0), 1]]);
    bitmap[voxel(4, 3, 0)] = 1;
    await pointer('pointermove', 2, 2);
    expect(drawn()).toEqual([...before, [voxel(2, 2, 0), 1], [voxel(4, 3, 0), 1]]);
    drawing.undo();
    await settled();
    expect(drawn()).toEqual([...before, [voxel(4, 3, 0), 1]]);
  });

  it('draws every click, on however many slices before the model answers', async () => {
    let answer = () => {};
    fake.run = new Promise<void>((resolve) => (answer = resolve));
    const pens = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const places = pens.map((pen) => [pen % W, Math.floor(pen / W), pen % D] as const);
    for (const [i, [x, y, z]] of places.entries()) {
      drawing.pen = pens[i] as number;
      slice = z;
      await pointer('pointerdown', x, y);
    }
    answer();
    await settled();
    const wanted = places.map((place, i) => [voxel(...place), pens[i]] as [number, number]);
    expect(drawn()).toEqual(wanted.sort(([a], [b]) => a - b));
    expect(faults).toEqual([]);
  });

  it('takes the near edges for the first pixel, and the far ones for none', async () => {
    fractions = [1, 1, 0];
    await pointer('pointerdown', 0, 0);
    expect(drawn()).toEqual([[voxel(W - 1, H - 1, 0), 1]]);
    for (const far of [
      [0, 0.5, 0],
      [0.5, 0, 0],
      [1e-20, 0.5, 0],
      [-1, -1, -1],
    ]) {
      fractions = far;
      await pointer('pointermove', 0, 0);
      await pointer('pointerdown', 0, 0);
    }
    expect(drawn()).toEqual([[voxel(W - 1, H - 1, 0), 1]]);
    expect(faults).toEqual([]);
  });

  it('tells of a drag that failed', async () => {
    await pointer('pointerdown', 1, 1);
    fake.gone = true;
    await pointer('pointermove', 2, 2);
    expect(faults).toMatchObject([{ code: 'disposed' }]);
  });

  it('draws nothing more once it was disposed of', async () => {
    let answer = () => {};
    fake.run = new Promise<void>((resolve) => (answer = resolve));
    await pointer('pointerdown', 1, 1);
    const disposal = drawing.dispose();
    answer();
    await disposal;
    expect(drawn()).toEqual([]);
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
    expect(fake.opened).toEqual([]);
    await drawing.dispose();
    await pointer('pointerdown', 1, 1);
    expect(fake.opened).toEqual([]);
  });

  it('opens nothing for an undo that comes too late', async () => {
    await pointer('pointerdown', 1, 1);
    await drawing.dispose();
    const before = fake.opened.length;
    drawing.undo();
    await new Promise((resolve) => setTimeout(resolve));
    expect(fake.opened).toHaveLength(before);
  });
});
