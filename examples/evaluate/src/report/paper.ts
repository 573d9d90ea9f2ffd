/** The paper's own figures (Sakinis et al. 2019, section IV), to stand beside ours. */
export const PAPER = {
  clicks: [1, 2, 5, 10, 15],
  /** Table II: a structure the network knows, in another data set. */
  known: { name: 'MSD spleen', dice: [0.89, 0.93, 0.95, 0.96, 0.97], automatic: 0.96 },
  /** Table III and Fig. 7: a structure it has not seen. */
  unseen: { name: 'MSD colon cancer', dice: [0.64, 0.72, 0.81, 0.87, 0.89], automatic: 0.56 },
  /** Table IV and Fig. 8, mean over the organs of the BCV test set. */
  organs: {
    clicks: 5,
    dice: 0.94,
    hausdorff: 7.37,
    meanDistance: 0.254,
    automatic: { dice: 0.881, hausdorff: 17.3, meanDistance: 1.39 },
  },
} as const;
