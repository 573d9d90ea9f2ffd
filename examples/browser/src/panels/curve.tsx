import type { CurvePoint } from '../truth/score.ts';

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [260, 118, 26, 20, 6];

/** Dice against the number of clicks, as the paper's Fig. 5 has it, for one slice. */
export function Curve({ points }: { readonly points: readonly CurvePoint[] }) {
  const most = Math.max(10, ...points.map(({ clicks }) => clicks));
  const x = (clicks: number) => LEFT + ((WIDTH - LEFT - 8) * clicks) / most;
  // Most of what is to be seen lies above 0.5; the axis begins lower only where a point does.
  const least = points.every(({ dice }) => dice >= 0.5) ? 0.5 : 0;
  const grid = least > 0 ? [0.5, 0.6, 0.7, 0.8, 0.9, 1] : [0, 0.25, 0.5, 0.75, 1];
  const y = (dice: number) => TOP + ((HEIGHT - BOTTOM - TOP) * (1 - dice)) / (1 - least);
  const line = points.map(({ clicks, dice }) => `${x(clicks).toFixed(1)} ${y(dice).toFixed(1)}`);
  const last = points.at(-1);
  const said = last
    ? `Dice ${last.dice.toFixed(3)} after ${last.clicks} clicks`
    : 'Dice against clicks, none yet';
  const ticks = Array.from({ length: Math.floor(most / 5) + 1 }, (_, i) => 5 * i);
  return (
    <svg class="curve" id="curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said}>
      {grid.map((dice) => (
        <g key={dice}>
          <line class="grid" x1={LEFT} x2={WIDTH - 8} y1={y(dice)} y2={y(dice)} />
          <text x={LEFT - 5} y={y(dice) + 3.5} text-anchor="end">
            {dice}
          </text>
        </g>
      ))}
      {ticks.map((clicks) => (
        <text key={clicks} x={x(clicks)} y={HEIGHT - 7} text-anchor="middle">
          {clicks}
        </text>
      ))}
      <text class="axis" x={WIDTH - 8} y={HEIGHT - BOTTOM - 4} text-anchor="end">
        Dice by clicks
      </text>
      {line.length > 1 && <polyline points={line.join(' ')} />}
      {points.map(({ clicks, dice }) => (
        <circle key={clicks} cx={x(clicks)} cy={y(dice)} r="2.6" />
      ))}
    </svg>
  );
}
