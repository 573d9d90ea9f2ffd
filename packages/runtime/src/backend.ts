/**
 * A tensor as backends take and give it. Every float32 `Tensor` of onnxruntime-common is one, and
 * so is a plain object.
 */
export interface BackendTensor {
  readonly type: 'float32';
  /** Dense, C order. */
  readonly data: Float32Array;
  /** `[batch, channel, height, width]` */
  readonly dims: readonly number[];
}

/** Why an execution provider that was asked for is not the one in use. */
export interface BackendFallback {
  readonly provider: string;
  readonly reason: string;
}

/** A loaded model. The runtime never calls `run` while another `run` of the session is under way. */
export interface BackendSession {
  /** What computes, such as `cpu` or `webgpu`. */
  readonly provider: string;
  /** The providers tried before it, in order, and why each was passed over. */
  readonly fallbacks?: readonly BackendFallback[];
  /**
   * Runs the network once. The inputs must not be kept after the promise settles, nor be changed:
   * the runtime uses their memory again. The outputs are the runtime's to keep, which moves them to
   * another thread too: make them anew in each run.
   *
   * @param feeds - tensors by the graph's input names
   * @param options - `outputs`: names of the tensors wanted; `signal`: for backends that can stop
   */
  run(
    feeds: Readonly<Record<string, BackendTensor>>,
    options: { readonly outputs: readonly string[]; readonly signal?: AbortSignal },
  ): Promise<Readonly<Record<string, BackendTensor>>>;
  /** Frees the model. The runtime calls it once, after the last `run` has ended. */
  dispose(): Promise<void>;
}

/** Where networks are run: `nodeBackend()`, or any object of this shape. */
export interface Backend {
  readonly name: string;
  /** Loads a model from its bytes. May reject with any error; the runtime tags it `backend-failed`. */
  load(bytes: Uint8Array, options: { readonly signal?: AbortSignal }): Promise<BackendSession>;
}
