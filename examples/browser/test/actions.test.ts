import { radiologicalAffine, type Volume } from '@clickseg/example-dataset';
import { ClicksegError } from '@clickseg/raster';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { question } from '../src/actions/ask.ts';
import { carryNext, carryThrough } from '../src/actions/carry.ts';
import { addClick, clearSlice, deleteClick, moveClick, redo, settle, undo } from '../src/actions/clicks.ts';
import { openFiles, showScan } from '../src/actions/open.ts';
import { SAVES } from '../src/actions/save.ts';
import { simulateClicks } from '../src/actions/simulate.ts';
import { startFrom } from '../src/actions/start-from.ts';
import {
  addStructure,
  deleteStructure,
  setLocked,
  stepStructure,
  toggleVisible,
} from '../src/actions/structures.ts';
import { chooseMode, choosePreset, go, toggleOutlines } from '../src/actions/view.ts';
import { labelMap } from '../src/export/label-map.ts';
import { save } from '../src/files/save.ts';
import { keepMoment } from '../src/state/history.ts';
import {
  crosshair,
  current,
  currentId,
  currentWork,
  greyWindow,
  said,
  scan,
  slice,
  structures,
  truth,
  workOf,
} from '../src/state/store.ts';
import { countClicks, type Structure } from '../src/state/structure.ts';
import { task } from '../src/state/task.ts';
import { PRESETS, preset } from '../src/state/window.ts';
import { truthLabel } from '../src/truth/truth-mask.ts';
import { listen } from '../src/viewer/pointer.ts';
import type { View } from '../src/viewer/view.ts';
import { breaks, ends, hold, release, rest } from './fake-engine.ts';

// What the app does between its modules, without a browser and a network: answers come when the test lets them.
vi.mock('../src/engine/predict.ts', async () => (await import('./fake-engine.ts')).predictions);
vi.mock('../src/engine/model.ts', async () => (await import('./fake-engine.ts')).models);
vi.mock('../src/keep/keep-work.ts', () => ({ keepScan: () => undefined, forget: async () => undefined }));
vi.mock('../src/files/save.ts', () => ({ save: vi.fn() }));
vi.mock('../src/files/read-files.ts', () => ({
  readFiles: async ([file]: readonly [File]) => ({
    volume: file.name === 'small.nii' ? grey([2, 30, 40]) : labelled([5, 64, 64]),
    oriented: true,
    measured: true,
  }),
}));
vi.mock('@clickseg/runtime/volume', async () => ({ propagate: (await import('./fake-engine.ts')).carried }));

type Shape = readonly [number, number, number];
const volume = (shape: Shape, value: (i: number) => number): Volume => ({
  data: Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => value(i)),
  shape: [...shape],
  spacing: { x: 1, y: 1, z: 1 },
  affine: radiologicalAffine({ x: 1, y: 1, z: 1 }),
});
const grey = (shape: Shape) => volume(shape, (i) => (i % 7) - 2.5);
/** One label: the columns 10 to 29 of each slice. */
const labelled = (shape: Shape) => volume(shape, (i) => Number(i % shape[2] >= 10 && i % shape[2] < 30));
const open = (name: string, read: Volume) => showScan({ name, volume: read, oriented: true, measured: true });
const foreground = (x: number, y: number) => addClick('foreground', { x, y });
/** A foreground click, as a file has it. */
const CLICK = { x: 20, y: 20, label: 'foreground' };
const at = (index: number) => workOf(currentId.value, index);
const inMap = (index: number) =>
  labelMap({ shape: [5, 64, 64] }, structures.value)
    .subarray(index * 64 * 64, (index + 1) * 64 * 64)
    .filter(Boolean).length;

beforeEach(async () => {
  // Whatever the test before kept back comes to nothing.
  task.value?.stop();
  release();
  await rest();
  task.value = undefined;
  open('scan', grey([5, 64, 64]));
  vi.mocked(save).mockClear();
});

describe('what is undone while answers are still to come', () => {
  /** A click on slice 0 and one on slice 1, both of which are answered only after the second was placed. */
  async function clickTwoSlices(): Promise<void> {
    hold();
    go(0);
    foreground(20, 20);
    go(1);
    foreground(20, 20);
    release();
    await rest();
    expect([inMap(0), inMap(1)]).toEqual([9, 9]);
  }

  it('leaves the masks of other slices answered, and so does what is done again', async () => {
    await clickTwoSlices();
    undo();
    await rest();
    expect([inMap(0), inMap(1), at(0).answered]).toEqual([9, 0, true]);
    redo();
    await rest();
    expect([inMap(0), inMap(1)]).toEqual([9, 9]);
  });

  it('is in a label map that is saved at once', async () => {
    await clickTwoSlices();
    hold();
    undo();
    const saving = SAVES.mask.run();
    await rest();
    expect(save).not.toHaveBeenCalled();
    release();
    await saving;
    // The header of a NIfTI file is 352 bytes.
    const file = vi.mocked(save).mock.calls[0]?.[0] as Uint8Array;
    expect(file.subarray(352).filter(Boolean).length).toBe(9);
  });

  it('is not saved where another scan is opened meanwhile', async () => {
    hold();
    foreground(20, 20);
    const saving = SAVES.mask.run();
    open('other', grey([5, 64, 64]));
    release();
    await saving;
    expect(save).not.toHaveBeenCalled();
  });

  it('is predicted on the shown slice alone where only the slice is turned', async () => {
    hold();
    go(0);
    foreground(20, 20);
    release();
    await rest();
    structures.value = structures.value.map((each) => ({
      ...each,
      slices: new Map([...each.slices].map(([index, work]) => [index, { ...work, answered: false }])),
    }));
    go(2);
    await rest();
    expect(at(0).answered).toBe(false);
    settle();
    await rest();
    expect(at(0).answered).toBe(true);
  });
});

describe('a question about a label map', () => {
  const file = (name: string) => new File(['x'], name);

  it.each(['start', 'truth'])('is closed by another scan, and its answer “%s” is void', async (answer) => {
    crosshair.value = { x: 60, y: 60 };
    const opening = openFiles([file('labels.nii')]);
    await vi.waitFor(() => expect(question.value?.title).toMatch('labels.nii is a label map'));
    const asked = question.value;
    await openFiles([file('small.nii')]);
    expect(question.value).toBeUndefined();
    asked?.answer(answer);
    await opening;
    expect(scan.value?.name).toBe('small.nii');
    expect(truth.value).toBeUndefined();
    expect(structures.value.map(({ name, slices }) => [name, slices.size])).toEqual([['Structure 1', 0]]);
    expect(crosshair.value).toBeUndefined();
  });

  it('is void where the scan changed in the very moment of the answer', async () => {
    const opening = openFiles([file('labels.nii')]);
    await vi.waitFor(() => expect(question.value).toBeDefined());
    question.value?.answer('truth');
    open('small', grey([2, 30, 40]));
    await opening;
    expect(truth.value).toBeUndefined();
  });
});

describe('a hand on the image', () => {
  const surface = Object.assign(new EventTarget(), {
    getBoundingClientRect: () => ({ left: 0, top: 0 }),
    setPointerCapture: () => undefined,
    classList: { toggle: () => undefined },
  });
  const view = {
    matrix: () => ({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }),
    toImage: (point: { x: number; y: number }) => point,
    pan: () => undefined,
    zoom: vi.fn(),
  };
  listen(surface as unknown as SVGSVGElement, view as unknown as View);
  const send = (type: string, x: number, y: number, more: object = {}) =>
    surface.dispatchEvent(
      Object.assign(
        new Event(type),
        { clientX: x, clientY: y, button: 0, pointerId: 1, pointerType: 'mouse' },
        more,
      ),
    );
  const wheel = (deltaY: number) => send('wheel', 0, 0, { deltaY, deltaMode: 0 });
  const clicks = (index: number) => at(index).clicks.map(({ id, x, y }) => [id, x, y]);

  beforeEach(async () => {
    send('pointerup', 0, 0);
    go(2);
    foreground(50, 50);
    go(1);
    await rest();
  });

  it('lets Safari’s own pinch events zoom, but not beside fingers, which are followed already', () => {
    const begin = () => send('gesturestart', 30, 20, { scale: 1 });
    const pinch = (scale: number) => send('gesturechange', 30, 20, { scale });
    begin();
    pinch(2);
    pinch(3);
    begin();
    pinch(2);
    expect(view.zoom.mock.calls.map(([by]) => by)).toEqual([2, 1.5, 2]);
    expect(view.zoom).toHaveBeenLastCalledWith(2, { x: 30, y: 20 });
    const finger = { pointerType: 'touch', pointerId: 7 };
    send('pointerdown', 30, 20, finger);
    pinch(4);
    send('pointercancel', 30, 20, finger);
    expect(view.zoom).toHaveBeenCalledTimes(3);
  });

  it('stays on its slice: the wheel does not turn it away', () => {
    send('pointerdown', 10, 10);
    wheel(120);
    expect(slice.value).toBe(1);
    send('pointermove', 12, 10);
    send('pointerup', 12, 10);
    expect([clicks(1), clicks(2)]).toEqual([[[1, 12, 10]], [[1, 50, 50]]]);
    wheel(120);
    expect(slice.value).toBe(2);
  });

  it('leaves the wheel over a lone slice to the page, unless it zooms or something is held', () => {
    const taken = (more: object = {}) => {
      const event = Object.assign(new Event('wheel', { cancelable: true }), { clientX: 0, clientY: 0 });
      surface.dispatchEvent(Object.assign(event, { deltaY: 120, deltaMode: 0 }, more));
      return event.defaultPrevented;
    };
    expect(taken()).toBe(true);
    open('lone', grey([1, 64, 64]));
    expect([taken(), taken({ ctrlKey: true })]).toEqual([false, true]);
    // Sideways the page would be left for the one before.
    expect([taken({ deltaX: 200 }), taken({ deltaX: -200 }), taken({ deltaX: 20 })]).toEqual([
      true,
      true,
      false,
    ]);
    send('pointerdown', 10, 10);
    expect(taken()).toBe(true);
    send('pointerup', 10, 10);
  });

  it.each(['placed', 'picked up'])('is let go where keys turn the slice (%s)', async (how) => {
    if (how === 'picked up') foreground(10, 10);
    send('pointerdown', 10, 10);
    go(2);
    send('pointermove', 12, 10);
    send('pointermove', 14, 10);
    send('pointerup', 14, 10);
    expect([clicks(1), clicks(2)]).toEqual([[[1, 10, 10]], [[1, 50, 50]]]);
  });

  it('is let go where it is undone, so that what comes back is not moved without a step', async () => {
    foreground(20, 20);
    await rest();
    send('pointerdown', 20, 20);
    send('pointermove', 22, 20);
    undo();
    send('pointermove', 40, 40);
    send('pointerup', 40, 40);
    expect(clicks(1)).toEqual([[1, 20, 20]]);
    redo();
    expect(clicks(1)).toEqual([[1, 22, 20]]);
  });

  it('is not taken for a pinch’s first finger once its slice is another', () => {
    const finger = { pointerType: 'touch' };
    send('pointerdown', 10, 10, finger);
    send('pointermove', 30, 10, finger);
    expect(clicks(1)).toEqual([[1, 30, 10]]);
    go(2);
    send('pointerdown', 40, 40, { ...finger, pointerId: 2 });
    send('pointerup', 40, 40, { ...finger, pointerId: 2 });
    send('pointerup', 30, 10, finger);
    expect([slice.value, clicks(1)]).toEqual([2, [[1, 30, 10]]]);
  });

  it('leaves other slices answered where a second finger takes it back', async () => {
    const finger = { pointerType: 'touch' };
    hold();
    go(0);
    foreground(20, 20);
    go(1);
    send('pointerdown', 10, 10, finger);
    release();
    await rest();
    send('pointermove', 30, 10, finger);
    send('pointerdown', 40, 40, { ...finger, pointerId: 2 });
    await rest();
    expect([inMap(0), clicks(1)]).toEqual([9, []]);
    send('pointerup', 40, 40, { ...finger, pointerId: 2 });
    send('pointerup', 30, 10, finger);
  });

  it('is one step of undo from where it was picked up', async () => {
    foreground(20, 20);
    await rest();
    send('pointerdown', 20, 20);
    for (const x of [22, 24, 26]) send('pointermove', x, 20);
    send('pointerup', 26, 20);
    expect(clicks(1)).toEqual([[1, 26, 20]]);
    undo();
    expect(clicks(1)).toEqual([[1, 20, 20]]);
  });
});

describe('carrying', () => {
  /** Begins, and lets it come to the first of three slices. */
  async function begin(): Promise<{ readonly ended: Promise<void> }> {
    go(0);
    foreground(20, 20);
    await rest();
    hold();
    const ended = carryThrough();
    release();
    await rest();
    expect(at(1).mask.pixels).toBe(9);
    return { ended };
  }
  async function finish(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      release();
      await rest();
    }
  }

  it('ends with its structure: nothing is written into the one that has its id now', async () => {
    const { ended } = await begin();
    const { made } = current.value ?? {};
    deleteStructure(currentId.value);
    expect(current.value?.id).toBe(1);
    expect(current.value?.made).not.toBe(made);
    await finish();
    await ended;
    expect(current.value?.slices.size).toBe(0);
    expect(said.value.text).toBe('Structure 1 carried to 1 slice (it was deleted meanwhile).');
    expect(task.value).toBeUndefined();
  });

  it('ends where its structure is locked', async () => {
    const { ended } = await begin();
    setLocked(currentId.value, true);
    await finish();
    await ended;
    expect([...(current.value?.slices.keys() ?? [])]).toEqual([0, 1]);
    expect(said.value.text).toBe('Structure 1 carried to 1 slice (it was locked meanwhile).');
  });

  it('says nothing over another scan, and leaves the task there alone', async () => {
    const { ended } = await begin();
    open('other', grey([3, 64, 64]));
    const theirs = { text: 'Another', done: 0, total: 1, pending: () => false, stop() {} };
    task.value = theirs;
    const before = said.value;
    await finish();
    await ended;
    expect(said.value).toBe(before);
    expect(task.value).toBe(theirs);
    expect(current.value?.slices.size).toBe(0);
  });

  it('makes room at once where it is stopped, and says nothing over what comes next', async () => {
    const { ended } = await begin();
    task.value?.stop();
    expect(task.value).toBeUndefined();
    expect(said.value.text).toBe('Structure 1 carried to 1 slice (stopped).');
    await startFrom(labelled([5, 64, 64]), [1], 'labels');
    const before = said.value;
    expect(before.text).toMatch('1 structure from labels');
    await finish();
    await ended;
    expect(said.value).toBe(before);
    expect([...(structures.value[0]?.slices.keys() ?? [])]).toEqual([0, 1]);
  });

  it('makes room for the clicks that are opened with another scan', async () => {
    const { ended } = await begin();
    const opening = openFiles([
      new File(['x'], 'small.nii'),
      new File([JSON.stringify({ structures: [{ name: 'Rod', clicks: [CLICK] }] })], 'clicks.json'),
    ]);
    await vi.waitFor(() => expect(question.value).toBeDefined());
    question.value?.answer('discard');
    await vi.waitFor(() => expect(task.value?.text).toMatch('Replaying'));
    await finish();
    await Promise.all([ended, opening]);
    expect(said.value).toEqual({ text: 'clicks.json: 1 structure replayed.', fault: false });
    expect(structures.value.map(({ name }) => name)).toEqual(['Rod']);
  });

  it('is not said to have come anywhere once it was undone', async () => {
    const { ended } = await begin();
    undo();
    expect(said.value.text).toBe('Undone: slice 1.');
    await finish();
    await ended;
    expect(said.value.text).toBe('Undone: slice 1.');
    expect([...(current.value?.slices.keys() ?? [])]).toEqual([0]);
  });

  it('that has written nothing is stopped by an undo, which takes nothing back', async () => {
    go(0);
    foreground(20, 20);
    await rest();
    hold();
    const ended = carryThrough();
    undo();
    expect(said.value.text).toBe('Carrying Structure 1: stopped.');
    // Placed at once, while what was stopped comes to its end.
    foreground(40, 40);
    release();
    await ended;
    const clicks = () => at(0).clicks.length;
    expect(clicks()).toBe(2);
    undo();
    expect(clicks()).toBe(1);
    undo();
    expect(clicks()).toBe(0);
    undo();
    expect(said.value.text).toBe('Nothing to undo.');
  });

  it('that comes nowhere leaves what can be done again', async () => {
    go(2);
    foreground(20, 20);
    foreground(40, 40);
    await rest();
    undo();
    ends(['empty', 'empty']);
    await carryThrough();
    redo();
    expect(at(2).clicks.length).toBe(2);
  });

  it('that came nowhere says that it was stopped', async () => {
    go(0);
    foreground(20, 20);
    await rest();
    hold();
    const ended = carryThrough();
    task.value?.stop();
    expect(said.value.text).toBe('Carrying Structure 1: stopped.');
    release();
    await ended;
    expect(said.value.text).toBe('Carrying Structure 1: stopped.');
  });

  it('says so where another is asked for beside it', async () => {
    const { ended } = await begin();
    await carryNext(1);
    expect(said.value).toEqual({
      text: 'Structure 1: not carried beside “Carrying Structure 1”. Stop that (Esc) or wait for it.',
      fault: true,
    });
    await finish();
    await ended;
  });

  it('says each reason for its ends once', async () => {
    go(2);
    foreground(20, 20);
    await rest();
    ends(['empty', 'empty']);
    await carryThrough();
    expect(said.value.text).toBe('Structure 1 not carried (nothing found on slices 1 and 5).');
    ends(['edge', 'edge']);
    await carryThrough();
    expect(said.value.text).toBe('Structure 1 carried to 2 slices (to both ends of the scan).');
  });

  it('waits for the answer to a click that has just been placed', async () => {
    go(0);
    hold();
    foreground(20, 20);
    const ended = carryThrough();
    expect(task.value?.text).toBe('Carrying Structure 1');
    release();
    await rest();
    expect(at(1).mask.pixels).toBe(9);
    await finish();
    await ended;
    expect([...(current.value?.slices.keys() ?? [])]).toEqual([0, 1, 2, 3]);
  });

  it('is not taken back with a click that was placed beside it', async () => {
    const { ended } = await begin();
    go(4);
    foreground(40, 40);
    await finish();
    await ended;
    const slices = () => [...(current.value?.slices.keys() ?? [])].sort();
    expect(slices()).toEqual([0, 1, 2, 3, 4]);
    undo();
    expect(slices()).toEqual([0, 1, 2, 3]);
    undo();
    expect(slices()).toEqual([0]);
    redo();
    redo();
    expect(slices()).toEqual([0, 1, 2, 3, 4]);
  });

  it('is not taken back with a gesture beside it that turns out to be none', async () => {
    const { ended } = await begin();
    go(4);
    const takeBack = keepMoment();
    foreground(40, 40);
    await finish();
    await ended;
    takeBack();
    const slices = () => [...(current.value?.slices.keys() ?? [])];
    expect(slices()).toEqual([0, 1, 2, 3]);
    undo();
    expect(slices()).toEqual([0]);
  });

  it('says how far it came where the model that carried is let go', async () => {
    go(0);
    foreground(20, 20);
    await rest();
    breaks(new ClicksegError('disposed', 'interaction: it was disposed of'));
    await carryThrough();
    expect(said.value).toEqual({
      text: 'Structure 1 carried to 1 slice (what computes was changed meanwhile).',
      fault: false,
    });
    expect(task.value).toBeUndefined();
  });

  it('leaves masks that are carried ones still where a lock that was never on them goes', async () => {
    const { ended } = await begin();
    await finish();
    await ended;
    const before = at(2);
    addStructure();
    const other = currentId.value;
    go(2);
    setLocked(other, true);
    setLocked(other, false);
    await rest();
    expect(workOf(1, 2)).toBe(before);
    expect(before.source).toBe('carried');
  });

  it('goes on where nothing of that happens', async () => {
    const { ended } = await begin();
    await finish();
    await ended;
    expect([...(current.value?.slices.keys() ?? [])]).toEqual([0, 1, 2, 3]);
  });
});

describe('a loaded mask that is clicked on', () => {
  beforeEach(async () => {
    await startFrom(labelled([5, 64, 64]), [1], 'labels');
    go(2);
    hold();
  });

  it('takes every click that is placed while its own are found, each a step of undo', async () => {
    addClick('background', { x: 12, y: 20 });
    addClick('background', { x: 28, y: 20 });
    foreground(5, 5);
    expect(currentWork.value.clicks).toEqual([]);
    release();
    await rest();
    const ids = () => currentWork.value.clicks.map(({ id, x }) => [id, x]);
    expect(ids()).toEqual([
      [1, 20],
      [2, 12],
      [3, 28],
      [4, 5],
    ]);
    // The one that was found was not placed by anybody.
    expect(countClicks(current.value as Structure)).toBe(3);
    undo();
    expect(ids().length).toBe(3);
  });

  it('says so where a click on another one finds it at work', async () => {
    foreground(12, 20);
    go(3);
    foreground(12, 20);
    expect(said.value.text).toBe(
      'Click: not placed beside “Finding the clicks of this mask”. Stop that (Esc) or wait for it.',
    );
    release();
    await rest();
    expect([at(2).clicks.length, at(3).clicks.length]).toEqual([2, 0]);
  });

  it('says so where it is locked meanwhile', async () => {
    foreground(12, 20);
    setLocked(currentId.value, true);
    release();
    await rest();
    expect(currentWork.value.clicks).toEqual([]);
    expect(said.value).toEqual({
      text: expect.stringMatching(/was locked while .* slice 3 was not/),
      fault: true,
    });
  });

  it('takes none where it is stopped', async () => {
    foreground(12, 20);
    foreground(14, 20);
    undo();
    expect(said.value.text).toBe('Stopped: no click was placed.');
    expect(task.value).toBeUndefined();
    release();
    await rest();
    expect(currentWork.value.clicks).toEqual([]);
  });

  it('takes the one that comes while what was stopped ends, and none of those before', async () => {
    foreground(12, 20);
    undo();
    foreground(16, 20);
    release();
    await rest();
    expect(currentWork.value.clicks.map(({ id, x }) => [id, x])).toEqual([
      [1, 20],
      [2, 16],
    ]);
  });
});

describe('labels that become structures', () => {
  it('change nothing where that is stopped', async () => {
    // A clock by which eight slices are a turn.
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1.6));
    onTestFinished(() => clock.mockRestore());
    const before = structures.value;
    const ended = startFrom(labelled([16, 64, 64]), [1], 'labels');
    expect(task.value).toMatchObject({ text: 'Reading labels', done: 8, total: 16 });
    task.value?.stop();
    await ended;
    expect(structures.value).toBe(before);
    expect(said.value.text).toBe('labels: stopped. Nothing was changed.');
    expect(task.value).toBeUndefined();
  });
});

it('says what was done', async () => {
  const heard: string[] = [];
  const told = (act: () => unknown) => {
    act();
    heard.push(said.value.text);
  };
  go(3);
  foreground(20, 20);
  await rest();
  go(0);
  for (const act of [undo, redo, deleteClick, undo, clearSlice]) told(act);
  for (const _ of ['hidden', 'shown']) told(() => toggleVisible());
  for (const locked of [true, false]) told(() => setLocked(currentId.value, locked));
  for (const meant of ['background', 'foreground'] as const) told(() => chooseMode(meant));
  for (const _ of ['hidden', 'shown']) told(toggleOutlines);
  told(addStructure);
  told(() => stepStructure(-1));
  told(() => deleteStructure(2));
  expect(heard).toEqual([
    'Undone: slice 4.',
    'Redone: slice 4.',
    'Click deleted.',
    'Undone: slice 4.',
    'Slice cleared.',
    'Structure 1 hidden.',
    'Structure 1 shown.',
    'Structure 1 locked.',
    'Structure 1 unlocked.',
    'Clicks mean outside.',
    'Clicks mean inside.',
    'Outlines hidden.',
    'Outlines shown.',
    'Structure 2 added.',
    'Structure 1 chosen.',
    'Structure 2 deleted.',
  ]);
});

it('knows a window by its name, and all greys as one of them', () => {
  const seen = [0, 1, PRESETS.length].map((index) => {
    choosePreset(index);
    return preset.value;
  });
  expect(seen).toEqual([0, 1, PRESETS.length]);
  greyWindow.value = { low: 1, high: 2.5 };
  expect(preset.value).toBe(-1);
});

it('asks for a ground truth before an annotator clicks by it', async () => {
  await simulateClicks(1);
  expect(said.value).toEqual({ text: 'Open a ground truth first.', fault: true });
});

it('measures against the label under the first click that was placed, also after that was moved', async () => {
  // Two labels side by side; the clicks lie in one each.
  const data = Uint8Array.from({ length: 5 * 64 * 64 }, (_, i) => (i % 64 < 32 ? 1 : 2));
  truth.value = { data, labels: [1, 2].map((value) => ({ value, name: `Label ${value}` })) };
  const first = foreground(10, 10) as number;
  foreground(50, 50);
  await rest();
  expect(truthLabel.value).toBe(1);
  moveClick(first, { x: 11, y: 10 }, true);
  await rest();
  expect(currentWork.value.clicks.map(({ id }) => id)).toEqual([2, 1]);
  expect(truthLabel.value).toBe(1);
});
