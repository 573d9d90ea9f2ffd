import { effect, untracked } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { settle } from '../actions/clicks.ts';
import { choosePreset, go } from '../actions/view.ts';
import { boxMask, type MaskBox } from '../state/mask-box.ts';
import { fillOpacity } from '../state/settings.ts';
import {
  attempt,
  crosshair,
  currentId,
  depth,
  greyWindow,
  heat,
  outlinesShown,
  placed,
  type Scan,
  say,
  scan,
  selectedClick,
  slice,
  sliceShape,
  structures,
  waiting,
} from '../state/store.ts';
import { PRESETS, preset } from '../state/window.ts';
import { truthMask } from '../truth/truth-mask.ts';
import { drawEachFrame } from '../viewer/draw-each-frame.ts';
import { drawHeat, placeHeat } from '../viewer/draw-heat.ts';
import { createOverlay, type OverlayScene } from '../viewer/overlay.ts';
import { listen } from '../viewer/pointer.ts';
import { noPicture, reducedBy, view } from '../viewer/shown-view.ts';
import { createView, type View } from '../viewer/view.ts';

/** Ties the picture to the store; returns what unties it. */
async function start(
  canvas: HTMLCanvasElement,
  heatCanvas: HTMLCanvasElement,
  svg: SVGSVGElement,
): Promise<void> {
  const made = await createView(canvas, () => {
    placed.value = untracked(() => placed.value) + 1;
  }).catch((error: Error) => {
    // It stays, whatever is said of scans meanwhile.
    noPicture.value = `No picture. ${error.message} Turn the browser’s graphics acceleration on, or take another browser.`;
  });
  if (made === undefined) return;
  view.value = made;
  listen(svg, made);
  showScans(made);
  followContext(canvas, made);
  effect(() => made.window(greyWindow.value));
  // Of the slices that a wheel turns through between two frames only the last is seen.
  drawEachFrame(
    () => ({ open: scan.value, at: slice.value }),
    ({ open, at }) => open && made.slice(open.volume, at),
  );
  const drawOver = createOverlay(svg);
  let traced: { of: Uint8Array; box: MaskBox } | undefined;
  drawEachFrame<OverlayScene | undefined>(
    () => {
      placed.value;
      const truth = truthMask.value;
      if (truth && traced?.of !== truth) traced = { of: truth, box: boxMask(truth, sliceShape.value[1]) };
      return (
        scan.value && {
          matrix: made.matrix(),
          structures: structures.value,
          current: currentId.value,
          slice: slice.value,
          selected: selectedClick.value,
          shown: outlinesShown.value,
          fill: fillOpacity.value,
          crosshair: crosshair.value,
          truth: truth && traced?.box,
        }
      );
    },
    (scene) => scene && drawOver(scene),
  );
  effect(() => drawHeat(heatCanvas, heat.value, sliceShape.value));
  effect(() => {
    placed.value;
    if (heat.value !== undefined) placeHeat(heatCanvas, made.matrix());
  });
}

function showScans(made: View): void {
  let shown: typeof scan.value;
  effect(() => {
    const { value: open } = scan;
    if (open === undefined || open === shown) return;
    shown = open;
    attempt(async () => {
      if (!(await draw(made, open))) return;
      document.body.dataset['ready'] = open.name;
      settle();
    });
  });
}

/** @returns false where another scan was opened meanwhile */
async function draw(made: View, open: Scan): Promise<boolean> {
  await made.show(open.volume, open.oriented, greyWindow.peek());
  if (scan.peek() !== open) return false;
  reducedBy.value = made.reducedBy;
  made.window(greyWindow.peek());
  made.slice(open.volume, slice.peek());
  placed.value = placed.peek() + 1;
  return true;
}

/** A browser may take the graphics away, on a phone or after a driver's fault: the picture is black until it is made anew. */
function followContext(canvas: HTMLCanvasElement, made: View): void {
  canvas.addEventListener('webglcontextlost', (event) => {
    // Without this it is never given back.
    event.preventDefault();
    say('The browser lost the picture. The work is kept: if it stays black, reload the page.', true);
  });
  canvas.addEventListener('webglcontextrestored', () =>
    attempt(async () => {
      await made.rebuild();
      const open = scan.peek();
      if (open !== undefined && (await draw(made, open))) say('The picture is back.');
    }),
  );
}

export function Viewer() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const heatCanvas = useRef<HTMLCanvasElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const [image, warm, over] = [canvas.current, heatCanvas.current, svg.current];
    if (image && warm && over) attempt(() => start(image, warm, over));
  }, []);
  return (
    <section id="viewer" aria-label="Image">
      <div class="stage">
        <canvas ref={canvas} id="canvas" tabindex={-1} />
        <canvas ref={heatCanvas} id="heat" hidden />
        <svg
          ref={svg}
          id="overlay"
          role="application"
          tabindex={0}
          aria-label="Slice: click inside a structure; X shows a crosshair for the keyboard, the question mark lists all keys"
          aria-busy={waiting.value > 0}
        />
        <Greys />
        {noPicture.value && (
          <p class="fault" role="alert">
            {noPicture.value}
          </p>
        )}
      </div>
      <SliceBar />
    </section>
  );
}

/** The grey window: what it is, and those of CT by name. */
function Greys() {
  const { low, high } = greyWindow.value;
  return (
    <p class="greys">
      <label>
        <span class="hidden">Window</span>
        <select
          id="window"
          value={String(preset.value)}
          onChange={(event) => choosePreset(Number(event.currentTarget.value))}
        >
          {preset.value < 0 && <option value="-1">Custom</option>}
          {PRESETS.map(({ name }, i) => (
            <option key={name} value={String(i)}>
              {name}
            </option>
          ))}
          <option value={String(PRESETS.length)}>All greys</option>
        </select>
      </label>
      <span id="window-values" title="Window and level: Shift-drag or middle drag on the image">
        W {Math.round(high - low)} L {Math.round((high + low) / 2)}
      </span>
      {reducedBy.value > 1 && <span id="reduced">shown at 1:{reducedBy.value}</span>}
    </p>
  );
}

function SliceBar() {
  if (depth.value < 2) return null;
  return (
    <div class="slices">
      <button type="button" class="quiet" aria-label="Previous slice" onClick={() => go(slice.value - 1)}>
        −
      </button>
      <div class="track">
        <input
          id="slice"
          type="range"
          min={0}
          max={depth.value - 1}
          value={slice.value}
          aria-label="Slice"
          aria-valuetext={`Slice ${slice.value + 1} of ${depth.value}`}
          onInput={(event) => go(Number(event.currentTarget.value))}
        />
        <Worked />
      </div>
      <button type="button" class="quiet" aria-label="Next slice" onClick={() => go(slice.value + 1)}>
        +
      </button>
      <output id="place">
        Slice {slice.value + 1} of {depth.value}
      </output>
    </div>
  );
}

/** Which slices have a mask of the current structure, as marks along the slider. */
function Worked() {
  const structure = structures.value.find(({ id }) => id === currentId.value);
  const last = depth.value - 1;
  const wide = Math.max(0.4, 70 / depth.value);
  return (
    <svg class="worked" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      {[...(structure?.slices ?? [])]
        .filter(([, { mask }]) => mask.pixels > 0)
        .map(([at]) => (
          <rect key={at} x={((100 - wide) * at) / last} width={wide} height="4" fill={structure?.color} />
        ))}
    </svg>
  );
}
