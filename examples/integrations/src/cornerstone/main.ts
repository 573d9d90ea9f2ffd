import * as core from '@cornerstonejs/core';
import * as tools from '@cornerstonejs/tools';
import { loadOnce } from '../load-once.ts';
import { loadSegmenter } from '../load-segmenter.ts';
import { openSample } from '../open-sample.ts';
import { ClickSegmentTool } from './click-segment-tool.ts';

const { segmentation, Enums } = tools;
const [VIEWPORT, SEGMENTATION, IMAGE] = ['chest', 'clickseg', 'sample:chest'];
const status = document.querySelector<HTMLElement>('#status')!;

core.init();
tools.init();

// An image: here one slice that is read by hand; a viewer has its own loader and metadata provider.
const { image, spacing, modality } = await openSample();
const [height, width] = image.shape as [number, number];
const shown = core.imageLoader.createAndCacheLocalImage(IMAGE, {
  scalarData: image.data as Int16Array,
  dimensions: [width, height],
  spacing: [spacing.x, spacing.y],
});
[shown.windowCenter, shown.windowWidth] = [40, 400]; // soft tissue
core.utilities.genericMetadataProvider.add(IMAGE, {
  type: core.Enums.MetadataModules.GENERAL_SERIES,
  metadata: { modality },
});

const engine = new core.RenderingEngine('engine');
const element = document.querySelector<HTMLDivElement>('#viewport')!;
engine.enableElement({ viewportId: VIEWPORT, type: core.Enums.ViewportType.STACK, element });
const viewport = engine.getViewport(VIEWPORT) as core.StackViewport;
await viewport.setStack([IMAGE]);
element.addEventListener('contextmenu', (event) => event.preventDefault());

// A labelmap of two segments over it.
const [labelmap] = core.imageLoader.createAndCacheDerivedLabelmapImages([IMAGE]);
segmentation.addSegmentations([
  {
    segmentationId: SEGMENTATION,
    representation: {
      type: Enums.SegmentationRepresentations.Labelmap,
      data: { imageIds: [labelmap!.imageId] },
    },
    config: { segments: { 1: { label: 'Structure 1', active: true }, 2: { label: 'Structure 2' } } },
  },
]);
segmentation.addLabelmapRepresentationToViewport(VIEWPORT, [{ segmentationId: SEGMENTATION }]);
segmentation.config.color.setSegmentIndexColor(VIEWPORT, SEGMENTATION, 1, [240, 228, 66, 255]);
segmentation.config.color.setSegmentIndexColor(VIEWPORT, SEGMENTATION, 2, [86, 180, 233, 255]);

// The tool, on both buttons: left for what belongs to the structure, right for what does not.
tools.addTool(ClickSegmentTool);
const group = tools.ToolGroupManager.createToolGroup('tools')!;
group.addTool(ClickSegmentTool.toolName, {
  segmenter: loadOnce(loadSegmenter),
  onError: (error: unknown) => (status.textContent = String(error)),
});
group.addViewport(VIEWPORT, engine.id);
const { Primary, Secondary } = Enums.MouseBindings;
group.setToolActive(ClickSegmentTool.toolName, {
  bindings: [
    { mouseButton: Primary },
    { mouseButton: Primary, modifierKey: Enums.KeyboardBindings.Alt },
    { mouseButton: Secondary },
    { numTouchPoints: 1 },
  ],
});

const { DefaultHistoryMemo } = core.utilities.HistoryMemo;
const on = (id: string, act: () => void) => (document.querySelector<HTMLElement>(id)!.onclick = act);
on('#undo', () => DefaultHistoryMemo.undo());
on('#redo', () => DefaultHistoryMemo.redo());
for (const index of [1, 2]) {
  on(`#segment-${index}`, () => segmentation.segmentIndex.setActiveSegmentIndex(SEGMENTATION, index));
}

// Says how large each segment is, whoever changes it: a tool of another kind, undo, or ours.
core.eventTarget.addEventListener(Enums.Events.SEGMENTATION_DATA_MODIFIED, () => {
  const labels = labelmap!.getPixelData() as Uint8Array;
  const area = (index: number) =>
    (labels.reduce((sum, label) => sum + Number(label === index), 0) * spacing.x * spacing.y) / 100;
  status.textContent = [1, 2].map((index) => `Structure ${index}: ${area(index).toFixed(1)} cm²`).join(', ');
});
viewport.render();
status.textContent = 'Click in a structure; the model comes with the first click.';
document.body.dataset['ready'] = 'true';
// For the console, and for the tests.
Object.assign(globalThis, { core, tools });
