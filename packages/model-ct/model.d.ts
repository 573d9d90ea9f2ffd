/** Where the weights lie, and what identifies them. */
export interface PublishedModel {
  /** Of `model.onnx` beside this module; a bundler that knows `new URL(..., import.meta.url)` ships it as an asset. */
  readonly url: URL;
  /** Of the file, hexadecimal. */
  readonly sha256: string;
  /** Bytes of the file. */
  readonly size: number;
}

/** The model of this package. Its metadata (spacing, normalisation, threshold) are inside the ONNX file. */
export declare const model: PublishedModel;
