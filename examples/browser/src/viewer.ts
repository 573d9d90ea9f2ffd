import { type Volume, writeNifti } from '@clickseg/example-dataset';
import { Niivue, SLICE_TYPE } from '@niivue/niivue';

/** A point of a slice, in pixels. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** niivue showing one axial slice, and the way between its screen and the slice's pixels. */
export interface Viewer {
  show(volume: Volume): Promise<void>;
  slice(index: number): void;
  /** CSS pixels in the viewer -> pixel of the slice; `undefined` beside it. */
  toImage(at: Pixel): Pixel | undefined;
  /** Pixel of the slice -> CSS pixels in the viewer. */
  toScreen(at: Pixel): Pixel;
}

/**
 * @param onResize - called when the slice has moved on the screen
 */
export async function createViewer(canvas: HTMLCanvasElement, onResize: () => void): Promise<Viewer> {
  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    crosshairWidth: 0,
    show3Dcrosshair: false,
    isRadiologicalConvention: true,
    isColorbar: false,
    isOrientCube: false,
    loadingText: '',
  });
  await niivue.attachToCanvas(canvas);
  niivue.setSliceType(SLICE_TYPE.AXIAL);
  niivue.setRadiologicalConvention(true);
  let shape: readonly [number, number, number] = [1, 1, 1];
  let index = 0;
  const depth = () => (index + 0.5) / shape[0];
  const scale = () => canvas.width / Math.max(1, canvas.clientWidth);
  new ResizeObserver(() => requestAnimationFrame(onResize)).observe(canvas);

  const slice = (next: number) => {
    index = next;
    niivue.scene.crosshairPos = [0.5, 0.5, depth()];
    niivue.drawScene();
  };
  return {
    async show(volume) {
      for (const old of [...niivue.volumes]) niivue.removeVolume(old);
      await niivue.loadFromArrayBuffer(writeNifti(volume).buffer as ArrayBuffer, 'image.nii');
      shape = volume.shape;
      const [image] = niivue.volumes;
      // A CT opens on soft tissue.
      if (image !== undefined && (image.global_min ?? 0) < -150) {
        image.cal_min = -160;
        image.cal_max = 240;
        niivue.updateGLVolume();
      }
      slice(Math.floor(shape[0] / 2));
    },
    slice,
    toImage({ x, y }) {
      const k = scale();
      const [fx, fy] = niivue.canvasPos2frac([x * k, y * k]) as unknown as [number, number];
      if (!(fx >= 0 && fx <= 1 && fy >= 0 && fy <= 1)) return undefined;
      // niivue counts from the patient's left and from the back; a pixel's centre lies half a pixel inside.
      return { x: (1 - fx) * shape[2] - 0.5, y: (1 - fy) * shape[1] - 0.5 };
    },
    toScreen({ x, y }) {
      const frac = [1 - (x + 0.5) / shape[2], 1 - (y + 0.5) / shape[1], depth()];
      const k = scale();
      const at = niivue.frac2canvasPos(frac as never) ?? [Number.NaN, Number.NaN];
      return { x: (at[0] as number) / k, y: (at[1] as number) / k };
    },
  };
}
