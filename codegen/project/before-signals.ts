// What is to be done before a signal ends the process.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Has something done when a signal comes, which then does what it would do without that: where nobody else listens, it ends
 * the process. Answers how to stop listening.
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
