import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { hasIndex, makeOutFolder } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { attachMetadata } from '@clickseg/runtime/node';
import { readBaseModel } from './base-model.ts';
import { dataFolder } from './data-folder.ts';
import { eightBits } from './eight-bits.ts';
import { readFit } from './fit.ts';
import { lossCurve } from './loss-curve.ts';
import { openRun } from './run-folder.ts';
import { stepMeans } from './step-means.ts';
import { writeWhole } from './write-whole.ts';

export interface PublishCommand {
  readonly run: string;
  /** model-ct's where not given. */
  readonly to?: string;
  /** The data that it was trained on: the 8-bit form is calibrated on its train split. */
  readonly data?: string;
}

const MODEL_CT_PACKAGE = '../../packages/model-ct';

// 25,000 steps are 5 MB, of which nobody reads every line.
const STEPS_A_LINE = 10;

/**
 * Puts a finished run into the model package: its weights, as floats and in 8 bits, each with its SHA-256, its loss curve
 * and its log (means of ten steps).
 *
 * @throws ClicksegError `invalid-option` for a run of `fit` without a package of its own
 */
export async function publishCommand({ run, to: named, data }: PublishCommand): Promise<void> {
  if (named === undefined && (await readFit(run))) {
    const why = 'a run of fit is no model-ct: name the package that it goes into with --to';
    throw new ClicksegError('invalid-option', `publish: --run ${run}: ${why}`);
  }
  const to = named ?? MODEL_CT_PACKAGE;
  const folder = dataFolder('publish', data);
  const base = await readBaseModel(join(run, 'model.onnx'));
  // Before scans are read.
  await makeOutFolder(join(to, 'figures'), '--to');
  const small = await eightBits(base, { data: folder, split: hasIndex(folder) ? 'train' : undefined });
  const { metadata } = base;
  const forms = {
    model: base.bytes,
    compact: attachMetadata(small, { ...metadata, name: `${metadata.name}-8bit` }),
  };
  const steps = await (await openRun(run)).steps();
  await writeWhole(join(to, 'figures/loss.svg'), lossCurve(steps));
  const log = stepMeans(steps, STEPS_A_LINE).map((step) => `${JSON.stringify(step)}\n`);
  await writeWhole(join(to, 'training-log.jsonl'), log.join(''));
  let module = '// Written by `clickseg-train publish`.\n';
  for (const [name, bytes] of Object.entries(forms)) {
    await writeWhole(join(to, `${name}.onnx`), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    module += `export const ${name} = {
  url: new URL('./${name}.onnx', import.meta.url),
  sha256: '${sha256}',
  size: ${bytes.length},
};
`;
    console.log(`${to}: ${name}.onnx, ${(bytes.length / 1e6).toFixed(1)} MB, SHA-256 ${sha256}`);
  }
  await writeWhole(join(to, 'model.js'), module);
}
