// What a person reads before something is done to a database in which a step outside a transaction may still be running.

/** `id` and `name` are those of the step. */
export const describeRunning = (id: string, name: string): string =>
  `${id} ${name} was started outside a transaction and may still be running: a long statement gives no sign of life. If it is, what it does would be done beside what is run next, or twice.`
