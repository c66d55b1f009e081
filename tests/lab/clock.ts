/** The lab's own time: certificates, log entries, timestamps and tokens are dated by it. */
export class Clock {
  private fixed: Date | null = null;

  /** Stops the clock at a date, or lets it run with the machine's again. */
  set(date: Date | null): void {
    this.fixed = date;
  }

  now(): Date {
    return new Date(this.fixed ?? Date.now());
  }
}
