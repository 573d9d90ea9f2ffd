import { radiologicalAffine, sliceOf, type Volume, writeNifti } from '@clickseg/example-dataset';
import { Niivue, SLICE_TYPE } from '@niivue/niivue';
import type { Matrix, Point } from '../state/point.ts';
import type { GreyWindow } from '../state/store.ts';
import { reduced, reduction } from './reduced.ts';

/** niivue showing one slice, and the way between its screen and the slice's pixels. */
export interface View {
  show(volume: Volume, lettered: boolean, window: GreyWindow): Promise<void>;
  /** Makes everything anew in a graphics context that came back empty; `show` is to follow. */
  rebuild(): Promise<void>;
  slice(volume: Volume, index: number): void;
  window(window: GreyWindow): void;
  /** Zooms about a CSS point; 1 shows the whole slice. */
  zoom(factor: number, about: Point): void;
  /** Moves the image by CSS pixels. */
  pan(by: Point): void;
  reset(): void;
  readonly zoomed: number;
  /** How many pixels of the slice along a side are one of those that are shown: more than 1 of a very large one. */
  readonly reducedBy: number;
  matrix(): Matrix;
  /** CSS pixel of the viewer -> pixel of the slice, also beside it. */
  toImage(at: Point): Point;
  /** Draws at once, so that the canvas can be copied. */
  draw(): HTMLCanvasElement;
}

const [LEAST_ZOOM, MOST_ZOOM] = [0.5, 24];

/**
 * niivue holds one slice at a time: its texture takes a megabyte, and not 600 for 600 slices; another window or slice
 * is drawn in a few milliseconds.
 *
 * @param onMoved - called when the slice lies elsewhere on the screen
 */
export async function createView(canvas: HTMLCanvasElement, onMoved: () => void): Promise<View> {
  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    fontColor: [0.72, 0.78, 0.82, 1],
    crosshairWidth: 0,
    show3Dcrosshair: false,
    isRadiologicalConvention: true,
    isColorbar: false,
    isOrientCube: false,
    dragAndDropEnabled: false,
    loadingText: '',
    // Keys are the app's: niivue's own would turn the slice and cut it.
    viewModeHotKey: '',
    clipPlaneHotKey: '',
    cycleClipPlaneHotKey: '',
  });
  await niivue.attachToCanvas(canvas);
  niivue.setSliceType(SLICE_TYPE.AXIAL);
  // niivue makes it a stop of the Tab key; the overlay above it is the one.
  canvas.tabIndex = -1;
  canvas.setAttribute('aria-hidden', 'true');
  niivue.scene.crosshairPos = [0.5, 0.5, 0.5];
  let [height, width] = [1, 1];
  // Of a side that is longer than the graphics' 3-D textures niivue makes a flat one, turned by 180 degrees. What is shown is reduced by
  // so much; all that is asked and answered here is in pixels of the slice itself.
  let reducedBy = 1;
  const density = () => canvas.width / Math.max(1, canvas.clientWidth);
  const moved = () => {
    niivue.drawScene();
    onMoved();
  };
  new ResizeObserver(() => requestAnimationFrame(onMoved)).observe(canvas);

  const matrix = (): Matrix => {
    const origin = onScreen({ x: 0, y: 0 });
    const [right, down] = [onScreen({ x: width, y: 0 }), onScreen({ x: 0, y: height })];
    return {
      a: (right.x - origin.x) / width,
      b: (right.y - origin.y) / width,
      c: (down.x - origin.x) / height,
      d: (down.y - origin.y) / height,
      e: origin.x,
      f: origin.y,
    };
  };
  // niivue's own way there gives up beside the screen; outlines go on there.
  const onScreen = ({ x, y }: Point): Point => {
    const tile = niivue.screenSlices[0];
    if (tile === undefined) return { x: 0, y: 0 };
    // The last of the pixels shown may lie over the slice's edge.
    const [across, down] = [width, height].map((side) => reducedBy * Math.ceil(side / reducedBy)) as [
      number,
      number,
    ];
    const mm = niivue.frac2mm([1 - (x + 0.5) / across, 1 - (y + 0.5) / down, 0.5]);
    const [left, top, w, h] = tile.leftTopWidthHeight as [number, number, number, number];
    const right = ((mm[0] as number) - tile.leftTopMM[0]) / tile.fovMM[0];
    const up = ((mm[1] as number) - tile.leftTopMM[1]) / tile.fovMM[1];
    // A mirrored tile has a negative width.
    const from = w < 0 ? left + w + (1 - right) * -w : left + right * w;
    return { x: from / density(), y: (top + (1 - up) * h) / density() };
  };
  const toImage = ({ x, y }: Point): Point => {
    const { a, b, c, d, e, f } = matrix();
    const determinant = a * d - b * c || 1;
    return { x: (d * (x - e) - c * (y - f)) / determinant, y: (a * (y - f) - b * (x - e)) / determinant };
  };
  const pan = ({ x, y }: Point) => {
    const { a, d } = matrix();
    const [zoom, pixel] = [niivue.scene.pan2Dxyzmm[3] as number, niivue.volumes[0]?.pixDims ?? [0, 1, 1]];
    const [right, down] = [1, 2].map((axis) => (pixel[axis] as number) / reducedBy) as [number, number];
    // mm run to the patient's left and back as pixels do, but with the other sign.
    niivue.scene.pan2Dxyzmm[0] = (niivue.scene.pan2Dxyzmm[0] as number) - (x / a) * right * zoom;
    niivue.scene.pan2Dxyzmm[1] = (niivue.scene.pan2Dxyzmm[1] as number) - (y / d) * down * zoom;
    moved();
  };

  return {
    async show(volume, lettered, { low, high }) {
      for (const old of [...niivue.volumes]) niivue.removeVolume(old);
      [height, width] = [volume.shape[1], volume.shape[2]];
      reducedBy = reduction(niivue.uiData.max3D ?? Number.POSITIVE_INFINITY, height, width);
      const { x, y, z } = volume.spacing;
      const spacing = { x: x * reducedBy, y: y * reducedBy, z };
      const shape = [1, Math.ceil(height / reducedBy), Math.ceil(width / reducedBy)] as const;
      const one = { data: shown(volume, 0, reducedBy), shape, spacing };
      const file = writeNifti({ ...one, affine: radiologicalAffine(spacing) });
      await niivue.loadFromArrayBuffer(file.buffer as ArrayBuffer, 'slice.nii');
      niivue.setIsOrientationTextVisible(lettered);
      niivue.setSliceType(SLICE_TYPE.AXIAL);
      niivue.scene.pan2Dxyzmm = [0, 0, 0, 1];
      niivue.scene.crosshairPos = [0.5, 0.5, 0.5];
      setWindow(niivue, low, high);
    },
    async rebuild() {
      await niivue.init();
    },
    slice(volume, index) {
      const image = niivue.volumes[0]?.img;
      if (image === undefined) return;
      const data = shown(volume, index, reducedBy);
      // While a scan is on its way it may still be the one before.
      if (image.length !== data.length) return;
      image.set(data);
      niivue.updateGLVolume();
    },
    window: ({ low, high }) => setWindow(niivue, low, high),
    zoom(factor, about) {
      const before = toImage(about);
      const old = niivue.scene.pan2Dxyzmm[3] as number;
      niivue.scene.pan2Dxyzmm[3] = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, old * factor));
      niivue.drawScene();
      const { a, b, c, d, e, f } = matrix();
      // What lay under the pointer goes back there.
      pan({ x: about.x - (a * before.x + c * before.y + e), y: about.y - (b * before.x + d * before.y + f) });
    },
    pan,
    reset() {
      niivue.scene.pan2Dxyzmm = [0, 0, 0, 1];
      moved();
    },
    get reducedBy() {
      return reducedBy;
    },
    get zoomed() {
      return niivue.scene.pan2Dxyzmm[3] as number;
    },
    matrix,
    toImage,
    draw() {
      niivue.drawScene();
      return canvas;
    },
  };
}

function setWindow(niivue: Niivue, low: number, high: number): void {
  const [image] = niivue.volumes;
  if (image === undefined) return;
  image.cal_min = low;
  image.cal_max = high;
  niivue.updateGLVolume();
}

// A type per scan, so that slices can be written over each other.
function shown(volume: Volume, index: number, factor: number): Int16Array | Uint8Array | Float32Array {
  const { data } = sliceOf(volume, index);
  const values = data instanceof Int16Array || data instanceof Uint8Array ? data : Float32Array.from(data);
  return reduced(values, [volume.shape[1], volume.shape[2]], factor);
}
