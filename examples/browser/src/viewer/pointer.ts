import { addClick, moveClick, pickUp, settle, turnClick } from '../actions/clicks.ts';
import { turn } from '../actions/view.ts';
import { endDrag } from '../engine/rate.ts';
import { keepMoment } from '../state/history.ts';
import type { Point } from '../state/point.ts';
import { crosshair, currentWork, depth, greyWindow, mode, scan, selectedClick } from '../state/store.ts';
import type { View } from './view.ts';

type Label = 'foreground' | 'background';
type Gesture =
  | { readonly kind: 'drag'; readonly id: number; picked: boolean; edit: number }
  | { readonly kind: 'tap'; readonly from: Point; readonly hold: ReturnType<typeof setTimeout> }
  | { readonly kind: 'window'; readonly from: Point; readonly low: number; readonly high: number }
  | { readonly kind: 'pan'; last: Point }
  | { readonly kind: 'pinch'; last: Point; distance: number };

// CSS pixels and milliseconds. A finger is less sure than a mouse.
const REACH = { mouse: 10, pen: 12, touch: 24 };
const STIR = 8;
const HOLD = 500;

/** What a hand does on the image: mouse, pen and fingers. */
export function listen(surface: SVGSVGElement, view: View): void {
  const fingers = new Map<number, Point>();
  let gesture: Gesture | undefined;
  let wheel = 0;
  let beforeTouch: (() => void) | undefined;

  const at = (event: MouseEvent): Point => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const hit = (point: Point, reach: number): number | undefined => {
    const { a, b, c, d, e, f } = view.matrix();
    const near = currentWork.value.clicks
      .map(({ id, x, y }) => ({
        id,
        far: Math.hypot(a * x + c * y + e - point.x, b * x + d * y + f - point.y),
      }))
      .filter(({ far }) => far <= reach)
      .sort((one, other) => one.far - other.far);
    return near[0]?.id;
  };
  const onImage = ({ x, y }: Point): boolean => {
    const [, height = 0, width = 0] = scan.value?.volume.shape ?? [];
    return x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5;
  };
  const drag = (id: number, picked: boolean): Gesture => {
    return { kind: 'drag', id, picked, edit: currentWork.value.edit };
  };
  /** Lets go of a click once another slice, structure or step of undo is there: one with its id there is another click. */
  const letGoOfOther = () => {
    if (gesture?.kind !== 'drag' || gesture.edit === currentWork.value.edit) return;
    gesture = undefined;
    endDrag();
  };
  /** Picks a click up, or places one. */
  const press = (point: Point, label: Label, reach: number): Gesture | undefined => {
    const picked = hit(point, reach);
    if (picked !== undefined) return pickUp(picked) ? drag(picked, true) : undefined;
    const pixel = view.toImage(point);
    if (!onImage(pixel)) {
      selectedClick.value = undefined;
      return undefined;
    }
    const id = addClick(label, pixel);
    return id === undefined ? undefined : drag(id, false);
  };
  const other = (label: Label): Label => (label === 'foreground' ? 'background' : 'foreground');

  const touchDown = (point: Point): Gesture | undefined => {
    if (gesture?.kind === 'tap') clearTimeout(gesture.hold);
    letGoOfOther();
    if (fingers.size >= 2) {
      // A second finger: whatever the first began was no click.
      if (gesture?.kind === 'drag') {
        beforeTouch?.();
        selectedClick.value = undefined;
        settle();
      }
      return { kind: 'pinch', ...spread(fingers) };
    }
    beforeTouch = keepMoment();
    const hold = setTimeout(() => {
      navigator.vibrate?.(10);
      const picked = hit(point, REACH.touch);
      if (picked !== undefined) turnClick(picked);
      else gesture = press(point, other(mode.value), 0);
    }, HOLD);
    return { kind: 'tap', from: point, hold };
  };
  const mouseDown = (event: PointerEvent, point: Point): Gesture | undefined => {
    const { low, high } = greyWindow.value;
    if (event.button === 1 || (event.button === 0 && event.shiftKey))
      return { kind: 'window', from: point, low, high };
    if (event.button === 0 && (event.ctrlKey || event.metaKey)) return { kind: 'pan', last: point };
    // The right button, a pen's barrel button or its eraser, Alt.
    const turned = event.button === 2 || event.button === 5 || event.altKey;
    const reach = event.pointerType === 'pen' ? REACH.pen : REACH.mouse;
    return press(point, turned ? other(mode.value) : mode.value, reach);
  };

  surface.addEventListener('contextmenu', (event) => event.preventDefault());
  surface.addEventListener('pointerdown', (event) => {
    if (scan.value === undefined) return;
    surface.setPointerCapture(event.pointerId);
    crosshair.value = undefined;
    const point = at(event);
    if (event.pointerType === 'touch') {
      fingers.set(event.pointerId, point);
      gesture = touchDown(point);
    } else gesture = mouseDown(event, point);
    if (event.button === 1) event.preventDefault();
  });

  surface.addEventListener('pointermove', (event) => {
    const point = at(event);
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, point);
    if (gesture === undefined) {
      if (event.pointerType === 'mouse')
        surface.classList.toggle('over-click', hit(point, REACH.mouse) !== undefined);
      return;
    }
    if (gesture.kind === 'tap' && Math.hypot(point.x - gesture.from.x, point.y - gesture.from.y) > STIR) {
      clearTimeout(gesture.hold);
      gesture = press(gesture.from, mode.value, REACH.touch);
    }
    follow(point);
  });

  const follow = (point: Point) => {
    letGoOfOther();
    if (gesture?.kind === 'drag') {
      moveClick(gesture.id, view.toImage(point), gesture.picked);
      gesture.picked = false;
      gesture.edit = currentWork.value.edit;
    } else if (gesture?.kind === 'window') {
      // To the right: wider, so less contrast; down: a lower level, so brighter. A screen's breadth is four windows.
      const { low, high, from } = gesture;
      const width = high - low;
      const wider = Math.max(width / 200, width * 2 ** ((point.x - from.x) / 150));
      const level = (low + high) / 2 + ((point.y - from.y) * width) / 250;
      greyWindow.value = { low: level - wider / 2, high: level + wider / 2 };
    } else if (gesture?.kind === 'pan') {
      view.pan({ x: point.x - gesture.last.x, y: point.y - gesture.last.y });
      gesture.last = point;
    } else if (gesture?.kind === 'pinch' && fingers.size >= 2) {
      const now = spread(fingers);
      view.pan({ x: now.last.x - gesture.last.x, y: now.last.y - gesture.last.y });
      view.zoom(now.distance / Math.max(1, gesture.distance), now.last);
      Object.assign(gesture, now);
    }
  };

  const end = (event: PointerEvent) => {
    if (gesture?.kind === 'tap') {
      clearTimeout(gesture.hold);
      if (event.type === 'pointerup') press(gesture.from, mode.value, REACH.touch);
    }
    fingers.delete(event.pointerId);
    gesture = undefined;
    endDrag();
  };
  surface.addEventListener('pointerup', end);
  surface.addEventListener('pointercancel', end);

  surface.addEventListener(
    'wheel',
    (event) => {
      // A trackpad's pinch comes as a wheel with Ctrl.
      const zooms = event.ctrlKey || event.metaKey;
      // A lone slice has none to turn to: the page may scroll, but not from under a hand that holds something.
      // Nor sideways, where it has nothing to scroll: a Mac would go back to the page before, without the steps of undo.
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!zooms && depth.value === 1 && gesture === undefined && !sideways) return;
      event.preventDefault();
      if (zooms) return view.zoom(2 ** (-event.deltaY / 240), at(event));
      // The slice stays while a click of it is in the hand.
      if (gesture?.kind === 'drag') return;
      // A notch of a mouse is a slice; a trackpad's many small steps add up to one.
      wheel += event.deltaMode === 0 ? event.deltaY / 60 : event.deltaY;
      const steps = Math.trunc(wheel);
      if (steps === 0) return;
      wheel = 0;
      turn(Math.sign(steps));
    },
    { passive: false },
  );

  // Safari on a Mac tells a trackpad's pinch in events of its own. On a phone they come beside the fingers', which are followed already.
  let pinched = 1;
  const pinch = (event: Event) => {
    event.preventDefault();
    const { scale } = event as PinchEvent;
    if (event.type === 'gesturechange' && fingers.size === 0)
      view.zoom(scale / pinched, at(event as PinchEvent));
    pinched = scale;
  };
  surface.addEventListener('gesturestart', pinch);
  surface.addEventListener('gesturechange', pinch);
}

/** WebKit's own. */
interface PinchEvent extends MouseEvent {
  /** Against the gesture's beginning. */
  readonly scale: number;
}

function spread(fingers: ReadonlyMap<number, Point>): { last: Point; distance: number } {
  const [one, two] = [...fingers.values()] as [Point, Point];
  return {
    last: { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 },
    distance: Math.hypot(one.x - two.x, one.y - two.y),
  };
}
