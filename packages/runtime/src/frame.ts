import { createGuidance, type PlacedClick } from '@clickseg/guidance';
import { type Network, runNetwork, toProbability } from './network.ts';

/** A click on the network's own pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly label: PlacedClick['label'];
}

/** A rectangle within a plane of `width` columns. */
export interface Part {
  readonly data: Float32Array;
  readonly width: number;
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * The network's input, kept between runs: the image in its first channel, the guidance maps in the next
 * two, the mask before the newest click in the fourth of those that have one. A click that did not change costs nothing.
 */
export interface Frame {
  /** Copies a part of an image to the top left corner, zeros (the mean) elsewhere, and forgets all clicks. */
  load(part: Part): void;
  /** Copies a part of a mask to the fourth channel's top left corner, zeros elsewhere; without one, all is zero. */
  show(part: Part | undefined): void;
  /** Makes the maps those of exactly these clicks, by id. */
  place(spots: ReadonlyMap<number, Spot>): void;
  /** Runs the network; its output as it is. */
  run(signal?: AbortSignal): Promise<Float32Array>;
  /** Writes the probabilities of an output's top left corner to a part of a plane. */
  read(output: Float32Array, part: Part): void;
}

/** @param size - `[h, w]` of the network's input */
export function createFrame(network: Network, size: readonly [number, number]): Frame {
  const { metadata } = network;
  const [h, w] = size;
  const input = new Float32Array(network.io.channels * h * w);
  const guidance = createGuidance({ shape: size, sigma: metadata.sigma, kernel: metadata.kernel });
  const placed = new Map<number, Spot & { readonly key: number }>();

  const fill = (channel: number, part: Part | undefined) => {
    const at = channel * h * w;
    input.fill(0, at, at + h * w);
    if (!part) return;
    const { data, width, x, y, columns, rows } = part;
    for (let i = 0; i < rows; i++) {
      const from = (y + i) * width + x;
      input.set(data.subarray(from, from + columns), at + i * w);
    }
  };

  return {
    load(part) {
      guidance.clear();
      placed.clear();
      fill(0, part);
    },
    show: (part) => fill(3, part),
    place(spots) {
      for (const [id, { key, label }] of placed) {
        if (spots.get(id)?.label === label) continue;
        guidance.remove(key);
        placed.delete(id);
      }
      for (const [id, spot] of spots) {
        const now = placed.get(id);
        if (now?.x === spot.x && now.y === spot.y) continue;
        const key = now?.key ?? guidance.add(spot);
        if (now !== undefined) guidance.move(key, spot);
        placed.set(id, { ...spot, key });
      }
      input.set(guidance.maps.data, h * w);
    },
    run: (signal) => runNetwork(network, input, size, signal),
    read(output, { data, width, x, y, columns, rows }) {
      const logits = metadata.output === 'logits';
      for (let i = 0; i < rows; i++) {
        const to = (y + i) * width + x;
        for (let j = 0; j < columns; j++) {
          const value = output[i * w + j];
          // What nearly every pixel is, decided here, so that the loop calls nothing.
          const plain = !logits && value >= 0 && value <= 1;
          data[to + j] = plain ? value : toProbability(value, metadata.output);
        }
      }
    },
  };
}
