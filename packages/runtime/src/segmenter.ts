import { ClicksegError, checkOptions, describe, type Raster, type Spacing } from '@clickseg/raster';
import type { Backend, BackendFallback } from './backend.ts';
import { callOptions } from './call-options.ts';
import { createInteraction, type Interaction } from './interaction.ts';
import { loadNetwork, type ModelSource, type Progress } from './load-network.ts';
import type { ModelMetadata } from './metadata.ts';
import { createPredictor } from './predictor.ts';
import { type Intensities, prepareImage } from './preprocess.ts';
import { createScheduler } from './scheduler.ts';

/** What {@link createSegmenter} needs. */
export interface SegmenterOptions {
  readonly model: ModelSource;
  /** Where the network runs, such as `nodeBackend()` of `@clickseg/runtime/node`. */
  readonly backend: Backend;
  /** Stops the loading between its steps, in a worker or thread at once; a model loaded already is freed again. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How an image is opened. */
export interface OpenOptions {
  /** mm between pixel centres. Without it the image is taken to be at the model's spacing, and areas are in pixels. */
  readonly spacing?: Spacing | null;
  /** Whether the values are Hounsfield units. Default `auto`: yes where the smallest is below -150. */
  readonly intensities?: Intensities;
}

/** A model, loaded and ready; any number of images can be open on it. */
export interface Segmenter {
  readonly metadata: ModelMetadata;
  /** What computes, such as `cpu`. */
  readonly provider: string;
  /** Providers that were asked for before it, and why they were passed over. */
  readonly fallbacks: readonly BackendFallback[];
  /**
   * Opens an image: preprocesses it once and makes its buffers. The pixels are copied.
   *
   * @param image - `[h, w]`, any size, typed array or stride; a slice of a volume as a strided view
   * @throws ClicksegError `not-finite` naming the pixel, `invalid-array`, `invalid-shape`,
   * `invalid-spacing`, `invalid-option`, `disposed`
   */
  open(image: Raster, options?: OpenOptions): Promise<Interaction>;
  /**
   * Frees the model. A running prediction is awaited, waiting ones reject with `disposed`, and so
   * does all later work of its interactions. Safe to call again.
   */
  dispose(): Promise<void>;
}

/**
 * Loads a model that describes itself (or that `model.metadata` describes), checks it and warms it up.
 *
 * @throws ClicksegError `invalid-model` for bytes that are no ONNX, a wrong digest, a missing or bad
 * description, inputs or outputs of the wrong shape or type; `backend-failed` where the backend
 * refuses; `invalid-option`; the signal's reason when aborted
 */
export async function createSegmenter(options: SegmenterOptions): Promise<Segmenter> {
  const { model, backend } = callOptions(options, 'createSegmenter');
  if (typeof backend?.load !== 'function') {
    throw new ClicksegError('invalid-option', `createSegmenter: ${describe(backend)} is no backend`);
  }
  const network = await loadNetwork(model, backend, options);
  const { metadata, session } = network;
  const scheduler = createScheduler();
  let disposal: Promise<void> | undefined;
  const isClosed = () => disposal !== undefined;
  const closed = () => new ClicksegError('disposed', 'segmenter: it was disposed of');

  return {
    metadata,
    // Asked anew each time: a backend may move to another provider, as the web's does when a GPU is lost.
    get provider() {
      return session.provider;
    },
    get fallbacks() {
      return session.fallbacks ?? [];
    },
    async open(image, options = {}) {
      if (isClosed()) throw closed();
      const { spacing, intensities } = checkOptions(options, 'open');
      const prepared = prepareImage(image, { metadata, spacing, intensities });
      const context = { metadata, image: prepared, spacing: spacing ? prepared.pixel : undefined };
      return createInteraction(context, createPredictor(prepared, network), scheduler, isClosed);
    },
    dispose() {
      disposal ??= (async () => {
        scheduler.cancel(undefined, closed());
        await scheduler.settled();
        await session.dispose();
      })();
      return disposal;
    },
  };
}
