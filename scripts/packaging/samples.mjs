// The README's samples, run against the packed packages: a sample that does not run is worse than none.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root } from '../setup.mjs';

const blocksOf = (file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, source]) => source,
  );

/** Writes each `ts` block of Markdown files into `folder` as a module of its own; returns the modules' names. */
export function writeSamples(files, folder) {
  return files.flatMap((file) =>
    blocksOf(file).map((source, index) => {
      const name = `${file.replace(/\W/g, '-')}-${index + 1}.mts`;
      // A sample without an import is a module too.
      writeFileSync(join(folder, name), `${source}\nexport {};\n`);
      return name;
    }),
  );
}

/** Runs each `ts` block of a Markdown file by itself, in `folder`; throws at the first that fails. */
export async function runSamples(file, folder) {
  const { transform } = await import('esbuild');
  const blocks = blocksOf(file);
  for (const [index, source] of blocks.entries()) {
    const { code } = await transform(source, { loader: 'ts', format: 'esm' });
    const path = join(folder, `sample-${index + 1}.mjs`);
    writeFileSync(path, code);
    const ran = await capture(process.execPath, [path], { cwd: folder });
    if (ran.code !== 0) {
      throw new Error(`sample ${index + 1}: ${/^.*Error.*$/m.exec(ran.stderr)?.[0] ?? ran.stderr}`);
    }
  }
  return `${blocks.length} samples`;
}
