// Lists the SQLite functions of the clock.

/** Each with the number of arguments before the time; with no more than these, it means now without saying so. */
export const CLOCK_FUNCTIONS: Readonly<Record<string, number>> = {
  date: 0,
  time: 0,
  datetime: 0,
  julianday: 0,
  unixepoch: 0,
  strftime: 1,
}
