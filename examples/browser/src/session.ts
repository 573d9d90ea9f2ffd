import { type Volume, writeNifti } from '@clickseg/example-dataset';
import { type DenseRaster, raster } from '@clickseg/raster';
import type { Interaction, Prediction, Segmenter } from '@clickseg/runtime';
import { openVolume, propagate } from '@clickseg/runtime/volume';

/** One structure that is being outlined. */
export interface Structure {
  readonly id: number;
  name: string;
  readonly color: string;
  visible: boolean;
  locked: boolean;
  readonly slices: Map<number, { readonly interaction: Interaction; prediction?: Prediction }>;
}

// Okabe and Ito's colours, told apart by colour-blind readers too; the first stands out on grey.
const COLORS = ['#f0e442', '#56b4e9', '#e69f00', '#cc79a7', '#009e73', '#d55e00'];

/** The scan that is open and everything that was clicked in it. */
export interface Session {
  readonly volume: Volume;
  readonly structures: readonly Structure[];
  addStructure(): Structure;
  /** The clicks of a structure on a slice; opened when first asked for. */
  interaction(structure: Structure, slice: number): Promise<Interaction>;
  /** Predicts and keeps the answer; `undefined` where a newer click took its place. */
  predict(structure: Structure, slice: number): Promise<Prediction | undefined>;
  /** Carries a slice's mask to its neighbours; yields each slice that was kept. */
  carry(
    structure: Structure,
    slice: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ slice: number; done: number; total: number }>;
  /** Every structure as one label map, 1, 2, ... in the list's order, as a NIfTI file. */
  labelMap(): Uint8Array;
  clicks(): unknown;
}

export function createSession(segmenter: Segmenter, volume: Volume): Session {
  const { x, y, z } = volume.spacing;
  const slices = openVolume(segmenter, raster(volume.data, volume.shape), { spacing: { x, y, z } });
  const structures: Structure[] = [];

  const session: Session = {
    volume,
    structures,
    addStructure() {
      const id = structures.length + 1;
      const color = COLORS[(id - 1) % COLORS.length] as string;
      const added = { id, name: `Structure ${id}`, color, visible: true, locked: false, slices: new Map() };
      structures.push(added);
      return added;
    },
    async interaction(structure, slice) {
      const known = structure.slices.get(slice);
      if (known) return known.interaction;
      const interaction = await slices.open(slice);
      // Two clicks may have asked at once.
      const raced = structure.slices.get(slice);
      if (raced) return raced.interaction;
      structure.slices.set(slice, { interaction });
      return interaction;
    },
    async predict(structure, slice) {
      const interaction = await session.interaction(structure, slice);
      try {
        const prediction = await interaction.predict();
        structure.slices.set(slice, { interaction, prediction });
        return prediction;
      } catch (error) {
        if ((error as Error).name === 'AbortError') return undefined;
        throw error;
      }
    },
    async *carry(structure, slice, signal) {
      const from = structure.slices.get(slice)?.prediction;
      if (from === undefined) return;
      for await (const step of propagate(slices, slice, from.mask as DenseRaster, { signal })) {
        if (!step.kept) continue;
        const interaction = await slices.open(step.index);
        interaction.fromJSON(step.json);
        structure.slices.set(step.index, { interaction, prediction: step.prediction });
        yield { slice: step.index, done: step.done, total: step.total };
      }
    },
    labelMap() {
      const [, height, width] = volume.shape;
      const data = new Uint8Array(volume.data.length);
      for (const [i, structure] of structures.entries()) {
        for (const [slice, { prediction }] of structure.slices) {
          prediction?.mask.data.forEach((inside, at) => {
            if (inside) data[slice * height * width + at] = i + 1;
          });
        }
      }
      return writeNifti({ ...volume, data });
    },
    clicks() {
      return structures.map(({ name, slices: own }) => ({
        name,
        slices: [...own].map(([slice, { interaction }]) => ({ slice, ...interaction.toJSON() })),
      }));
    },
  };
  session.addStructure();
  return session;
}
