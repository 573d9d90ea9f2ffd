import { type Case, differing } from './case.ts';
import { EXPECTED } from './expected.ts';
import { describe, SCENES, stage } from './scenes.ts';

/** Each scene's mask beside what onnxruntime's CPU provider answers to it. */
export const maskCases: readonly Case[] = SCENES.map((scene) => ({
  name: `mask: ${scene.name}`,
  protects: scene.protects,
  async run({ load }) {
    const segmenter = await load(describe(scene));
    try {
      const { mask } = await (await stage(segmenter, scene)).predict();
      return differing(mask.data, decode(EXPECTED[scene.name]));
    } finally {
      await segmenter.dispose();
    }
  },
}));

/** Run lengths of 0 and 1 by turns, beginning with 0. @internal */
export function encode(mask: Uint8Array): string {
  const runs: number[] = [];
  let value = 0;
  for (let i = 0; i < mask.length; value = 1 - value) {
    const start = i;
    while (i < mask.length && mask[i] === value) i++;
    runs.push(i - start);
  }
  return runs.join(' ');
}

function decode(runs: string): Uint8Array {
  return Uint8Array.from(runs.split(' ').flatMap((n, i) => new Array<number>(Number(n)).fill(i % 2)));
}
