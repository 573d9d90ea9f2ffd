// Apart from `workerBackend`, whose types want a browser's `Worker`: a Node project compiles without the DOM.

/** How a worker is started. */
export interface WorkerBackendOptions {
  /**
   * ms that the worker may take to load its script and call `serveBackend`; then it counts as one that never
   * will, and loading fails. Default 30,000; Infinity waits for ever.
   */
  readonly startTimeout?: number;
}

/** Defaults of {@link WorkerBackendOptions}. */
export const WORKER_BACKEND_DEFAULTS = { startTimeout: 30_000 } as const;
