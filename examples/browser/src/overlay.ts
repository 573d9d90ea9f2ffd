import type { Prediction } from '@clickseg/runtime';
import type { Structure } from './session.ts';
import type { Pixel, Viewer } from './viewer.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** Draws outlines and clicks over a slice. */
export function drawOverlay(
  overlay: SVGSVGElement,
  viewer: Viewer,
  structures: readonly Structure[],
  slice: number,
  current: Structure | undefined,
  selected: number | undefined,
): void {
  const shapes: SVGElement[] = [];
  for (const structure of structures) {
    const prediction = structure.slices.get(slice)?.prediction;
    if (!structure.visible || prediction === undefined) continue;
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', outline(prediction, viewer));
    path.setAttribute('stroke', structure.color);
    path.setAttribute('fill', structure.color);
    path.dataset['structure'] = String(structure.id);
    shapes.push(path);
  }
  for (const click of current?.slices.get(slice)?.interaction.clicks ?? []) {
    const { x, y } = viewer.toScreen(click);
    const circle = document.createElementNS(SVG, 'circle');
    circle.setAttribute('cx', String(x));
    circle.setAttribute('cy', String(y));
    circle.setAttribute('r', '6');
    circle.classList.add(click.label);
    circle.classList.toggle('selected', click.id === selected);
    circle.dataset['click'] = String(click.id);
    shapes.push(circle);
  }
  overlay.replaceChildren(...shapes);
}

function outline({ contours }: Prediction, viewer: Viewer): string {
  const ring = (points: readonly Pixel[]) => {
    const at = points.map((point) => viewer.toScreen(point));
    return `M${at.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`;
  };
  return contours.flatMap(({ outline: outer, holes }) => [ring(outer), ...holes.map(ring)]).join('');
}
