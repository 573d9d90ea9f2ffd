import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';

/** What every figure shares: readable in print, no colour that carries meaning alone. */
const CONFIG = {
  background: 'white',
  font: 'Helvetica, Arial, sans-serif',
  view: { stroke: null },
  axis: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    gridColor: '#e5e5e5',
    labelLimit: 260,
  },
  legend: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal', labelLimit: 260 },
  header: { labelFontSize: 12, titleFontSize: 12, labelFontWeight: 'bold' },
} as const;

const FOOT = {
  orient: 'bottom',
  anchor: 'start',
  fontSize: 9,
  fontWeight: 'normal',
  color: '#777',
  offset: 8,
} as const;

/** Okabe and Ito's colours, told apart by every kind of colour vision; shape and dash repeat what they say. */
export const METHOD_COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#000000',
] as const;
export const METHOD_DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 4],
  [1, 3],
  [10, 4],
] as const;

/** Dark to light, so that more clicks stay lighter in grey print too (cividis). */
export const CLICK_COLOURS = ['#00224e', '#35456c', '#666970', '#948e77', '#c8b866', '#fee838'] as const;

/**
 * Draws a figure as SVG without a browser. Expressions are interpreted, not compiled from strings, and text
 * is measured by an estimate, so that a figure is the same to the byte on every machine.
 *
 * @param foot - small words below it, such as what was evaluated; in lines
 */
export async function drawFigure(spec: TopLevelSpec, foot?: string | readonly string[]): Promise<string> {
  // Clip paths are numbered on; from the start for each figure, or its place in the report would show in it.
  vega.resetSVGDefIds();
  const lines = [foot ?? []].flat().flatMap((line) => footLines(line));
  const title = lines.length === 0 ? {} : { title: { text: lines.length > 1 ? lines : lines[0], ...FOOT } };
  const { spec: compiled } = compile({ ...spec, ...title, config: CONFIG } as TopLevelSpec, {
    logger: quiet(),
  });
  const view = new vega.View(vega.parse(compiled, undefined, { ast: true }), {
    renderer: 'none',
    expr: expressionInterpreter,
    logLevel: vega.Error,
  });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

/** Letters of a foot's line: as many as stand below a narrow figure. */
const FOOT_LETTERS = 80;

/** The foot of several models goes on in a second line, after a comma. */
function footLines(foot: string): string[] {
  const lines: string[] = [];
  for (const part of foot.split(', ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && `${last}, ${part}`.length <= FOOT_LETTERS)
      lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
  }
  return lines.map((line, i) => (i < lines.length - 1 ? `${line},` : line));
}

function quiet() {
  return vega.logger(vega.Error);
}
