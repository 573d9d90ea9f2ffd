// dcmjs ships no types; these are the parts that dicom-seg.ts calls.
declare module 'dcmjs' {
  /** Attributes by DICOM's keyword; a sequence is an array of such. */
  type Dataset = { readonly [keyword: string]: unknown };

  interface DicomDict {
    dict: unknown;
    write(): ArrayBuffer;
  }
  export const data: {
    readonly DicomDict: new (meta: unknown) => DicomDict;
    readonly DicomMetaDictionary: { denaturalizeDataset(dataset: Dataset): unknown };
    readonly Colors: { rgb2DICOMLAB(rgb: readonly number[]): number[] };
  };
}
