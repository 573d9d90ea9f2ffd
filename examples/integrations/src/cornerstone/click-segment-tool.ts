import { isClicksegError } from '@clickseg/raster';
import type { Click, Interaction, InteractionJson, Segmenter } from '@clickseg/runtime';
import { cache, getEnabledElement, metaData, type Types, utilities } from '@cornerstonejs/core';
import { BaseTool, segmentation, type Types as ToolTypes } from '@cornerstonejs/tools';
import { answerPainter } from '../answer-painter.ts';
import { openInteractions } from '../open-interactions.ts';

const { DefaultHistoryMemo } = utilities.HistoryMemo;

/** How the tool is configured, as `toolGroup.addTool(ClickSegmentTool.toolName, configuration)`. */
export interface ClickSegmentConfiguration {
  /** Called on the first click, so that a model is fetched only by those who use the tool. */
  readonly segmenter: () => Promise<Pick<Segmenter, 'open'>>;
  /** Told of what failed. Default: the console. */
  readonly onError?: (error: unknown) => void;
}

/** Where a click's answer goes: one segment of one slice's labelmap. */
interface Target {
  readonly key: string;
  /** Does something with its interaction, opened anew with its clicks where it was closed for others. */
  use<T>(work: (interaction: Interaction) => T | Promise<T>): Promise<T>;
  readonly segmentationId: string;
  readonly segmentIndex: number;
  readonly labelmapId: string;
}

/**
 * A cornerstone3D tool for stack viewports: press in a structure and its outline answers, drag and it follows. With
 * Alt, or the secondary button where the tool is bound to it, the click says what does not belong to it. The mask goes
 * into the active segment of the viewport's active segmentation, whose other pixels stay; undo and redo are cornerstone's
 * own (`DefaultHistoryMemo`), a whole press and drag at a time.
 */
export class ClickSegmentTool extends BaseTool {
  static override toolName = 'ClickSegment';
  declare configuration: ClickSegmentConfiguration & Record<string, unknown>;
  private readonly interactions = openInteractions();
  private readonly paint = answerPainter();
  private pressed: ReturnType<ClickSegmentTool['add']> | undefined;

  constructor(props: ToolTypes.PublicToolProps = {}) {
    super(props, { supportedInteractionTypes: ['Mouse', 'Touch'] });
  }

  // cornerstone calls these by their names; it dispatches drags to the tool that is bound to the pressed button.
  preMouseDownCallback = (event: ToolTypes.EventTypes.InteractionEventType) => this.press(event);
  preTouchStartCallback = (event: ToolTypes.EventTypes.InteractionEventType) => this.press(event);
  mouseDragCallback = (event: ToolTypes.EventTypes.InteractionEventType) => this.drag(event).catch(this.fail);
  touchDragCallback = (event: ToolTypes.EventTypes.InteractionEventType) => this.drag(event).catch(this.fail);

  // The one end that a tool is told of. The clicks are kept, for undo and for when the tool is active again.
  onSetToolDisabled = () => void this.interactions.close();

  private press(event: ToolTypes.EventTypes.InteractionEventType): boolean {
    const at = pixel(event);
    this.pressed = undefined;
    if (at === undefined) return false;
    const { event: pointer } = event.detail as { event?: MouseEvent };
    const label = pointer?.altKey || pointer?.button === 2 ? 'background' : 'foreground';
    this.pressed = this.add(event, { ...at, label });
    this.pressed.catch(this.fail);
    return true;
  }

  private async add(event: ToolTypes.EventTypes.InteractionEventType, click: Click) {
    const target = this.target(event);
    return target.use((interaction) => {
      const before = interaction.toJSON();
      const id = interaction.add(click);
      this.remember(target, before);
      void this.predict(target);
      return { target, id };
    });
  }

  private async drag(event: ToolTypes.EventTypes.InteractionEventType): Promise<void> {
    const [at, pressed] = [pixel(event), await this.pressed?.catch(() => undefined)];
    if (at === undefined || pressed === undefined) return;
    const { target, id } = pressed;
    await target.use((interaction) => {
      if (!interaction.clicks.some((click) => click.id === id)) return; // undone meanwhile
      interaction.move(id, at);
      void this.predict(target);
    });
  }

  private target(event: ToolTypes.EventTypes.InteractionEventType): Target {
    const { viewport } = enabled(event);
    const active = segmentation.activeSegmentation.getActiveSegmentation(viewport.id);
    const segmentationId = active?.segmentationId ?? '';
    const segmentIndex = segmentation.segmentIndex.getActiveSegmentIndex(segmentationId);
    const labelmapId = segmentation.getCurrentLabelmapImageIdsForViewport(viewport.id, segmentationId)?.[0];
    if (!segmentIndex || !labelmapId)
      throw new Error('ClickSegment: the viewport has no active segment of a labelmap');
    const key = [labelmapId, segmentIndex].join();
    const imageId = (viewport as Types.IStackViewport).getCurrentImageId();
    const use: Target['use'] = (work) => this.interactions.use(key, () => this.open(imageId), work);
    return { key, use, segmentationId, segmentIndex, labelmapId };
  }

  private async open(imageId: string): Promise<Interaction> {
    const image = cached(imageId);
    const { rows, columns, slope, intercept } = image;
    const stored = image.getPixelData();
    const scaled = image.preScale?.scaled || (slope === 1 && intercept === 0);
    const data = scaled ? stored : Float32Array.from(stored, (value) => value * slope + intercept);
    const segmenter = await this.configuration.segmenter();
    const [x, y] = [image.columnPixelSpacing, image.rowPixelSpacing];
    const options = { spacing: x && y ? { x, y } : undefined, intensities: intensities(imageId) };
    return segmenter.open({ data, shape: [rows, columns] }, options);
  }

  private predict({ key, use, segmentationId, segmentIndex, labelmapId }: Target): Promise<void> {
    return use(async (interaction) => {
      const { mask } = await interaction.predict();
      const voxels = cached(labelmapId).voxelManager as Types.IVoxelManager<number>;
      this.paint(key, mask.data as Uint8Array, segmentIndex, voxels);
      segmentation.triggerSegmentationEvents.triggerSegmentationDataModified(segmentationId);
    }).catch((error) => {
      // A newer click took this one's place, or the viewer disposed of the segmenter.
      if (error.name !== 'AbortError' && !isClicksegError(error, 'disposed')) this.fail(error);
    });
  }

  private remember(target: Target, before: InteractionJson): void {
    let after = before;
    const restore = (undo: boolean) =>
      target.use((interaction) => {
        if (undo) after = interaction.toJSON();
        interaction.fromJSON(undo ? before : after);
        return this.predict(target);
      });
    DefaultHistoryMemo.push({ restoreMemo: (undo = true) => restore(undo).catch(this.fail) });
  }

  private readonly fail = (error: unknown) => (this.configuration.onError ?? console.error)(error);
}

const enabled = (event: ToolTypes.EventTypes.InteractionEventType) =>
  getEnabledElement(event.detail.element) as Types.IEnabledElement;

const cached = (imageId: string) => cache.getImage(imageId) as Types.IImage;

/** A CT is read as one: `auto` would read its slices without air unlike the others. A picture of one has other units. */
function intensities(imageId: string): 'hounsfield' | 'auto' {
  const { rescaleIntercept, rescaleType } = metaData.get('modalityLutModule', imageId) ?? {};
  const hounsfield = rescaleIntercept != null && (rescaleType || 'HU') === 'HU';
  const { modality } = metaData.get('generalSeriesModule', imageId) ?? {};
  return modality === 'CT' && hounsfield ? 'hounsfield' : 'auto';
}

/** Pixel of the image under the pointer, centres at whole numbers; `undefined` beside the image. */
function pixel(event: ToolTypes.EventTypes.InteractionEventType): { x: number; y: number } | undefined {
  const image = (enabled(event).viewport as Types.IStackViewport).getImageData();
  if (!image) return undefined;
  const { world } = event.detail.currentPoints;
  const [x, y] = utilities.transformWorldToIndexContinuous(image.imageData, world) as Types.Point3;
  const [width, height] = image.dimensions;
  return x >= -0.5 && y >= -0.5 && x < width - 0.5 && y < height - 0.5 ? { x, y } : undefined;
}
