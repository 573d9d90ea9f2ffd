export { DISK_DEFAULTS, type DiskOptions, diskGuidance } from './disk.ts';
export { DISTANCE_DEFAULTS, type DistanceOptions, distanceGuidance } from './distance.ts';
