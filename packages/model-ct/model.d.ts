/** Where the weights lie, and what identifies them. */
export interface PublishedModel {
  /** Of the ONNX file beside this module; a bundler that knows `new URL(..., import.meta.url)` ships it as an asset. */
  readonly url: URL;
  /** Of the file, hexadecimal. */
  readonly sha256: string;
  /** Bytes of the file. */
  readonly size: number;
}

/** The model of this package, in 32-bit floats. Its metadata (spacing, normalisation, threshold) are inside the ONNX file. */
export declare const model: PublishedModel;

/**
 * The same network with 8-bit convolutions, a third of the bytes: for WebAssembly and CPUs, which compute it in about two
 * thirds of the time. WebGPU has no 8-bit convolutions: take {@link model} there. Its name inside the file ends in `-8bit`.
 */
export declare const compact: PublishedModel;
