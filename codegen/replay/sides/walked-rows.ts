// Reads the rows that declared batches walk, as the runtime does.
import { orElse } from '../../../src/model/or-else.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import type { Batches } from '../../../src/model/migration.js'
import { provenRows, type Keyed } from '../../../src/run/batches/proven-rows.js'
import type { ReplayPass } from './replay-pass.js'

/** The current rows of a walk; undefined if they cannot be walked. */
export function walkedRows(
  { env }: Pick<ReplayPass, 'env'>,
  walk: Batches<Database>,
): Keyed | undefined {
  return orElse(() => perform('sync', provenRows(env, walk)), undefined)
}
