import type { Backend } from '../backend.ts';
import type { ModelMetadataInput } from '../metadata.ts';
import { createSegmenter, type Segmenter } from '../segmenter.ts';
import { conformanceModel } from './model.ts';

/** What a case works with. */
export interface CaseContext {
  /** A new backend each time. */
  backend(): Backend;
  /** Loads the suite's model; the case disposes of it. */
  load(metadata: ModelMetadataInput): Promise<Segmenter>;
}

/** One promise of a backend. */
export interface Case {
  readonly name: string;
  /** What a user would suffer where it fails. */
  readonly protects: string;
  /** Not for backends whose model lies elsewhere. */
  readonly needsBytes?: boolean;
  /** Share of pixels that differ from the reference; 0 where there is none. Rejects where the promise is broken. */
  run(context: CaseContext): Promise<number>;
}

export function createContext(backend: () => Backend): CaseContext {
  return {
    backend,
    load: (metadata) =>
      createSegmenter({ model: { data: conformanceModel(), metadata }, backend: backend() }),
  };
}

/** Fails the case. */
export function expect(condition: boolean, promise: string): asserts condition {
  if (!condition) throw new Error(`conformance: ${promise}`);
}

/** Share of elements in which two arrays of a length differ. */
export function differing(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length === b.length, `${a.length} pixels where ${b.length} were expected`);
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count / a.length;
}

/** What `work` rejects with. */
export async function rejection(work: Promise<unknown>, promise: string): Promise<unknown> {
  const nothing = {};
  const reason = await work.then(
    () => nothing,
    (error: unknown) => error,
  );
  expect(reason !== nothing, promise);
  return reason;
}
