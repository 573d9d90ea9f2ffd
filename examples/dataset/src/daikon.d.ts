// daikon ships no types; these are the parts that dicom-image.ts calls.
declare module 'daikon' {
  export interface Image {
    /** By group and element in eight upper-case hexadecimal digits; the offsets count in `inflated`, else in the file. */
    readonly tags: Readonly<Record<string, { offsetValue: number; offsetEnd: number } | undefined>>;
    readonly inflated?: ArrayBuffer;
    getRows(): number | null;
    getCols(): number | null;
    getModality(): string | null;
    getTransferSyntax(): string | null;
    getPhotometricInterpretation(): string | null;
    getNumberOfFrames(): number;
    getNumberOfSamplesPerPixel(): number | null;
    getBitsAllocated(): number | null;
    getPixelSpacing(): number[] | null;
    getImagePosition(): number[] | null;
    getImageDirections(): number[] | null;
    getSliceThickness(): number | null;
    getSliceGap(): number | null;
    getSeriesInstanceUID(): string | null;
    hasPixelData(): boolean;
    isCompressed(): boolean;
    getPixelData(): { value: DataView | null };
    getRawData(): ArrayBuffer;
    getInterpretedData(asArray: boolean, asObject: boolean, frameIndex: number): Float32Array;
  }
  interface Daikon {
    Series: { parseImage(data: DataView): Image | null; parserError: Error | null };
  }
  const daikon: Daikon;
  // biome-ignore lint/style/noDefaultExport: how a CommonJS module looks from here
  export default daikon;
}
