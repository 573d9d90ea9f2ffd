import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lossCurve } from './loss-curve.ts';
import { openRun } from './run-folder.ts';
import { stepMeans } from './step-means.ts';

export interface PublishCommand {
  readonly run: string;
  readonly to: string;
}

// 25,000 steps are 5 MB, of which nobody reads every line.
const STEPS_A_LINE = 10;

/** Puts a finished run's weights, loss curve and log (means of ten steps) into the model package, with their SHA-256. */
export async function publishCommand({ run, to }: PublishCommand): Promise<void> {
  const weights = await readFile(join(run, 'model.onnx'));
  const sha256 = createHash('sha256').update(weights).digest('hex');
  await mkdir(join(to, 'figures'), { recursive: true });
  await writeFile(join(to, 'model.onnx'), weights);
  const steps = await (await openRun(run)).steps();
  await writeFile(join(to, 'figures/loss.svg'), lossCurve(steps));
  const log = stepMeans(steps, STEPS_A_LINE).map((step) => `${JSON.stringify(step)}\n`);
  await writeFile(join(to, 'training-log.jsonl'), log.join(''));
  await writeFile(
    join(to, 'model.js'),
    `// Written by \`clickseg-train publish\`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '${sha256}',
  size: ${weights.length},
};
`,
  );
  console.log(`${to}: model.onnx, ${(weights.length / 1e6).toFixed(1)} MB, SHA-256 ${sha256}`);
}
