import type { Click } from '@clickseg/guidance';
import type { Interaction } from '../interaction.ts';
import type { ModelMetadataInput } from '../metadata.ts';
import type { Segmenter } from '../segmenter.ts';
import { CONFORMANCE_METADATA } from './model.ts';

/** An image, its clicks and how the model is described: everything a mask depends on. */
export interface Scene {
  readonly name: string;
  /** What goes wrong where this scene fails and the others do not. */
  readonly protects: string;
  readonly shape: readonly [number, number];
  /** mm `[row, column]` */
  readonly spacing?: readonly [number, number];
  readonly clicks: readonly Click[];
  readonly metadata?: Partial<ModelMetadataInput>;
}

const inside = (x: number, y: number): Click => ({ x, y, label: 'foreground' });
const outside = (x: number, y: number): Click => ({ x, y, label: 'background' });

export const SCENES: readonly Scene[] = [
  {
    name: 'one click',
    protects: 'that tensors arrive in the right order at all',
    shape: [64, 64],
    clicks: [inside(20, 30)],
  },
  {
    name: 'clicks inside and outside',
    protects: 'the order of the channels',
    shape: [48, 64],
    clicks: [inside(20, 20), inside(44, 25), outside(32, 22), outside(5, 40)],
  },
  {
    name: 'sides that are no multiple of 16',
    protects: 'height and width, which a square would not tell apart, and the padding',
    shape: [37, 53],
    clicks: [inside(40, 8), outside(3, 36)],
  },
  {
    name: 'one pixel',
    protects: 'the smallest input there is',
    shape: [1, 1],
    clicks: [inside(0, 0)],
  },
  {
    name: 'another spacing on each axis',
    protects: 'the way to the working grid and back',
    shape: [60, 41],
    spacing: [0.9, 1.4],
    clicks: [inside(12.25, 40.5), outside(30, 10)],
  },
  {
    name: 'a window on a larger image',
    protects: 'cropping around the clicks',
    shape: [150, 97],
    clicks: [inside(80, 120), inside(70, 100), outside(60, 130)],
  },
  {
    name: 'logits',
    protects: 'outputs asked for by name, and the sigmoid',
    shape: [64, 64],
    clicks: [inside(20, 30)],
    metadata: { outputName: 'logits', output: 'logits' },
  },
];

/** The description of the suite's model as a scene wants it. */
export function describe(scene: Scene): ModelMetadataInput {
  return { ...CONFORMANCE_METADATA, outputName: 'probability', ...scene.metadata };
}

/** Pixels from whole numbers, the same on every machine. */
export function paint([h, w]: readonly [number, number]): {
  data: Int16Array<ArrayBuffer>;
  shape: [number, number];
} {
  const data = Int16Array.from({ length: h * w }, (_, i) => {
    const x = i % w;
    const y = Math.floor(i / w);
    return ((x * 37 + y * 101 + x * y * 3) % 97) + 2 * (((x >> 3) + (y >> 3)) % 5) * 20;
  });
  return { data, shape: [h, w] };
}

/** Opens a scene's image and places its clicks. */
export async function stage(segmenter: Segmenter, scene: Scene): Promise<Interaction> {
  const interaction = await segmenter.open(paint(scene.shape), { spacing: scene.spacing });
  for (const click of scene.clicks) interaction.add(click);
  return interaction;
}
