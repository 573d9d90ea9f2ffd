import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';

/** A new data folder of four 8-bit pictures of a disc, half of them to train on. */
export async function pictureFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clickseg-train-'));
  const size = 64;
  const index = [];
  for (let n = 0; n < 4; n++) {
    const inside = (i: number) => Math.hypot(Math.floor(i / size) - 30 - n, (i % size) - 30) < 12;
    const picture = (value: (i: number) => number) =>
      encode({
        width: size,
        height: size,
        channels: 1,
        depth: 8,
        data: Uint8Array.from({ length: size * size }, (_, i) => value(i)),
      });
    await writeFile(
      join(folder, `${n}.png`),
      picture((i) => (inside(i) ? 200 : 60 + (i % 7))),
    );
    await writeFile(
      join(folder, `${n}_lab.png`),
      picture((i) => (inside(i) ? 5 : 0)),
    );
    index.push({
      case: `c${n}`,
      split: n < 2 ? 'train' : 'val',
      group: 'discs',
      patient: `p${n}`,
      kind: '2d',
      modality: 'CT',
      image: `${n}.png`,
      label: `${n}_lab.png`,
      shape: [size, size],
      spacing: null,
      labels: { disc: { id: 5 } },
    });
  }
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  return folder;
}

/** The same pictures as anyone may have them: beside their label maps, without an index. */
export async function pairsFolder(pictures: string, into: string, numbers = [0, 1, 2, 3]): Promise<void> {
  for (const n of numbers) {
    await copyFile(join(pictures, `${n}.png`), join(into, `${n}_img.png`));
    await copyFile(join(pictures, `${n}_lab.png`), join(into, `${n}_lab.png`));
  }
}
