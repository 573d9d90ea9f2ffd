import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { findDataFolder, loadIndex, slicesOf } from '../src/node.ts';

const found = findDataFolder(resolve(import.meta.dirname, '../../..'));
// CLICKSEG_DATA may be a folder of any layout; these tests know one with an index.
const folder = found && existsSync(join(found, 'index.json')) ? found : undefined;
if (!folder) console.log('data folder: skipped, no ../shared/data and no CLICKSEG_DATA with an index.json');

describe.skipIf(!folder)('data folder', () => {
  const cases = folder ? loadIndex(folder) : [];
  const one = (group: string) => cases.find((c) => c.group === group)!;

  it('voxel counts of every label agree with the index, and shape and spacing with the file', async () => {
    const abdomen = one('ct_abdomen');
    const { image, label } = await abdomen.load();
    expect(image.shape).toEqual(abdomen.shape);
    expect([image.spacing.x, image.spacing.y, image.spacing.z]).toEqual([3, 3, 3]);
    const count = new Map<number, number>();
    for (const id of label.data) count.set(id, (count.get(id) ?? 0) + 1);
    expect(count.get(abdomen.labels['liver'])).toBe(41692);
    expect(count.get(abdomen.labels['spleen'])).toBe(9668);
  });

  it('the liver lies at the left of the picture, the spine at the bottom, the head at the last slice', async () => {
    const abdomen = one('ct_abdomen');
    const loaded = await abdomen.load();
    const centre = (name: string) => {
      const sum = [0, 0, 0, 0];
      for (const { z, label } of slicesOf(loaded)) {
        const width = label.shape[1];
        label.data.forEach((id, i) => {
          if (id !== abdomen.labels[name]) return;
          sum[0] += z;
          sum[1] += Math.floor(i / width);
          sum[2] += i % width;
          sum[3]++;
        });
      }
      return { z: sum[0] / sum[3], y: sum[1] / sum[3], x: sum[2] / sum[3] };
    };
    expect(centre('liver').x).toBeLessThan(centre('spleen').x);
    expect(centre('kidney_right').x).toBeLessThan(centre('kidney_left').x);
    expect(centre('urinary_bladder').y).toBeLessThan(centre('sacrum').y);
    expect(centre('urinary_bladder').z).toBeLessThan(centre('liver').z);
  });

  it('a 2-D case is a volume of one slice', async () => {
    const liver = one('ct2d_liver_msd');
    const loaded = await liver.load();
    expect(loaded.image.shape).toEqual([1, 256, 256]);
    const [slice] = slicesOf(loaded);
    expect(slice.image.shape).toEqual([256, 256]);
    expect(slice.ids).toEqual(Object.values(liver.labels));
  });
});

it('CLICKSEG_DATA may be a folder without an index, and must be there', () => {
  vi.stubEnv('CLICKSEG_DATA', import.meta.dirname);
  expect(findDataFolder('/nowhere')).toBe(import.meta.dirname);
  vi.stubEnv('CLICKSEG_DATA', join(import.meta.dirname, 'none'));
  expect(findDataFolder('/nowhere')).toBeUndefined();
  vi.stubEnv('CLICKSEG_DATA', '');
  expect(findDataFolder('/nowhere')).toBeUndefined();
  vi.unstubAllEnvs();
});

it('is found beside the repository from any folder in it', async () => {
  vi.stubEnv('CLICKSEG_DATA', '');
  const home = await mkdtemp(join(tmpdir(), 'clickseg-find-'));
  const data = join(home, 'shared/data');
  await mkdir(data, { recursive: true });
  expect(findDataFolder(join(home, 'clickseg/examples/train'))).not.toBe(data);
  await writeFile(join(data, 'index.json'), '[]');
  expect(findDataFolder(join(home, 'clickseg/examples/train'))).toBe(data);
  expect(findDataFolder(join(home, 'clickseg'))).toBe(data);
  await rm(home, { recursive: true });
  vi.unstubAllEnvs();
});
