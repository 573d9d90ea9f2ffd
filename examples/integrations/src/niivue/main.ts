import { radiologicalAffine, type Volume, writeNifti } from '@clickseg/example-dataset';
import { cmapper, DRAG_MODE, Niivue, SLICE_TYPE } from '@niivue/niivue';
import { loadSegmenter } from '../load-segmenter.ts';
import { openSample } from '../open-sample.ts';
import { clickDrawing } from './click-drawing.ts';

const status = document.querySelector<HTMLElement>('#status')!;
const say = (text: string) => (status.textContent = text);

const niivue = new Niivue({
  backColor: [0, 0, 0, 1],
  crosshairWidth: 0,
  show3Dcrosshair: false,
  isRadiologicalConvention: true,
  isOrientCube: false,
  dragMode: DRAG_MODE.none,
  loadingText: '',
});
await niivue.attachToCanvas(document.querySelector<HTMLCanvasElement>('#canvas')!);
niivue.setSliceType(SLICE_TYPE.AXIAL);
niivue.setDrawOpacity(0.5);
// Value 0 shows nothing, 1 is yellow, 2 blue.
niivue.drawLut = cmapper.makeDrawLut({
  R: [0, 240, 86],
  G: [0, 228, 180],
  B: [0, 66, 233],
  A: [0, 255, 255],
  I: [0, 1, 2],
});

// An image: here one slice that is read by hand; niivue opens NIfTI and more by itself.
const { image, spacing } = await openSample();
const [height, width] = image.shape as [number, number];
const cubic = { ...spacing, z: 5 } as Volume['spacing'];
const nifti = writeNifti({
  data: image.data as Int16Array,
  shape: [1, height, width],
  spacing: cubic,
  affine: radiologicalAffine(cubic),
});
await niivue.loadFromArrayBuffer(nifti.buffer as ArrayBuffer, 'chest.nii');
const volume = niivue.volumes[0]!;
volume.cal_min = -160;
volume.cal_max = 240;
niivue.updateGLVolume();

say('The model is on its way…');
const drawing = clickDrawing(niivue, await loadSegmenter(), { onError: (error) => say(String(error)) });

niivue.onDrawingChanged = () => {
  const area = (pen: number) =>
    ((niivue.drawBitmap?.reduce((sum, value) => sum + Number(value === pen), 0) ?? 0) *
      spacing.x *
      spacing.y) /
    100;
  say([1, 2].map((pen) => `Structure ${pen}: ${area(pen).toFixed(1)} cm²`).join(', '));
};
const on = (id: string, act: () => void) => (document.querySelector<HTMLElement>(id)!.onclick = act);
on('#undo', () => drawing.undo());
on('#save', () => void niivue.saveImage({ filename: 'drawing.nii', isSaveDrawing: true, volumeByIndex: 0 }));
for (const pen of [1, 2]) on(`#pen-${pen}`, () => (drawing.pen = pen));
say('Click in a structure.');
document.body.dataset['ready'] = 'true';
// For the console, and for the tests.
Object.assign(globalThis, { niivue });
