// daikon ships no types; these are the parts that dicom-image.ts calls.
declare module 'daikon' {
  export interface Tag {
    readonly offsetValue: number;
    readonly offsetEnd: number;
    /** As its representation has it: numbers, texts, bytes, the items of a sequence. */
    readonly value: unknown;
  }
  export interface Image {
    /** By group and element in eight upper-case hexadecimal digits; the offsets count in `inflated`, else in the file. */
    readonly tags: Readonly<Record<string, Tag | undefined>>;
    readonly inflated?: ArrayBuffer;
    readonly littleEndian: boolean;
    /** Of the file itself, else of a sequence in it. */
    getTag(group: number, element: number): Tag | undefined;
    getRows(): number | null;
    getCols(): number | null;
    getModality(): string | null;
    getTransferSyntax(): string | null;
    getPhotometricInterpretation(): string | null;
    getNumberOfFrames(): number;
    getNumberOfSamplesPerPixel(): number | null;
    getBitsAllocated(): number | null;
    getSliceThickness(): number | null;
    getSliceGap(): number | null;
    getSeriesInstanceUID(): string | null;
    hasPixelData(): boolean;
    isCompressed(): boolean;
    isCompressedRLE(): boolean;
    isCompressedJPEGLossless(): boolean;
    /** The compressed pictures, one a frame, whose fragments are put together; empty after `getRawData`. */
    getJpegs(): ArrayBuffer[];
    getRLE(): ArrayBuffer[];
    getPixelData(): { value: DataView | null };
    getRawData(): ArrayBuffer;
  }
  interface Daikon {
    Series: { parseImage(data: DataView): Image | null; parserError: Error | null };
  }
  const daikon: Daikon;
  // biome-ignore lint/style/noDefaultExport: how a CommonJS module looks from here
  export default daikon;
}
