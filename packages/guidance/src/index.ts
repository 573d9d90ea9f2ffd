export type { Click } from './click.ts';
