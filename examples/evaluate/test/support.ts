import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePhantom, PHANTOM_LABELS, writeNifti } from '@clickseg/example-dataset';
import { seededRandom } from '@clickseg/simulate';
import { exportModel, initialWeights, unet } from '@clickseg/train';

/** A folder that a test has to itself; `remove` when done. */
export async function scratchFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'clickseg-evaluate-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A network of no use but for tests: its weights are random, and always the same. */
export async function writeTinyModel(path: string, name = 'tiny'): Promise<string> {
  const net = unet({ width: 2, levels: 1 });
  const metadata = JSON.stringify({ name, spacing: 8, sizeMultiple: 2, maxSize: 64 });
  await writeFile(path, exportModel(net, initialWeights(net, seededRandom(7)), { clickseg: metadata }));
  return path;
}

/** One entry of a phantom folder's `index.json`. */
export interface PhantomEntry {
  readonly case: string;
  readonly image: string;
  readonly label: string;
  [key: string]: unknown;
}

/**
 * A data folder of phantom patients, two slices of 40 x 48 each, in two groups of which one may be shown.
 * @param change - spoils entries or files before the index is written
 */
export async function writePhantoms(
  folder: string,
  patients: number,
  change: (entries: PhantomEntry[]) => void | Promise<void> = () => {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const entries: PhantomEntry[] = [];
  for (let n = 0; n < patients; n++) {
    const phantom = makePhantom({ seed: 100 + n, shape: [2, 40, 48], spacing: { x: 8, y: 8, z: 20 } });
    const name = `phantom_${n}`;
    await writeFile(join(folder, `${name}_img.nii`), writeNifti(phantom.image));
    await writeFile(join(folder, `${name}_lab.nii`), writeNifti(phantom.label));
    entries.push({
      case: name,
      split: 'val',
      group: n % 2 === 0 ? 'phantom_open' : 'phantom_closed',
      patient: `p${n}`,
      kind: '3d',
      modality: 'CT',
      dataset: 'phantoms',
      licence: n % 2 === 0 ? 'CC BY 4.0' : 'Apache-2.0; origin not stated: internal use only',
      image: `${name}_img.nii`,
      label: `${name}_lab.nii`,
      shape: [48, 40, 2],
      spacing: [8, 8, 20],
      labels: labelCounts(phantom.label.data, 40 * 48),
    });
  }
  await change(entries);
  await writeFile(join(folder, 'index.json'), JSON.stringify(entries));
  return folder;
}

function labelCounts(data: Uint8Array, slice: number): Record<string, { id: number; slices: number }> {
  const counts: Record<string, { id: number; slices: number }> = {};
  for (const [name, id] of Object.entries(PHANTOM_LABELS)) {
    let slices = 0;
    for (let at = 0; at < data.length; at += slice) if (data.subarray(at, at + slice).includes(id)) slices++;
    if (slices > 0) counts[name] = { id, slices };
  }
  return counts;
}
