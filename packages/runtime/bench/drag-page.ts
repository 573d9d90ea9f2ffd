// What bench/drag.ts calls in a page: a drag of 200 moves at 60 Hz with the shipped model.
import { createSegmenter, type Prediction } from '../src/index.ts';
import { fetchModel, workerBackend } from '../src/web/index.ts';
import { image } from './image.ts';

const path = Array.from({ length: 200 }, (_, i) => ({ x: 150 + i * 0.5, y: 256 + 25 * Math.sin(i / 20) }));
const FIRST = { x: 196, y: 256, label: 'foreground' } as const;
const median = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
const frame = () => new Promise((resolve) => setTimeout(resolve, 1000 / 60));

const bench = {
  /** @param number - of the click that is dragged: the only one, or one after another */
  async drag(file: 'model.onnx' | 'compact.onnx', number: 1 | 2) {
    const backend = workerBackend(() => new Worker('/worker.js?provider=wasm', { type: 'module' }));
    const segmenter = await createSegmenter({ model: await fetchModel(`/model/${file}`), backend });
    const spacing = { x: 0.7, y: 0.7 };
    const interaction = await segmenter.open(image, { spacing });
    if (number === 2) {
      interaction.add(FIRST);
      await interaction.predict();
    }
    const id = interaction.add({ ...path[0], label: 'foreground' });
    await interaction.predict();
    const finished: Prediction[] = [];
    // Predictions under way or waiting at each move, of those asked for since the drag began.
    let [open, most, aborted, stall] = [0, 0, 0, 0];
    const begun = performance.now();
    let ticked = begun;
    const answers: Promise<Prediction>[] = [];
    for (const to of path) {
      await frame();
      const now = performance.now();
      stall = Math.max(stall, now - ticked);
      ticked = now;
      interaction.move(id, to);
      most = Math.max(most, open++);
      const answer = interaction.predict();
      answers.push(answer);
      answer.then(
        (prediction) => {
          open--;
          finished.push(prediction);
        },
        () => {
          open--;
          aborted++;
        },
      );
    }
    const end = await answers[answers.length - 1];
    const seconds = (performance.now() - begun) / 1000;
    const fresh = await segmenter.open(image, { spacing });
    if (number === 2) fresh.add(FIRST);
    fresh.add({ ...path[path.length - 1], label: 'foreground' });
    const expected = (await fresh.predict()).mask.data;
    const differing = end.mask.data.reduce((n, v, i) => n + Number(v !== expected[i]), 0);
    const inference = median(finished.map(({ timings }) => timings.inference));
    await segmenter.dispose();
    return {
      isolated: crossOriginIsolated,
      cores: navigator.hardwareConcurrency,
      provider: segmenter.provider,
      seconds,
      masks: finished.length,
      aborted,
      most,
      stall,
      inference,
      differing,
    };
  },
};

declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
