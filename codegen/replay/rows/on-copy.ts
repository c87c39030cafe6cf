// Runs work on a copy of a database with rows, and closes the copy afterwards.
import type { HistoryRun } from '../sides/history-run.js'
import type { Knowledge } from './fill/knowledge.js'
import { prover, type Prover, type ProverMemory } from './prover.js'

/** Returns the result of the work; null if no copy can be opened. */
export async function onCopy<T>(
  { run, knowledge }: { readonly run: HistoryRun; readonly knowledge: Knowledge },
  memory: ProverMemory,
  work: (copy: Prover) => T,
): Promise<T | null> {
  if (!run.reopen) return null
  const copy = prover(await run.reopen(memory.database), run, knowledge, memory)
  try {
    return work(copy)
  } finally {
    copy.close()
  }
}
