// Keeps the mirrors of the schema version in step with the ledger.
import type { Work } from '../database/outcome.js'
import type { Environment } from './environment.js'

/** Writes every mirror. Runs inside the transaction of the change that led to this version. */
export function* mirror<H>({ driver, options }: Environment<H>, version: number): Work<void> {
  for (const write of options.mirrors ?? []) yield* write(driver, version)
}
