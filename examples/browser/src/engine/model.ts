import { compact, model, type PublishedModel } from '@clickseg/model-ct';
import { ClicksegError, isClicksegError } from '@clickseg/raster';
import { createSegmenter, type ModelSource, type Segmenter } from '@clickseg/runtime';
import { fetchModel, hasWebGpu, wasmThreads, webBackend, workerBackend } from '@clickseg/runtime/web';
import { signal } from '@preact/signals';
import { counted } from '../state/counted.ts';
import { said, say } from '../state/store.ts';

/** What a person may choose to compute with: `webgpu` where there is one, else WebAssembly; or that in any case. */
export type Provider = 'webgpu' | 'wasm';

/** Where the model stands. */
export interface EngineState {
  readonly state: 'loading' | 'starting' | 'ready' | 'failed';
  /** Bytes of the model, while it loads. */
  readonly loaded?: number;
  readonly total?: number;
  readonly model?: string;
  /** What computes, once ready. */
  readonly provider?: string;
  /** Why it is not what was asked for first. */
  readonly passedOver?: string;
  readonly fault?: string;
  /** What the fault does not say: the address, the network's own words. */
  readonly details?: string;
}

export const engine = signal<EngineState>({ state: 'loading' });
export const chosenProvider = signal<Provider>('webgpu');

/** The shipped forms that were fetched, so that a change of provider and back needs no network. */
const fetched = new Map<PublishedModel, Promise<ModelSource>>();
/** The person's own model. */
let own: ModelSource | undefined;
/** The start that was asked for last. One before it that is still under way changes nothing any more. */
let started: Promise<Segmenter> | undefined;
/** What came of it. */
let running: Segmenter | undefined;
/** Why the last start came to nothing, as it was said. */
let failed: string | undefined;
/** Why the page computes itself; `undefined` where a worker does. */
let inPage: string | undefined;

/** The model, once it is ready: the one chosen last. @throws what kept it from starting */
export async function segmenter(): Promise<Segmenter> {
  for (;;) {
    const asked = started ?? begin(chosenProvider.value);
    try {
      const made = await asked;
      if (asked === started) return made;
    } catch (error) {
      // Where another was chosen meanwhile, that one is waited for.
      if (started === undefined) throw error;
    }
  }
}

/** Starts the model on another provider, and frees the one before. Clicks are not its business. */
export function chooseProvider(choice: Provider): Promise<Segmenter> {
  chosenProvider.value = choice;
  // Its own failure is seen to by who waits for the model.
  begin(choice).catch(() => undefined);
  return segmenter();
}

/** Lets a model go whose backend failed, such as a worker that ended: what is asked next starts it anew. */
export async function letFailedGo(failed: Segmenter): Promise<void> {
  if (running !== failed) return;
  started = running = undefined;
  await failed.dispose().catch(() => undefined);
}

/**
 * Takes a model of the person's own. It is tried beside the one before, which stays where the new one cannot be used.
 * @throws ClicksegError `invalid-model`, `backend-failed`
 */
export async function chooseModel(chosen: ModelSource): Promise<Segmenter> {
  const choice = chosenProvider.value;
  const { made, why } = await create(chosen, choice);
  own = chosen;
  if (choice !== chosenProvider.value) {
    // Another provider was chosen while it was tried: there it belongs.
    await made.dispose();
    return chooseProvider(chosenProvider.value);
  }
  const before = started;
  started = Promise.resolve(made);
  take(made, why);
  // Not awaited: the one before may still be on its way over the network.
  before?.then((old) => old.dispose()).catch(() => undefined);
  return made;
}

function begin(choice: Provider): Promise<Segmenter> {
  const before = started;
  running = undefined;
  const mine: Promise<Segmenter> = start(choice, before, () => started === mine);
  started = mine;
  return mine;
}

/** @param isNewest - whether nothing else was chosen since; else it frees what it made, and has no say */
async function start(
  choice: Provider,
  before: Promise<Segmenter> | undefined,
  isNewest: () => boolean,
): Promise<Segmenter> {
  const check = () => {
    if (!isNewest()) throw new ClicksegError('disposed', 'the model: another was chosen meanwhile');
  };
  try {
    await before?.then((old) => old.dispose()).catch(() => undefined);
    const bytes = own ?? (await shipped(choice, check));
    check();
    engine.value = { ...engine.value, state: 'starting' };
    const { made, why } = await create(bytes, choice);
    if (!isNewest()) await made.dispose();
    check();
    take(made, why);
    return made;
  } catch (error) {
    if (isNewest()) {
      // Asked for again, it begins again.
      started = undefined;
      const { message, cause } = error as Error;
      failed = message;
      const details = cause instanceof Error ? cause.message : undefined;
      engine.value = { ...engine.value, state: 'failed', fault: message, details };
    }
    throw error;
  }
}

function take(made: Segmenter, why: string | undefined): void {
  running = made;
  inPage = why;
  report(made);
  // It is so no longer, and whoever waited for the model said it too.
  if (said.value.fault && said.value.text === failed) say('');
  failed = undefined;
}

async function shipped(choice: Provider, check: () => void): Promise<ModelSource> {
  const form = await fastestForm(choice);
  check();
  return fetchForm(form);
}

/** The shipped form that computes fastest: WebAssembly gains from 8 bits, WebGPU has no 8-bit convolutions. */
async function fastestForm(choice: Provider): Promise<PublishedModel> {
  return choice === 'webgpu' && (await hasWebGpu()) ? model : compact;
}

function fetchForm(form: PublishedModel): Promise<ModelSource> {
  const kept = fetched.get(form);
  if (kept) return kept;
  const { url, sha256, size: total } = form;
  engine.value = { state: 'loading', loaded: 0, total };
  const fresh = fetchModel(url, {
    sha256,
    onProgress: ({ loaded }) => {
      // The person's own model may be ready before it.
      if (engine.value.state === 'loading') engine.value = { state: 'loading', loaded, total };
    },
  }).catch((cause) => {
    if (!isClicksegError(cause, 'download-failed')) throw cause;
    // Of addresses and retries a person at a scan can make nothing.
    const why = 'The model could not be downloaded (no network?). Your clicks are kept.';
    throw new ClicksegError('download-failed', why, { cause });
  });
  fetched.set(form, fresh);
  // Asked for again, it is fetched again.
  fresh.catch(() => fetched.delete(form));
  return fresh;
}

/** Says what computes now: a GPU that is lost changes it under way. Of a model that was let go, nothing is said. */
export function report(made: Segmenter): void {
  if (made !== running) return;
  const { provider, fallbacks, metadata } = made;
  const reasons = fallbacks.map(({ provider: name, reason }) => `${name}: ${reason}`);
  if (inPage) reasons.unshift(inPage);
  engine.value = {
    state: 'ready',
    model: `${metadata.name} ${metadata.version}`,
    provider: describe(provider),
    passedOver: reasons.join('; '),
  };
}

async function create(bytes: ModelSource, choice: Provider) {
  const backend = workerBackend(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: choice }),
  );
  try {
    return { made: await createSegmenter({ model: bytes, backend }) };
  } catch (error) {
    // Where workers are forbidden the page computes itself, on one thread: threads are workers too.
    const wasmPaths = new URL('ort/', document.baseURI).href;
    const own = webBackend({ executionProviders: ['wasm'], threads: 1, wasmPaths });
    try {
      const made = await createSegmenter({ model: bytes, backend: own });
      return { made, why: `in a worker: ${(error as Error).message}` };
    } catch {
      throw error;
    }
  }
}

function describe(provider: string): string {
  if (provider === 'webgpu') return 'WebGPU';
  if (inPage !== undefined) return 'WebAssembly, in the page';
  const threads = wasmThreads();
  return `WebAssembly, ${counted(threads, 'thread')}`;
}
