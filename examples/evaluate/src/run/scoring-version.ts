/**
 * The version of what the scores are made by: annotator, methods and metrics. Whoever changes one of these, here or in `simulate`,
 * `guidance` or `metrics`, so that a click or a recorded number comes out another, adds one. Records of two versions are of two
 * runs, which are neither resumed nor merged with each other.
 */
export const SCORING_VERSION: number = 1;
