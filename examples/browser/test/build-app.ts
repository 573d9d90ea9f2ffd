import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the built app lies. */
    readonly app: string;
  }
}

/** Builds the app once, for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'clickseg-app-'));
  const root = fileURLToPath(new URL('..', import.meta.url));
  // vitest says `test`, with which vite would build for development.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  await build({ root, logLevel: 'silent', build: { outDir: folder, emptyOutDir: true } });
  process.env['NODE_ENV'] = NODE_ENV;
  project.provide('app', folder);
  return () => rm(folder, { recursive: true, force: true });
}
