/** A gate that lets all through, or holds them until it opens again. */
export function gate() {
  let opens: () => void = () => undefined;
  let passed = Promise.resolve();
  return {
    pass: () => passed,
    hold: () => {
      passed = new Promise((resolve) => {
        opens = resolve;
      });
    },
    open: () => opens(),
  };
}
