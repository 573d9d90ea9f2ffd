import type { PlacedClick } from '@clickseg/guidance';
import type { Polygon } from '@clickseg/runtime';
import type { MaskBox } from '../state/mask-box.ts';
import { outlinesOf } from '../state/outlines.ts';
import type { Matrix, Point } from '../state/point.ts';
import type { Structure } from '../state/structure.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** Everything that lies over the image. */
export interface OverlayScene {
  readonly matrix: Matrix;
  readonly structures: readonly Structure[];
  readonly current: number;
  readonly slice: number;
  readonly selected: number | undefined;
  readonly shown: boolean;
  readonly fill: number;
  readonly crosshair: Point | undefined;
  /** `height * width` of 0 and 1, drawn as a dashed line. */
  readonly truth: MaskBox | undefined;
}

/** Draws outlines and clicks as SVG over the image, touching only what changed: a drag sets one attribute. */
export function createOverlay(svg: SVGSVGElement): (scene: OverlayScene) => void {
  const [area, cross, marks] = ['outlines', 'crosshair', 'clicks'].map((name) => {
    const group = document.createElementNS(SVG, 'g');
    group.classList.add(name);
    return svg.appendChild(group);
  }) as [SVGGElement, SVGGElement, SVGGElement];
  const paths = new Map<string, { readonly path: SVGPathElement; mask?: MaskBox }>();

  const setPath = (key: string, mask: MaskBox, look: Readonly<Record<string, string>>) => {
    let entry = paths.get(key);
    if (entry === undefined) {
      entry = { path: area.appendChild(document.createElementNS(SVG, 'path')) };
      entry.path.dataset['structure'] = key;
      paths.set(key, entry);
    }
    if (entry.mask !== mask) entry.path.setAttribute('d', pathOf(outlinesOf(mask)));
    entry.mask = mask;
    for (const [name, value] of Object.entries(look)) {
      if (entry.path.getAttribute(name) !== value) entry.path.setAttribute(name, value);
    }
  };

  return ({
    matrix: { a, b, c, d, e, f },
    structures,
    current,
    slice,
    selected,
    shown,
    fill,
    crosshair,
    truth,
  }) => {
    area.setAttribute('transform', `matrix(${a} ${b} ${c} ${d} ${e} ${f})`);
    const wanted = new Set<string>();
    if (truth !== undefined && truth.pixels > 0 && shown) {
      wanted.add('truth');
      setPath('truth', truth, { class: 'truth', fill: 'none' });
    }
    for (const { id, color, visible, slices } of shown ? structures : []) {
      const mask = slices.get(slice)?.mask;
      if (!visible || mask === undefined || mask.pixels === 0) continue;
      wanted.add(String(id));
      const look = { stroke: color, fill: color, 'fill-opacity': String(fill) };
      setPath(String(id), mask, { ...look, class: id === current ? 'current' : '' });
    }
    for (const [key, { path }] of paths) {
      if (wanted.has(key)) continue;
      path.remove();
      paths.delete(key);
    }
    const clicks = structures.find(({ id }) => id === current)?.slices.get(slice)?.clicks ?? [];
    const at = ({ x, y }: Point) => ({ x: a * x + c * y + e, y: b * x + d * y + f });
    marks.replaceChildren(...clicks.map((click) => mark(click, at(click), click.id === selected)));
    cross.replaceChildren(...(crosshair ? [crossAt(at(crosshair))] : []));
  };
}

/** A foreground click is a disc with a plus, a background one a square with a minus: colour is not all that tells. */
function mark({ id, label }: PlacedClick, { x, y }: Point, selected: boolean): SVGElement {
  const group = document.createElementNS(SVG, 'g');
  group.classList.add('click', label);
  group.classList.toggle('selected', selected);
  group.dataset['click'] = String(id);
  group.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  const shape = document.createElementNS(SVG, label === 'foreground' ? 'circle' : 'rect');
  const size =
    label === 'foreground' ? { r: '7' } : { x: '-6.5', y: '-6.5', width: '13', height: '13', rx: '2.5' };
  for (const [name, value] of Object.entries(size)) shape.setAttribute(name, value);
  const sign = document.createElementNS(SVG, 'path');
  sign.setAttribute('d', label === 'foreground' ? 'M-3.4 0H3.4M0 -3.4V3.4' : 'M-3.4 0H3.4');
  group.append(shape, sign);
  return group;
}

function crossAt({ x, y }: Point): SVGElement {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'M-26 0H-6M6 0H26M0 -26V-6M0 6V26');
  path.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  return path;
}

function pathOf(polygons: readonly Polygon[]): string {
  const ring = (points: readonly Point[]) =>
    `M${points.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}Z`;
  return polygons.flatMap(({ outline, holes }) => [ring(outline), ...holes.map(ring)]).join('');
}
