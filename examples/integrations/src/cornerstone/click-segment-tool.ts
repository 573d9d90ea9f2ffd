import { isClicksegError } from '@clickseg/raster';
import type { Click, Interaction, InteractionJson, Segmenter } from '@clickseg/runtime';
import { cache, getEnabledElement, type Types, utilities } from '@cornerstonejs/core';
import { BaseTool, segmentation, type Types as ToolTypes } from '@cornerstonejs/tools';
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
  /** Opened, or opened anew with its clicks, where it was closed for others. */
  interaction(): Promise<Interaction>;
  readonly segmentationId: string;
  readonly segmentIndex: number;
  readonly labelmapId: string;
}

/**
 * A cornerstone3D tool for stack viewports: press in a structure and its outline answers, drag and it follows. With
 * Alt, or the secondary button where the tool is bound to it, the click says what does not belong to it. The mask goes
 * into the active segment of the viewport's active segmentation; undo and redo are cornerstone's own
 * (`DefaultHistoryMemo`), a whole press and drag at a time.
 */
export class ClickSegmentTool extends BaseTool {
  static override toolName = 'ClickSegment';
  declare configuration: ClickSegmentConfiguration & Record<string, unknown>;
  private readonly interactions = openInteractions();
  private pressed: ReturnType<ClickSegmentTool['add']> | undefined;

  constructor(props: ToolTypes.PublicToolProps = {}) {
    super(props, { supportedInteractionTypes: ['Mouse', 'Touch'] });
  }

  // cornerstone calls these by their names; it dispatches drags to the tool that is bound to the pressed button.
  preMouseDownCallback = (event: ToolTypes.EventTypes.InteractionEventType) => this.press(event);
  preTouchStartCallback = (event: ToolTypes.EventTypes.InteractionEventType) => this.press(event);
  mouseDragCallback = (event: ToolTypes.EventTypes.InteractionEventType) => this.drag(event);
  touchDragCallback = (event: ToolTypes.EventTypes.InteractionEventType) => this.drag(event);

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
    const interaction = await target.interaction();
    const before = interaction.toJSON();
    const id = interaction.add(click);
    this.remember(target, before);
    void this.predict(target, interaction);
    return { target, interaction, id };
  }

  private async drag(event: ToolTypes.EventTypes.InteractionEventType): Promise<void> {
    const [at, pressed] = [pixel(event), await this.pressed?.catch(() => undefined)];
    if (at === undefined || pressed === undefined) return;
    const { target, interaction, id } = pressed;
    if (!interaction.clicks.some((click) => click.id === id)) return; // undone meanwhile
    interaction.move(id, at);
    void this.predict(target, interaction);
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
    const interaction = () => this.interactions.get(key, () => this.open(imageId));
    return { interaction, segmentationId, segmentIndex, labelmapId };
  }

  private async open(imageId: string): Promise<Interaction> {
    const image = cached(imageId);
    const { rows, columns, slope, intercept } = image;
    const stored = image.getPixelData();
    const scaled = image.preScale?.scaled || (slope === 1 && intercept === 0);
    const data = scaled ? stored : Float32Array.from(stored, (value) => value * slope + intercept);
    const segmenter = await this.configuration.segmenter();
    const spacing = { x: image.columnPixelSpacing, y: image.rowPixelSpacing };
    return segmenter.open({ data, shape: [rows, columns] }, { spacing });
  }

  private async predict(target: Target, interaction: Interaction): Promise<void> {
    const { segmentationId, segmentIndex, labelmapId } = target;
    try {
      const { mask } = await interaction.predict();
      const voxels = cached(labelmapId).voxelManager as Types.IVoxelManager<number>;
      // What belongs to another segment stays with it, so that a mask that spills for a moment takes nothing away.
      (mask.data as Uint8Array).forEach((inside, i) => {
        const label = voxels.getAtIndex(i);
        if (inside && label === 0) voxels.setAtIndex(i, segmentIndex);
        else if (!inside && label === segmentIndex) voxels.setAtIndex(i, 0);
      });
      segmentation.triggerSegmentationEvents.triggerSegmentationDataModified(segmentationId);
    } catch (error) {
      // A newer click took this one's place, or others this slice's.
      if ((error as Error).name !== 'AbortError' && !isClicksegError(error, 'disposed')) this.fail(error);
    }
  }

  private remember(target: Target, before: InteractionJson): void {
    let after = before;
    const restore = async (undo: boolean) => {
      const interaction = await target.interaction();
      if (undo) after = interaction.toJSON();
      interaction.fromJSON(undo ? before : after);
      await this.predict(target, interaction);
    };
    DefaultHistoryMemo.push({ restoreMemo: (undo = true) => restore(undo).catch(this.fail) });
  }

  private readonly fail = (error: unknown) => (this.configuration.onError ?? console.error)(error);
}

const enabled = (event: ToolTypes.EventTypes.InteractionEventType) =>
  getEnabledElement(event.detail.element) as Types.IEnabledElement;

const cached = (imageId: string) => cache.getImage(imageId) as Types.IImage;

/** Pixel of the image under the pointer, centres at whole numbers; `undefined` beside the image. */
function pixel(event: ToolTypes.EventTypes.InteractionEventType): { x: number; y: number } | undefined {
  const image = (enabled(event).viewport as Types.IStackViewport).getImageData();
  if (!image) return undefined;
  const { world } = event.detail.currentPoints;
  const [x, y] = utilities.transformWorldToIndexContinuous(image.imageData, world) as Types.Point3;
  const [width, height] = image.dimensions;
  return x >= -0.5 && y >= -0.5 && x < width - 0.5 && y < height - 0.5 ? { x, y } : undefined;
}
