// What the other histories of the configuration make in the same database, as their registries say, of which nothing is run.
import { join } from 'node:path'
import { objectsInText } from '../../../codegen/write/registry-pins.js'
import { readQuietly } from '../../../codegen/project/read-quietly.js'
import type { Settings } from '../settings/settings.js'

/** Objects, as `table users`; empty where there is no other history, or nothing is known of it. */
export const madeBeside = ({ histories = {}, table }: Settings): ReadonlySet<string> =>
  new Set(
    Object.values(histories)
      .flatMap(({ out, table: ledger }) => (out === undefined || ledger === table ? [] : [out]))
      .flatMap((out) => ['ts', 'js'].map((kind) => readQuietly(join(out, `registry.${kind}`))))
      .flatMap(objectsInText),
  )
