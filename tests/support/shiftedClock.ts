/**
 * The environment of a process whose clock is ahead by so many milliseconds:
 * for what a test cannot wait for.
 */
export function makeShiftedClock(milliseconds: number): Record<string, string> {
  const script = `
    const RealDate = Date;
    globalThis.Date = class Date extends RealDate {
      constructor(...args) {
        super(...args.length > 0 ? args : [RealDate.now() + ${milliseconds}]);
      }
      static now() {
        return RealDate.now() + ${milliseconds};
      }
    };
  `;

  return {NODE_OPTIONS: `--import data:text/javascript;base64,${Buffer.from(script).toString(`base64`)}`};
}
