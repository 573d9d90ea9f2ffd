import { ClicksegError, describe, withDefaults } from '@clickseg/raster';
import type { Backend } from '../backend.ts';
import { type Case, createContext } from './case.ts';
import { interactionCases } from './interaction-cases.ts';
import { maskCases } from './mask-cases.ts';
import { sessionCases } from './session-cases.ts';

/** What is to be tested, and how strictly. */
export interface ConformanceOptions {
  /** Makes a backend; asked for a new one in every case. */
  readonly backend: () => Backend;
  /**
   * Largest share of pixels in which a mask may differ from the CPU's: 0, bit for bit, for CPU and WebAssembly;
   * 0.001 for GPUs and half precision.
   */
  readonly tolerance?: number;
  /** Whether `load` reads the bytes it is given; false where the model lies on a server. */
  readonly readsBytes?: boolean;
  /** Names of the cases to run; all where not given. */
  readonly only?: readonly string[];
  /** Told of each result as it comes. */
  readonly onResult?: (result: ConformanceResult) => void;
  /** Stops between two cases. */
  readonly signal?: AbortSignal;
}

/** Defaults of {@link ConformanceOptions}. */
export const CONFORMANCE_DEFAULTS = { tolerance: 0, readsBytes: true } as const;

/** How one case went. */
export interface ConformanceResult {
  readonly name: string;
  readonly protects: string;
  readonly passed: boolean;
  /** True where the case does not apply; it then counts as passed. */
  readonly skipped: boolean;
  /** Share of pixels that differ from the reference. */
  readonly differing: number;
  /** What went wrong. */
  readonly error?: unknown;
  readonly milliseconds: number;
}

/** How a backend did. */
export interface ConformanceReport {
  /** Whether every case passed. */
  readonly passed: boolean;
  readonly results: readonly ConformanceResult[];
}

const CASES: readonly Case[] = [...sessionCases, ...maskCases, ...interactionCases];

/** The cases' names and what each protects, in the order they run, for a test framework's `each`. */
export const conformanceCases: readonly { readonly name: string; readonly protects: string }[] = CASES.map(
  ({ name, protects }) => ({ name, protects }),
);

/**
 * Runs the suite on a backend, one case after the other. Never rejects for a failing case: the report says so.
 *
 * @throws ClicksegError `invalid-option`; the signal's reason when aborted
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { backend, tolerance, readsBytes, only, onResult, signal } = withDefaults(
    CONFORMANCE_DEFAULTS,
    options,
  );
  const refuse = (field: string, value: unknown, why: string) => {
    throw new ClicksegError('invalid-option', `runConformance: ${field} ${describe(value)} ${why}`);
  };
  if (typeof backend !== 'function') refuse('backend', backend, 'is no function');
  if (!(tolerance >= 0 && tolerance < 1)) refuse('tolerance', tolerance, 'is not a share from 0 to 1');
  const known = new Set(CASES.map(({ name }) => name));
  for (const name of only ?? []) if (!known.has(name)) refuse('only', name, 'is no case');
  const results: ConformanceResult[] = [];
  for (const each of CASES) {
    if (only !== undefined && !only.includes(each.name)) continue;
    signal?.throwIfAborted();
    const skipped = each.needsBytes === true && !readsBytes;
    const result = await runCase(each, backend, tolerance, skipped);
    results.push(result);
    onResult?.(result);
  }
  return { passed: results.every(({ passed }) => passed), results };
}

async function runCase(
  { name, protects, run }: Case,
  backend: () => Backend,
  tolerance: number,
  skipped: boolean,
): Promise<ConformanceResult> {
  const begun = performance.now();
  const result = { name, protects, skipped };
  const since = () => performance.now() - begun;
  if (skipped) return { ...result, passed: true, differing: 0, milliseconds: 0 };
  try {
    const differing = await run(createContext(backend));
    if (differing <= tolerance) return { ...result, passed: true, differing, milliseconds: since() };
    const error = new Error(`conformance: ${differing} of the pixels differ, more than ${tolerance}`);
    return { ...result, passed: false, differing, error, milliseconds: since() };
  } catch (error) {
    return { ...result, passed: false, differing: 0, error, milliseconds: since() };
  }
}
