/**
 * What the variants cost for one image at width 16, in turns, so that a busy machine slows all alike. With one thread
 * (the default) the processor time is the cost even on a busy machine; with more, threads that wait spin, and only the
 * wall time of an idle machine means something. Arguments: rounds, threads.
 *
 *     npx esbuild bench/variants.ts --bundle --platform=node --format=esm --external:onnxruntime-node --outfile=dist/bench/variants.mjs && node dist/bench/variants.mjs
 */
import * as ort from 'onnxruntime-node';
import { countOperations, exportModel, exportParts, initialWeights, unet } from '../src/index.ts';

const rounds = Number(process.argv[2] ?? 15);
const threads = Number(process.argv[3] ?? 1);
const option = { logSeverityLevel: 3, intraOpNumThreads: threads, interOpNumThreads: 1 } as const;
const median = (t: number[]) => t.sort((a, b) => a - b)[t.length >> 1];
const noise = (channels: number, h: number, w: number) =>
  new ort.Tensor('float32', Float32Array.from({ length: channels * h * w }, Math.random), [
    1,
    channels,
    h,
    w,
  ]);

for (const side of [192, 256, 512]) {
  const runs: {
    name: string;
    operations: number;
    run: () => Promise<unknown>;
    wall: number[];
    cpu: number[];
  }[] = [];
  for (const variant of ['fig2', 'separable', 'late'] as const) {
    const net = unet({ variant });
    const weights = initialWeights(net, Math.random);
    const operations = countOperations(net, [side, side]);
    const whole = await ort.InferenceSession.create(exportModel(net, weights), option);
    const input = noise(3, side, side);
    runs.push({
      name: variant,
      operations: operations.total,
      run: () => whole.run({ input }),
      wall: [],
      cpu: [],
    });
    if (variant !== 'late') continue;
    const parts = exportParts(net, weights);
    const encoder = await ort.InferenceSession.create(parts.encoder, option);
    const decoder = await ort.InferenceSession.create(parts.decoder, option);
    const features = await encoder.run({ image: noise(1, side, side) });
    const feeds = { ...features, guidance: noise(2, side, side) };
    const perClick = { operations: operations.perClick, run: () => decoder.run(feeds) };
    runs.push({ name: 'late, decoder', ...perClick, wall: [], cpu: [] });
  }
  for (let i = 0; i < rounds + 2; i++) {
    for (const { run, wall, cpu } of runs) {
      const [begun, before] = [performance.now(), process.cpuUsage()];
      await run();
      const used = process.cpuUsage(before);
      if (i < 2) continue;
      wall.push(performance.now() - begun);
      cpu.push((used.user + used.system) / 1000);
    }
  }
  const reference = median(runs[0].cpu);
  for (const { name, operations, wall, cpu } of runs) {
    console.log(
      `${side} x ${side}  ${name.padEnd(14)} ${(operations / 1e9).toFixed(2)} G multiply-adds, processor ` +
        `${median(cpu).toFixed(1)} ms (${(median(cpu) / reference).toFixed(2)} of fig2), wall ${median(wall).toFixed(1)} ms`,
    );
  }
}
