import * as core from '@cornerstonejs/core';
import * as tools from '@cornerstonejs/tools';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClickSegmentTool } from '../src/cornerstone/click-segment-tool.ts';
import { fakeSegmenter } from './fake-segmenter.ts';

// cornerstone's own cache, metadata, history and tool groups; the viewport, which wants a screen, is acted.
const shown = vi.hoisted(() => ({ slice: 0, segment: 1 }));
const [W, H] = [6, 5];
vi.mock('@cornerstonejs/core', async (original) => ({
  ...(await original<typeof core>()),
  getEnabledElement: () => ({
    viewport: {
      id: 'viewport',
      getCurrentImageId: () => `image:${shown.slice}`,
      getImageData: () => ({ imageData: { worldToIndex: (at: number[]) => at }, dimensions: [W, H, 1] }),
    },
  }),
}));
vi.mock('@cornerstonejs/tools', async (original) => {
  const all = await original<typeof tools>();
  return {
    ...all,
    segmentation: {
      activeSegmentation: { getActiveSegmentation: () => ({ segmentationId: 'structures' }) },
      segmentIndex: { getActiveSegmentIndex: () => shown.segment },
      getCurrentLabelmapImageIdsForViewport: () => [`labels:${shown.slice}`],
      triggerSegmentationEvents: { triggerSegmentationDataModified: () => {} },
    },
  };
});

const NAME = ClickSegmentTool.toolName;
tools.addTool(ClickSegmentTool);
const { DefaultHistoryMemo } = core.utilities.HistoryMemo;
const settled = () => new Promise((resolve) => setTimeout(resolve));

let fake: ReturnType<typeof fakeSegmenter>;
let group: tools.Types.IToolGroup;
let tool: ClickSegmentTool;
let loading: Promise<unknown>;
let faults: unknown[];

beforeEach(() => {
  core.cache.purgeCache();
  core.utilities.genericMetadataProvider.clear();
  DefaultHistoryMemo.size = 50; // forgets
  for (let slice = 0; slice < 9; slice++) {
    const scalarData = Int16Array.from({ length: W * H }, (_, i) => i + 1000 * slice);
    const size = { dimensions: [W, H] as core.Types.Point2, spacing: [0.5, 0.6] as core.Types.Point2 };
    core.imageLoader.createAndCacheLocalImage(`image:${slice}`, { scalarData, ...size });
    const getDerivedImageId = () => `labels:${slice}`;
    const targetBuffer = { type: 'Uint8Array' } as const;
    core.imageLoader.createAndCacheDerivedImages([`image:${slice}`], { getDerivedImageId, targetBuffer });
  }
  fake = fakeSegmenter(W, H);
  loading = Promise.resolve();
  faults = [];
  [shown.slice, shown.segment] = [0, 1];
  group = tools.ToolGroupManager.createToolGroup('group') as tools.Types.IToolGroup;
  group.addTool(NAME, {
    segmenter: () => loading.then(() => fake.segmenter),
    onError: (error: unknown) => faults.push(error),
  });
  group.setToolActive(NAME, { bindings: [{ mouseButton: tools.Enums.MouseBindings.Primary }] });
  tool = group.getToolInstance(NAME);
});
afterEach(() => {
  tools.ToolGroupManager.destroy();
  expect(faults).toEqual([]);
});

const image = (slice = 0) => core.cache.getImage(`image:${slice}`) as core.Types.IImage;
const labels = (slice = 0) =>
  core.cache.getImage(`labels:${slice}`)?.voxelManager as core.Types.IVoxelManager<number>;
/** What is labelled on a slice, as `x,y: label`. */
const drawn = (slice = 0) =>
  Array.from({ length: W * H }, (_, i) => [`${i % W},${Math.floor(i / W)}`, labels(slice).getAtIndex(i)])
    .filter(([, label]) => label !== 0)
    .map(([at, label]) => `${at}: ${label}`);
const brush = (x: number, y: number, label: number) => labels().setAtIndex(y * W + x, label);

function at(x: number, y: number, pointer: object = {}) {
  const detail = { element: {}, event: { button: 0, ...pointer }, currentPoints: { world: [x, y, 0] } };
  return { detail } as unknown as tools.Types.EventTypes.InteractionEventType;
}
const press = (x: number, y: number, pointer?: object) => {
  expect(tool.preMouseDownCallback(at(x, y, pointer))).toBe(true);
  return settled();
};
const drag = (x: number, y: number) => {
  void tool.mouseDragCallback(at(x, y));
  return settled();
};
const undo = () => {
  DefaultHistoryMemo.undo();
  return settled();
};
const redo = () => {
  DefaultHistoryMemo.redo();
  return settled();
};

describe('ClickSegmentTool', () => {
  it('draws what was pressed, follows a drag, and takes both back as one', async () => {
    await press(1, 1);
    await press(3, 3);
    await drag(4, 3);
    await drag(4, 4);
    expect(drawn()).toEqual(['1,1: 1', '4,4: 1']);
    await undo();
    expect(drawn()).toEqual(['1,1: 1']);
    await redo();
    expect(drawn()).toEqual(['1,1: 1', '4,4: 1']);
    await press(1, 1, { altKey: true });
    expect(drawn()).toEqual(['4,4: 1']);
  });

  it('leaves what the active segment, and others, held before the first click', async () => {
    brush(0, 0, 1);
    brush(1, 1, 1);
    brush(2, 2, 2);
    const before = drawn();
    await press(1, 1);
    await drag(2, 2);
    expect(drawn()).toEqual(before);
    await drag(3, 3);
    expect(drawn()).toEqual([...before, '3,3: 1']);
    await undo();
    expect(drawn()).toEqual(before);
    await redo();
    expect(drawn()).toEqual([...before, '3,3: 1']);
  });

  it('leaves what a brush adds between two clicks', async () => {
    await press(1, 1);
    brush(5, 0, 1);
    await press(3, 3);
    expect(drawn()).toEqual(['5,0: 1', '1,1: 1', '3,3: 1']);
    await undo();
    await undo();
    expect(drawn()).toEqual(['5,0: 1']);
  });

  it.each(['while the model loads', 'while the network runs'])('loses no click %s', async (when) => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    if (when === 'while the model loads') loading = gate;
    else fake.run = gate;
    for (shown.slice = 0; shown.slice < 9; shown.slice++) await press(shown.slice % W, 2);
    go();
    await settled();
    for (let slice = 0; slice < 9; slice++) expect(drawn(slice)).toEqual([`${slice % W},2: 1`]);
    expect(fake.open).toBe(6);
    for (let clicks = 0; clicks < 9; clicks++) await undo();
    for (let slice = 0; slice < 9; slice++) expect(drawn(slice)).toEqual([]);
  });

  it('goes on with a drag whose slice was closed for others', async () => {
    await press(1, 1);
    group.setToolDisabled(NAME);
    await settled();
    await drag(2, 2);
    expect(drawn()).toEqual(['2,2: 1']);
  });

  it('tells of a drag that failed', async () => {
    await press(1, 1);
    fake.gone = true;
    await drag(2, 2);
    expect(faults.splice(0)).toMatchObject([{ code: 'disposed' }]);
  });

  it('lets its buffers go when it is disabled, and keeps the clicks', async () => {
    await press(1, 1);
    group.setToolDisabled(NAME);
    await settled();
    expect(fake.open).toBe(0);
    expect(drawn()).toEqual(['1,1: 1']);
    await undo();
    expect(drawn()).toEqual([]);
    await redo();
    await press(3, 3);
    expect(drawn()).toEqual(['1,1: 1', '3,3: 1']);
  });
});

describe('how an image is opened', () => {
  const options = async () => {
    await press(1, 1);
    return fake.opened[0]?.options;
  };
  const metadata = (modality: string, lut?: object) => {
    const add = core.utilities.genericMetadataProvider.add;
    add('image:0', { type: 'generalSeriesModule', metadata: { modality } });
    if (lut) add('image:0', { type: 'modalityLutModule', metadata: lut });
  };

  it('with its spacing', async () => {
    expect((await options())?.spacing).toEqual({ x: 0.5, y: 0.6 });
  });

  it.each([undefined, null, 0])('without spacing where it says %s', async (none) => {
    Object.assign(image(), { columnPixelSpacing: none, rowPixelSpacing: none });
    expect((await options())?.spacing).toBeUndefined();
    expect(drawn()).toEqual(['1,1: 1']);
  });

  it('in units, where its values are stored ones', async () => {
    Object.assign(image(), { slope: 2, intercept: -1024 });
    await press(1, 1);
    expect(fake.opened[0]?.image.slice(0, 3)).toEqual([-1024, -1022, -1020]);
  });

  it('as Hounsfield units where it is a CT with a rescale', async () => {
    metadata('CT', { rescaleSlope: 1, rescaleIntercept: 0 });
    expect((await options())?.intensities).toBe('hounsfield');
  });

  it.each([
    ['an MR', 'MR', { rescaleSlope: 1, rescaleIntercept: 0 }],
    ['a picture of a CT', 'CT', { rescaleSlope: 1, rescaleIntercept: 0, rescaleType: 'US' }],
    ['a CT that names no rescale', 'CT', undefined],
  ])('as its values look where it is %s', async (_, modality, lut) => {
    metadata(modality, lut);
    expect((await options())?.intensities).toBe('auto');
  });
});
