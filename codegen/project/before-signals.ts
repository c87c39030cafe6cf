// Runs an action before a signal ends the process.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs an action when a signal comes, which then has its usual effect: if nobody else listens, it ends the process. Returns a
 * function that stops listening.
 */
export function beforeSignals(act: () => void): () => void {
  const obey = (signal: NodeJS.Signals): void => {
    act()
    process.off(signal, obey)
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  for (const signal of SIGNALS) process.on(signal, obey)
  return () => {
    for (const signal of SIGNALS) process.off(signal, obey)
  }
}
